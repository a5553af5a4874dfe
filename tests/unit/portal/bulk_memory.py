"""Fakes for bulk jobs: their store in memory, and services that answer checks and commands."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from copy import deepcopy
from time import monotonic
from typing import Any

from services.portal.bulk.model import (
    OPEN,
    STEPS,
    Cause,
    Counts,
    Item,
    Job,
    LeasedJob,
    Phase,
    State,
)
from services.portal.command_client import Submission
from services.portal.queries.cursor import PAGE
from shared.contracts import Message
from shared.contracts.commands import short
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Action, Reason, Reply


class MemoryBulkStore:
    """`BulkStore` without MongoDB."""

    def __init__(self, lease_seconds: float = 10.0) -> None:
        self.lease_seconds = lease_seconds
        self.jobs: dict[str, dict[str, Any]] = {}
        self.kept: dict[str, list[dict[str, Any]]] = {}

    async def prepare(self) -> None:
        """See `BulkStore`."""

    async def create(
        self, job: LeasedJob, orders: Sequence[tuple[str, str]], key: str | None, content: str
    ) -> tuple[Job, str]:
        """See `BulkStore`."""
        for kept in self.jobs.values():
            if key and kept["key"] == key:
                return _job(kept), kept["content"]
        self.jobs[job.job_id] = job.model_dump() | {"key": key, "content": content, "lease": 0.0}
        self.kept[job.job_id] = [
            {"order_id": id_, "number": number, "position": n, "state": "unchecked", "fence": 0}
            for n, (id_, number) in enumerate(orders, 1)
        ]
        return _job(self.jobs[job.job_id]), content

    async def get(self, job_id: str) -> Job | None:
        """See `BulkStore`."""
        return _job(self.jobs[job_id]) if job_id in self.jobs else None

    async def recent(self, cursor: str | None = None) -> tuple[list[Job], str | None]:
        """See `BulkStore`; there is one page."""
        return [_job(each) for each in reversed(self.jobs.values())], None

    async def counts(self, job_id: str) -> Counts:
        """See `BulkStore`."""
        return Counts(states=Counter(each["state"] for each in self.kept[job_id]))

    async def causes(self, job_id: str) -> list[Cause]:
        """See `BulkStore`."""
        failed = [
            item
            for item in self.kept[job_id]
            if item["state"] in ("impossible", "partly", "rejected")
        ]
        counted = Counter((item["state"], item["cause"]) for item in failed)
        texts = {(item["state"], item["cause"]): " ".join(item["reasons"]) for item in failed}
        return [
            Cause(text=texts[which], items=n, state=which[0]) for which, n in counted.most_common()
        ]

    async def items(
        self, job_id: str, states: Collection[State] = (), after: int = 0, limit: int = PAGE
    ) -> list[Item]:
        """See `BulkStore`."""
        found = [
            item
            for item in self.kept[job_id]
            if item["position"] > after and (not states or item["state"] in states)
        ]
        return [Item.model_validate(each) for each in found[:limit]]

    async def move(self, job_id: str, before: Collection[Phase], to: Phase, **more: Any) -> bool:
        """See `BulkStore`."""
        job = self.jobs[job_id]
        fits = job["phase"] in before
        job.update({"phase": to, **more} if fits else {})
        return fits

    async def claim(self) -> LeasedJob | None:
        """See `BulkStore`."""
        for job_id, job in self.jobs.items():
            if job["phase"] in STEPS and job["lease"] <= monotonic():
                job["lease"] = monotonic() + self.lease_seconds
                job["fence"] += 1
                for item in self.kept[job_id]:
                    if item["state"] in OPEN:
                        item["fence"] = job["fence"]
                return LeasedJob(**deepcopy(job))
        return None

    async def renew(self, job: LeasedJob) -> Phase | None:
        """See `BulkStore`."""
        kept = self._held(job)
        if kept is None:
            return None
        kept["lease"] = monotonic() + self.lease_seconds
        phase: Phase = kept["phase"]
        return phase

    async def release(self, job: LeasedJob) -> None:
        """See `BulkStore`."""
        if kept := self._held(job):
            kept["lease"] = 0.0

    async def advance(self, job: LeasedJob, phase: Phase, to: Phase) -> None:
        """See `BulkStore`."""
        kept = self._held(job)
        if kept and kept["phase"] == phase:
            kept["phase"] = to
            kept["reason"] = None if to == "finished" else kept["reason"]

    async def save(self, job: LeasedJob, item: Item, cause: str = "") -> bool:
        """See `BulkStore`."""
        kept = self.kept[job.job_id][item.position - 1]
        if kept["fence"] != job.fence:
            return False
        kept |= item.model_dump(include={"state", "shipments", "reasons"}) | {"cause": cause}
        return True

    def _held(self, job: LeasedJob) -> dict[str, Any] | None:
        kept = self.jobs[job.job_id]
        return kept if kept["fence"] == job.fence else None


def _job(kept: dict[str, Any]) -> Job:
    return Job(**deepcopy(kept))


class FakeServices:
    """Answers for orders and shipments, and counts what it carries out, once for each key.

    held     orders that are on hold: another hold is blocked
    refuses  keys of commands that are rejected although the check allowed them
    silent   while it is set, commands are carried out but not answered
    """

    def __init__(self) -> None:
        self.held: set[str] = set()
        self.refuses: set[str] = set()
        self.silent = False
        self.sent: list[tuple[str, str, str, str]] = []  # command, order, actor, key
        self.done: dict[str, Reply] = {}
        self.received = asyncio.Event()
        self.dies_after: int | None = None  # so many commands, the sender is gone

    async def query(self, message: Message, actor: str, wait: float) -> Reply | None:
        """Allows everything but a second hold."""
        on_hold = blocker("on-hold.already")
        actions = tuple(
            Action(action=name, subject=message.key, allowed=not blocked, blockers=blocked)
            for name in ("order.hold", "order.delete", "order.cancel")
            for blocked in [(on_hold,) if message.key in self.held else ()]
        )
        return Reply(command_id="q", outcome="accepted", actions=actions)

    async def submit(
        self, command: Message, actor: str, *, wait: float, key: str | None = None
    ) -> Submission:
        """Carries a command out, unless it has been with this key."""
        assert key
        self.sent.append((short(command.type), command.key, actor, key))
        self.received.set()
        if key not in self.done:
            refused = Reason.of(blocker("on-hold")) if command.key in self.refuses else None
            outcome = "rejected" if refused else "accepted"
            self.done[key] = Reply.model_validate(
                {"command_id": "m", "outcome": outcome, "reason": refused}
            )
        await asyncio.sleep(0)
        if self.dies_after is not None and len(self.done) >= self.dies_after:
            await asyncio.Event().wait()  # the answer never reaches this process
        return Submission("m", None if self.silent else self.done[key])
