"""The stock: one document an article and warehouse, and one a warehouse for how far it is told.

The facts of a warehouse count, for they have a sequence. Levels count where no fact is known,
because the table of levels reaches further back than the facts are kept.
"""

from collections.abc import Iterator
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne

from services.portal.projecting.facts import Entry, Fact
from services.portal.projecting.view import Document, Part, View

COLLECTION = "stock"
INDEXES = (
    IndexModel([("warehouse", ASCENDING), ("sku", ASCENDING)], name="warehouse"),
    IndexModel([("sku", ASCENDING), ("warehouse", ASCENDING)], name="sku"),
)
FIELDS = ("on_hand", "allocated", "backordered")


def _nothing(_part: Part, _fact: Fact) -> None:
    """A warehouse's own document only says how far its facts are told."""


def _unlisted(_document: Document) -> Document:
    return {"listed": False}


WAREHOUSES = View(collection="warehouses", folds={"stock": _nothing}, row=_unlisted)


def levels_of(fact: Fact) -> Iterator[UpdateOne]:
    """What a fact changes if it is a warehouse's: the levels it names, unless a later one has."""
    for level in fact.data.get("levels", ()) if fact.source == "stock" else ():
        place = {"warehouse": fact.stream, "sku": level["sku"]}
        told = {"sequence": fact.sequence, "at": fact.at} | {f: level[f] for f in FIELDS}
        yield _guarded(place, "fact", "sequence", told)


def level_of(entry: Entry) -> UpdateOne:
    """What a record of the table of levels changes, unless a later one has."""
    warehouse, _, sku = entry.key.partition("/")
    data = entry.data or dict.fromkeys(FIELDS, 0)
    told = {"offset": entry.offset} | {f: data[f] for f in FIELDS}
    return _guarded({"warehouse": warehouse, "sku": sku}, "level", "offset", told)


def _guarded(place: dict[str, str], part: str, guard: str, told: dict[str, Any]) -> UpdateOne:
    """An update that changes nothing where a later one was: it then finds its `_id` taken."""
    before = {"$or": [{part: None}, {f"{part}.{guard}": {"$lt": told[guard]}}]}
    where = {"_id": f"{place['warehouse']}/{place['sku']}", **before}
    return UpdateOne(where, {"$set": {**place, part: told}}, upsert=True)
