"""The read models' twin in memory: keeps what MongoDB would, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from services.portal.projecting.timeline import LASTING
from services.portal.projecting.view import Document, View
from tests.twins import Faults


class MemoryStore:
    """`Store`: documents by collection and `_id`, and the timeline."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], Document] = {}
        self.timeline: dict[str, Document] = {}
        self.faults = Faults()

    async def load(self, view: View, streams: Collection[str]) -> dict[str, Document]:
        """See `Store`."""
        with self.faults.during("load"):
            there = {stream: self.documents.get((view.collection, stream)) for stream in streams}
            return {stream: deepcopy(found) for stream, found in there.items() if found}

    async def save(
        self, view: View, changed: Sequence[tuple[Document, Mapping[str, int]]]
    ) -> set[str]:
        """See `Store`."""
        taken: set[str] = set()
        with self.faults.during("save"):
            for document, before in changed:
                place = (view.collection, document["_id"])
                if self.documents.get(place, {"applied": {}})["applied"] == before:
                    self.documents[place] = deepcopy(document)
                else:
                    taken.add(document["_id"])
        return taken

    async def write_latest(self, collection: str, writes: Sequence[Any]) -> None:
        """Tables are MongoDB's own business: see the integration tests."""

    async def write_timeline(self, entries: Sequence[Document]) -> None:
        """See `Store`."""
        with self.faults.during("write_timeline"):
            for entry in entries:
                self.timeline.setdefault(entry["_id"], entry)

    async def erase_deleted(self, view: View, streams: Collection[str]) -> None:
        """See `Store`."""
        with self.faults.during("erase_deleted"):
            gone = {s for s in streams if "deleted" in self.documents.get((view.collection, s), {})}
            self.timeline = {
                name: entry
                for name, entry in self.timeline.items()
                if entry["about"] not in gone or entry["name"] in LASTING
            }
