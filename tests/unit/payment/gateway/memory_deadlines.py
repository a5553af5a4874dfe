"""A fake of the store of deadlines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from services.payment.gateway.deadline_store import Deadline


class MemoryDeadlines:
    """`DeadlineStore`; several processes may share it, as they share MongoDB."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], list[Any]] = {}

    async def keep(self, deadlines: Collection[Deadline]) -> None:
        for each in deadlines:
            self.kept.setdefault(_key(each), [each, each.command.expires_at])

    async def due(self, now: datetime, until: datetime, most: int) -> Sequence[Deadline]:
        found = [entry for entry in self.kept.values() if entry[1] <= now][:most]
        for entry in found:
            entry[1] = until
        return [entry[0] for entry in found]

    async def done(self, deadline: Deadline) -> None:
        self.kept.pop(_key(deadline), None)

    async def forget(self, order_ids: Collection[str]) -> None:
        self.kept = {key: entry for key, entry in self.kept.items() if key[0] not in order_ids}


def _key(deadline: Deadline) -> tuple[str, str]:
    return deadline.command.order_id, deadline.command.payment_id
