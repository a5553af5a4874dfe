"""Bulk jobs: the check, the commands, and who may do what, over fakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from services.portal.auth.guard import Forbidden
from services.portal.auth.sessions import Person
from services.portal.bulk.actions import ACTIONS, allowed, checked_reason
from services.portal.bulk.jobs import BulkJobs, WrongPhase, orders_matching, orders_of
from services.portal.bulk.model import MAX_ORDERS
from services.portal.bulk.rights import StarterRights
from services.portal.command_client import IdempotencyKeyReused
from services.portal.queries import OrderFilter
from services.portal.web.orders.bulk import _csv
from services.portal.web.orders.job_progress import Progress
from shared.contracts import Malformed
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action, Reply
from tests.unit.portal.bulk_memory import FakeServices, MemoryBulkStore
from tests.unit.portal.bulk_runs import Runs, numbered, quick

__all__ = ["quick"]

pytestmark = pytest.mark.usefixtures("quick")

ANNA = Person("anna", ("csr",))
BEN = Person("ben", ("csr",))
VERA = Person("vera", ("viewer",))


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
async def runs() -> AsyncIterator[Runs]:
    made = Runs(MemoryBulkStore(lease_seconds=0.2))
    yield made
    await made.stop()


@pytest.fixture
def jobs(runs: Runs) -> BulkJobs:
    """The jobs of a portal whose runner doesn't run."""
    made = object.__new__(BulkJobs)
    made.rights = StarterRights(runs.accounts)  # type: ignore[arg-type]
    made.store, made.runner = runs.store, SimpleNamespace(wake=lambda: None)  # type: ignore[assignment]
    return made


async def test_the_check_says_what_can_be_done_and_changes_nothing(
    runs: Runs, services: FakeServices
) -> None:
    services.held, runs.queries.gone = {"c-2", "c-3"}, {"c-4"}
    await runs.start(services)
    job = await runs.job("hold", "c-1", "c-2", "c-3", "c-4")
    assert await runs.until(job, "ready") == {"possible": 1, "impossible": 3}
    causes = await runs.store.causes(job.job_id)
    assert [(cause.items, cause.text) for cause in causes] == [
        (2, "The order is already on hold. Release the hold to continue."),
        (1, "This order no longer exists."),
    ]
    assert services.sent == []


async def test_only_what_the_check_allowed_is_sent_in_the_starters_name(
    runs: Runs, services: FakeServices
) -> None:
    services.held, services.refuses = {"c-2"}, {"c-3"}
    await runs.start(services)
    job = await runs.job("hold", "c-1", "c-2", "c-3", reason="Recall")
    await runs.confirm(job)
    assert await runs.until(job, "finished") == {"accepted": 1, "impossible": 1, "rejected": 1}
    assert [sent[:3] for sent in services.sent] == [
        ("order.hold", "c-1", "csr:anna"),
        ("order.hold", "c-3", "csr:anna"),
    ]
    progress = Progress(await runs.store.get(job.job_id), await runs.store.counts(job.job_id))
    assert progress.said == "Finished: 1 of 3 orders held."
    assert progress.summary == "2 of 2 done"
    (rejected,) = await runs.store.items(job.job_id, ["rejected"])
    assert rejected.reasons == ["The order is on hold. Release the hold first."]
    assert (await runs.store.get(job.job_id)).reason is None


class ShipmentServices(FakeServices):
    """Shipment 1 may be released, shipment 2 may not."""

    async def query(self, message: Any, actor: str, wait: float) -> Reply:
        """See `FakeServices`."""
        states = (("1", ()), ("2", (blocker("on-hold"),)))
        actions = tuple(
            Action(action="shipment.release", subject=id_, allowed=not blocked, blockers=blocked)
            for id_, blocked in states
        )
        return Reply(command_id="q", outcome="accepted", actions=actions)


async def test_each_shipment_that_may_be_released_gets_a_command(runs: Runs) -> None:
    services = ShipmentServices()
    await runs.start(services)
    job = await runs.job("release", "c-1", "c-2")
    await runs.confirm(job)
    assert await runs.until(job, "finished") == {"accepted": 2}
    keys = [f"{job.job_id} {order} 1" for order in ("c-1", "c-2")]
    assert sorted(services.done) == keys


async def test_a_command_without_an_answer_is_repeated_with_the_same_key(
    runs: Runs, services: FakeServices
) -> None:
    services.silent = True
    await runs.start(services)
    job = await runs.job("hold", "c-1")
    await runs.confirm(job)
    await services.received.wait()
    assert (await runs.store.counts(job.job_id)).states == {"sent": 1}
    services.silent = False
    assert await runs.until(job, "finished") == {"accepted": 1}
    assert len(services.done) == 1


async def test_a_stopped_job_tells_what_was_sent_and_leaves_the_rest(
    runs: Runs, services: FakeServices
) -> None:
    services.silent = True
    await runs.start(services)
    job = await runs.job("hold", *(f"c-{n}" for n in range(1, 61)))
    await runs.confirm(job)
    await services.received.wait()
    assert await runs.store.move(job.job_id, ["running"], "stopping")
    # The first commands are repeated once the lease has told the runner to stop.
    first = len(services.done)
    while max(Counter(sent[3] for sent in services.sent).values()) < 2:
        await services.received.wait()
        services.received.clear()
    services.silent = False
    counts = await runs.until(job, "stopped")
    assert counts.keys() <= {"accepted", "possible"}
    assert counts["accepted"] == len(services.done) >= first
    assert await runs.store.move(job.job_id, ["stopped"], "running")
    assert await runs.until(job, "finished") == {"accepted": 60}
    assert len(services.done) == 60


