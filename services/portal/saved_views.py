"""The saved views of the order list: a name for filters, sorting and columns.

A person's own views are theirs alone until they are shared with everybody.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ASCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.contracts import Malformed
from shared.runtime.mongo.journal import raising_unavailable

LONGEST_NAME = 60  # characters: what fits on a tab
LONGEST_QUERY = 4000
MOST_OF_A_PERSON = 30
MOST_SHARED = 50


@dataclass(frozen=True)
class SavedView:
    """A view: `query` is that of the list's address."""

    id: str
    owner: str
    name: str
    query: str
    shared: bool


class SavedViews:
    """The views in MongoDB. Every method raises `Unavailable` if it can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._views = database["saved_views"]

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        with raising_unavailable():
            keys = [("owner", ASCENDING), ("name", ASCENDING)]
            await self._views.create_index(keys, name="owner", unique=True)
            only = {"shared": True}
            await self._views.create_index("shared", name="shared", partialFilterExpression=only)

    async def of(self, account: str) -> Sequence[SavedView]:
        """The person's own views, then those that others share, each by name."""
        with raising_unavailable():
            own = await self._views.find({"owner": account}).limit(MOST_OF_A_PERSON).to_list(None)
            shared = self._views.find({"shared": True}).limit(MOST_SHARED)
            others = [each for each in await shared.to_list(None) if each["owner"] != account]
        by_name = sorted(own, key=_by_name) + sorted(others, key=_by_name)
        return [_view(document) for document in by_name]

    async def get(self, view_id: str, account: str) -> SavedView | None:
        """A view of the person's own, or a shared one."""
        with raising_unavailable():
            found = await self._views.find_one({"_id": view_id})
        if found and (found["owner"] == account or found["shared"]):
            return _view(found)
        return None

    async def add(self, account: str, name: str, query: str, *, shared: bool) -> SavedView:
        """Saves a view. Raises `Malformed` for a name that is taken, and at the limits."""
        name = name_of(name)
        _short_enough(query)
        with raising_unavailable():
            if await self._views.count_documents({"owner": account}) >= MOST_OF_A_PERSON:
                raise Malformed(
                    "view_id", f"{MOST_OF_A_PERSON} are saved already; delete one first"
                )
            await self._check_shared(shared)
            document = {
                "_id": uuid4().hex,
                "owner": account,
                "name": name,
                "query": query,
                "shared": shared,
                "created": datetime.now(UTC),
            }
            try:
                await self._views.insert_one(document)
            except DuplicateKeyError:
                raise _taken() from None
        return _view(document)

    async def change(
        self, view: SavedView, name: str, *, shared: bool, query: str | None = None
    ) -> SavedView | None:
        """Renames a view, and shares it or no longer; with a `query`, the view shows that one.

        Returns None if the view is gone. Raises `Malformed`.
        """
        name = name_of(name)
        changed = {"name": name, "shared": shared}
        if query is not None:  # a view that is renamed keeps what somebody has set meanwhile
            changed["query"] = _short_enough(query)
        with raising_unavailable():
            await self._check_shared(shared and not view.shared)
            try:
                found = await self._views.find_one_and_update(
                    {"_id": view.id},
                    {"$set": changed},
                    return_document=ReturnDocument.AFTER,
                )
            except DuplicateKeyError:
                raise _taken() from None
        return _view(found) if found else None

    async def duplicate(self, view: SavedView, account: str, name: str) -> SavedView:
        """Saves the same view once more, for this person alone. Raises `Malformed` at the limits.

        `name` is that of the copy; if it is taken, the copy gets a number behind it.
        """
        taken = {each.name for each in await self.of(account) if each.owner == account}
        return await self.add(account, free_name(name, taken), view.query, shared=False)

    async def delete(self, view: SavedView) -> None:
        """Deletes a view; one that is gone already stays so."""
        with raising_unavailable():
            await self._views.delete_one({"_id": view.id})

    async def _check_shared(self, shared: bool) -> None:
        if shared and await self._views.count_documents({"shared": True}) >= MOST_SHARED:
            raise Malformed("shared", f"{MOST_SHARED} views are shared already; unshare one")


def name_of(text: str) -> str:
    """The name of a view as it is stored. Raises `Malformed`."""
    name = " ".join(text.split())
    if not any(unicodedata.category(each)[0] not in "CZM" for each in name):
        raise Malformed("name", "must not be empty; enter a name such as Unpaid in Sweden")
    if any(unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in name):
        raise Malformed("name", "has invisible characters; type it without them, such as On hold")
    if len(name) > LONGEST_NAME:
        raise Malformed("name", f"is longer than {LONGEST_NAME} characters")
    return name


def free_name(name: str, taken: Collection[str]) -> str:
    """The name if it is free, else with the first number behind it that makes it so.

    A name that is too long loses its end.
    """
    found, number = name[:LONGEST_NAME].rstrip(), 1
    while found in taken:
        number += 1
        found = f"{name[: LONGEST_NAME - 3].rstrip()} {number}"
    return found


def _short_enough(query: str) -> str:
    if len(query) > LONGEST_QUERY:
        raise Malformed("search", f"is longer than {LONGEST_QUERY} characters; set fewer")
    return query


def _taken() -> Malformed:
    return Malformed("name", "is the name of another view of yours; choose one such as On hold, US")


def _by_name(document: dict[str, str]) -> str:
    return document["name"].casefold()


def _view(document: dict[str, object]) -> SavedView:
    return SavedView(
        str(document["_id"]),
        str(document["owner"]),
        str(document["name"]),
        str(document["query"]),
        bool(document["shared"]),
    )
