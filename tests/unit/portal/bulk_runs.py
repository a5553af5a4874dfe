"""Bulk jobs over fakes: some orders, services that answer, and runners on one store."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.auth.accounts import Account
from services.portal.auth.rights import ROLES
from services.portal.bulk import runner as runners
from services.portal.bulk.checks import Checks
from services.portal.bulk.execution import Execution
from services.portal.bulk.model import Job, LeasedJob
from services.portal.bulk.rights import StarterRights
from services.portal.bulk.runner import Runner
from services.portal.bulk.store import new_job_id
from services.portal.projections.orders import ORDERS
from services.portal.queries.details import details_of
from services.portal.queries.models.details import OrderDetails
from shared.contracts.error_texts import ENGLISH
from tests.polling import PATIENCE
from tests.unit.portal.builders import Stream, placed, shipment
from tests.unit.portal.bulk_memory import FakeServices
from tests.unit.portal.test_shipment_labels import projected


class FakeQueries:
    """Orders c-1 to c-9999, each with two shipments; the ones in `gone` were deleted."""

    def __init__(self) -> None:
        self.orders = self.stock = self
        self.gone: set[str] = set()
        facts = Stream().tell(placed(shipments=(shipment("1"), shipment("2")))).facts
        found = details_of(projected(ORDERS, *facts), [])
        assert found
        self._order = found

    async def get(self, order_id: str) -> OrderDetails | None:
        """One order."""
        if order_id in self.gone:
            return None
        return self._order.model_copy(update={"order_id": order_id})

    async def queue_positions(self, _: OrderDetails) -> dict[Any, Any]:
        """Nothing waits."""
        return {}


class FakeAccounts:
    """Accounts with roles, by name."""

    def __init__(self) -> None:
        self.roles: dict[str, tuple[str, ...]] = {}

    async def find(self, name: str) -> Account | None:
        """One account."""
        return Account(name, self.roles[name]) if name in self.roles else None


class Runs:
    """A store with jobs, and the runners of several portals."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.queries = FakeQueries()
        self.accounts = FakeAccounts()
        self.runners: list[Runner] = []

    async def start(self, services: FakeServices) -> Runner:
        """Starts the runner of another portal."""
        checks = Checks(self.queries, services, ENGLISH)  # type: ignore[arg-type]
        execution = Execution(self.queries, services, checks, ENGLISH, 0.05)  # type: ignore[arg-type]
        runner = Runner(self.store, checks, execution, StarterRights(self.accounts))  # type: ignore[arg-type]
        await runner.start()
        self.runners.append(runner)
        return runner

    async def stop(self) -> None:
        """Stops all runners."""
        for runner in self.runners:
            await runner.stop()

    async def job(self, action: str, *orders: str, **more: Any) -> Job:
        """A job over these orders."""
        job, _ = await self.store.create(
            new_job(action, len(orders), **more), numbered(orders), None, ""
        )
        return job

    async def until(self, job: Job, phase: str) -> dict[str, int]:
        """Waits until a job is in a phase; returns the number of items in each state."""
        async with asyncio.timeout(PATIENCE):
            while (await self.store.get(job.job_id)).phase != phase:  # noqa: ASYNC110 - a store tells nobody
                await asyncio.sleep(0.01)
        return dict((await self.store.counts(job.job_id)).states)

    async def confirm(self, job: Job) -> None:
        """Confirms a job after its check."""
        await self.until(job, "ready")
        now = datetime.now(UTC)
        assert await self.store.move(job.job_id, ["ready"], "running", confirmed=now)


def numbered(orders: Any) -> list[tuple[str, str]]:
    """Orders as id and number."""
    return [(order, f"PO{order}") for order in orders]


def new_job(action: str, total: int, **more: Any) -> LeasedJob:
    """A job of anna's."""
    fields = {
        "job_id": new_job_id(),
        "action": action,
        "by": "anna",
        "roles": ROLES,
        "created": datetime.now(UTC),
        "phase": "checking",
        "total": total,
        "fence": 0,
    }
    return LeasedJob.model_validate(fields | more)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runners look for jobs often."""
    monkeypatch.setattr(runners, "POLL_SECONDS", 0.01)