@pytest.mark.parametrize("left", [("viewer",), None])
async def test_a_job_whose_starter_loses_the_right_stops_and_tells_it(
    runs: Runs, services: FakeServices, left: tuple[str, ...] | None
) -> None:
    runs.accounts.roles["anna"] = ("csr",)
    await runs.start(services)
    job = await runs.job("hold", "c-1", "c-2", account=True)
    await runs.until(job, "ready")
    runs.accounts.roles = {"anna": left} if left else {}
    await runs.confirm(job)
    assert await runs.until(job, "stopped") == {"possible": 2}
    stopped = await runs.store.get(job.job_id)
    assert stopped.revoked
    assert Progress(stopped, await runs.store.counts(job.job_id)).said == (
        "Stopped: the account anna may no longer hold orders. What is done stays done."
    )
    assert services.sent == []


async def test_a_starter_without_an_account_keeps_the_roles_of_the_start(
    runs: Runs, services: FakeServices
) -> None:
    await runs.start(services)
    job = await runs.job("hold", "c-1")
    await runs.confirm(job)
    assert await runs.until(job, "finished") == {"accepted": 1}


async def test_starting_needs_the_right_to_the_action(jobs: BulkJobs) -> None:
    with pytest.raises(Forbidden, match=r"order\.hold is for the role csr or supervisor"):
        await jobs.start(VERA, "hold", numbered(["c-1"]))
    with pytest.raises(Forbidden, match="supervisor"):
        await jobs.start(ANNA, "delete", numbered(["c-1"]))
    assert list(allowed(ANNA)) == ["hold", "release-hold", "release", "add-to-picklist", "cancel"]
    assert allowed(VERA) == {}


async def test_the_same_key_starts_one_job(jobs: BulkJobs) -> None:
    key = ("k", "hold everything")
    first = await jobs.start(ANNA, "hold", numbered(["c-1"]), key=key)
    # By now another order matches: it is the same request all the same.
    assert await jobs.start(ANNA, "hold", numbered(["c-1", "c-2"]), key=key) == first
    assert (await jobs.start(BEN, "hold", numbered(["c-1"]), key=key)).job_id != first.job_id
    with pytest.raises(IdempotencyKeyReused):
        await jobs.start(ANNA, "cancel", numbered(["c-1"]), key=("k", "cancel everything"))


async def test_only_the_starter_confirms_and_others_with_the_right_may_stop(
    jobs: BulkJobs, runs: Runs
) -> None:
    job = await jobs.start(ANNA, "hold", numbered(["c-1"]))
    with pytest.raises(WrongPhase, match="This job's state is: Checking"):
        await jobs.take(ANNA, job, "confirm")
    await runs.store.move(job.job_id, ["checking"], "ready")
    with pytest.raises(Forbidden, match="Only anna, who started this job, can confirm it"):
        await jobs.take(BEN, job, "confirm")
    with pytest.raises(Forbidden):
        await jobs.take(VERA, job, "stop")
    await jobs.take(ANNA, job, "confirm")
    await jobs.take(BEN, job, "stop")
    assert (await runs.store.get(job.job_id)).phase == "stopping"


async def test_a_job_that_was_stopped_before_its_confirmation_is_checked_again(
    jobs: BulkJobs, runs: Runs
) -> None:
    job = await jobs.start(ANNA, "hold", numbered(["c-1"]))
    await jobs.take(ANNA, job, "stop")
    assert (await runs.store.get(job.job_id)).phase == "stopped"
    await jobs.take(ANNA, job, "resume")
    assert (await runs.store.get(job.job_id)).phase == "checking"


def test_a_reason_is_held_to_the_contract_of_the_command() -> None:
    assert checked_reason(ACTIONS["hold"], " Recall ") == "Recall"
    assert checked_reason(ACTIONS["hold"], " ") is None
    with pytest.raises((ValidationError, Malformed)):
        checked_reason(ACTIONS["cancel"], "\x00")
    with pytest.raises(Malformed, match="Delete takes no reason"):
        checked_reason(ACTIONS["delete"], "Recall")


class Found:
    """Queries that find so many orders."""

    def __init__(self, number: int) -> None:
        self.orders, self._number = self, number

    async def matching(self, _: OrderFilter, limit: int) -> list[str]:
        return [f"c-{n}" for n in range(self._number)][:limit]

    async def rows(self, ids: list[str]) -> dict[str, Any]:
        made = (
            SimpleNamespace(order_id=id_, number=f"PO{id_}", created=-int(id_[2:])) for id_ in ids
        )
        return {row.order_id: row for row in made if row.order_id != "c-1"}


async def test_orders_are_taken_in_the_order_of_their_creation_and_gone_ones_last() -> None:
    found = await orders_of(Found(0), ["c-1", "c-2", "c-3", "c-2"])  # type: ignore[arg-type]
    assert found == [("c-3", "POc-3"), ("c-2", "POc-2"), ("c-1", "c-1")]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no orders match"), (MAX_ORDERS + 1, "more than 10,000 orders")]
)
async def test_a_filter_that_finds_nothing_or_too_much_is_refused(number: int, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        await orders_matching(Found(number), OrderFilter())  # type: ignore[arg-type]


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    assert _csv([["=1+1", "@x", "-2", "PO1"]]) == "'=1+1,'@x,'-2,PO1\r\n"
