"""Bugs of the read models: they show something wrong."""

from __future__ import annotations

from typing import Any

from pymongo import UpdateOne

from services.portal.projections import projection, projector, stock
from shared.runtime.processing.batch_runner import commit_nothing
from tests.simulation.planted.registry import Patch, bug
from tests.unit.portal.memory import MemoryStore


@bug
def commit_before_showing(patch: Patch) -> None:
    handles = projector.Projector.handle

    async def handle(self: Any, records: Any, commit: Any = commit_nothing) -> None:
        await commit()
        await handles(self, records)

    patch.setattr(projector.Projector, "handle", handle)


@bug
def show_a_repeat_once_more(patch: Patch) -> None:
    applies = projection.Projection.apply

    def apply(self: Any, document: Any, fact: Any) -> bool:
        applied = document["applied"]
        applied[fact.source] = min(applied.get(fact.source, 0), fact.sequence - 1)
        return applies(self, document, fact)

    patch.setattr(projection.Projection, "apply", apply)


@bug
def let_late_levels_count(patch: Patch) -> None:
    def write(self: Any) -> UpdateOne:
        fields = {"warehouse": self.warehouse, "sku": self.sku, self.part: self.data}
        return UpdateOne({"_id": f"{self.warehouse}/{self.sku}"}, {"$set": fields}, upsert=True)

    patch.setattr(stock.Level, "write", write)


@bug
def keep_the_timeline_of_what_is_deleted(patch: Patch) -> None:
    async def erase(self: Any, about: Any) -> None: ...

    patch.setattr(MemoryStore, "erase", erase)
