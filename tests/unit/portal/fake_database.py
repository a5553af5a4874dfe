"""A few documents in place of MongoDB, for pages that are looked at as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.projections.projection import Document


class FakeDatabase:
    """Collections by name; each finds by plain values and takes every other condition as met."""

    def __init__(self, **collections: Sequence[Document]) -> None:
        self._collections = collections

    def __getitem__(self, name: str) -> FakeCollection:
        return FakeCollection(self._collections.get(name, ()))


class FakeCollection:
    """A collection, and a cursor over what was found."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def find(self, query: Mapping[str, Any], *_: Any) -> FakeCollection:
        plain = {k: v for k, v in query.items() if isinstance(v, str) and "." not in k}
        there = [d for d in self._documents if all(d.get(k) == v for k, v in plain.items())]
        return FakeCollection(there)

    async def find_one(self, query: Mapping[str, Any], *_: Any) -> Document | None:
        return next(iter(self.find(query)._documents), None)

    def hint(self, _: str) -> FakeCollection:
        return self

    sort = limit = hint

    async def to_list(self, _: int | None) -> list[Document]:
        return list(self._documents)
