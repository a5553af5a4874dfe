"""The read models' fake in memory: keeps what MongoDB would, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from services.portal.projections.projection import Document, Projection
from services.portal.projections.store import Latest
from services.portal.projections.timeline import LASTING
from tests.fakes import Faults


class MemoryStore:
    """`Store`: documents by collection and `_id`, and the timeline. How things are now is among
    the documents, too."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], Document] = {}
        self.timeline: dict[str, Document] = {}
        self.erasures: dict[str, bool] = {}  # whether the timeline has to be erased again
        self.faults = Faults()

    async def load(self, projection: Projection, streams: Collection[str]) -> dict[str, Document]:
        """See `Store`."""
        with self.faults.during("load"):
            there = {
                stream: self.documents.get((projection.collection, stream)) for stream in streams
            }
            return {stream: deepcopy(found) for stream, found in there.items() if found}

    async def save(
        self, projection: Projection, changed: Sequence[tuple[Document, Mapping[str, int]]]
    ) -> set[str]:
        """See `Store`."""
        taken: set[str] = set()
        with self.faults.during("save"):
            for document, before in changed:
                place = (projection.collection, document["_id"])
                if self.documents.get(place, {"applied": {}})["applied"] == before:
                    self.documents[place] = deepcopy(document)
                else:
                    taken.add(document["_id"])
        return taken

    async def write_latest(self, collection: str, writes: Sequence[Latest]) -> None:
        """See `Store`."""
        with self.faults.during("write_latest"):
            for write in writes:
                place = (collection, write._filter["_id"])
                there = self.documents.get(place)
                if there is None or _fits(there, write._filter):
                    news = write._doc.get("$set")  # else it takes the other's place
                    self.documents[place] = deepcopy(
                        write._doc if news is None else {"_id": place[1], **(there or {}), **news}
                    )

    async def write_timeline(self, entries: Sequence[Document]) -> None:
        """See `Store`."""
        with self.faults.during("write_timeline"):
            for entry in entries:
                self.timeline.setdefault(entry["_id"], entry)

    async def erase(self, about: Collection[str]) -> None:
        """See `Store`."""
        with self.faults.during("erase"):
            self.erasures = dict.fromkeys(about, True) | self.erasures
            self._erase_timelines(about)

    async def erased(self, about: Collection[str]) -> set[str]:
        """See `Store`."""
        with self.faults.during("erased"):
            return self.erasures.keys() & set(about)

    async def erase_again(self, before: datetime) -> None:
        """See `Store`; all erasures count as older than `before`."""
        with self.faults.during("erase_again"):
            self._erase_timelines([one for one, due in self.erasures.items() if due])
            self.erasures = dict.fromkeys(self.erasures, False)

    def _erase_timelines(self, gone: Collection[str]) -> None:
        self.timeline = {
            name: entry
            for name, entry in self.timeline.items()
            if entry["about"] not in gone or entry["name"] in LASTING
        }


def _fits(document: Document, where: Mapping[str, Any]) -> bool:
    """What MongoDB would say, of as much of its language as is used here."""
    return all(
        any(_fits(document, each) for each in asked)
        if name == "$or"
        else _is(_at(document, name), asked)
        for name, asked in where.items()
    )


def _is(value: Any, asked: Any) -> bool:
    if not isinstance(asked, dict):
        return bool(value == asked)
    ((operator, bound),) = asked.items()
    assert operator == "$lt", operator
    return value is not None and bool(value < bound)


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = (document or {}).get(name)
    return document
