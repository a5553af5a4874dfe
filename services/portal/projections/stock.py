"""The stock: one document an article and warehouse, and one a warehouse for how far it is told.

The facts of a warehouse count, for they have a sequence. Levels count where no fact is known,
because the table of levels reaches further back than the facts are kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pymongo import ASCENDING, IndexModel, UpdateOne

from services.portal.projections.facts import Entry, Fact
from services.portal.projections.projection import Document, Part, Projection

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


WAREHOUSES = Projection(collection="warehouses", folds={"stock": _nothing}, row=_unlisted)


@dataclass(frozen=True, slots=True)
class Level:
    """How an article stands in a warehouse, as a fact or as the table (`part`) tells it.

    Of two of the same part the one with the higher `guard` is the later one.
    """

    warehouse: str
    sku: str
    part: str
    guard: str
    told: Document

    @property
    def at(self) -> int:
        """Where it stands among those of its part."""
        return int(self.told[self.guard])

    def write(self) -> UpdateOne:
        """An update that changes nothing where a later one was: it then finds its `_id` taken."""
        place = {"warehouse": self.warehouse, "sku": self.sku}
        earlier = {f"{self.part}.{self.guard}": {"$lt": self.at}}
        where = {"_id": f"{self.warehouse}/{self.sku}", "$or": [{self.part: None}, earlier]}
        return UpdateOne(where, {"$set": {**place, self.part: self.told}}, upsert=True)


def levels(facts: Iterable[Fact], entries: Iterable[Entry]) -> list[UpdateOne]:
    """What a batch changes. Of all that it tells of an article only the last is written."""
    last: dict[tuple[str, str, str], Level] = {}
    for level in chain(chain.from_iterable(map(_of_fact, facts)), map(_of_entry, entries)):
        key = (level.warehouse, level.sku, level.part)
        if key not in last or last[key].at < level.at:
            last[key] = level
    return [level.write() for level in last.values()]


def _of_fact(fact: Fact) -> Iterator[Level]:
    for level in fact.data.get("levels", ()) if fact.source == "stock" else ():
        told = {"sequence": fact.sequence, "at": fact.at} | {f: level[f] for f in FIELDS}
        yield Level(fact.stream, level["sku"], "fact", "sequence", told)


def _of_entry(entry: Entry) -> Level:
    warehouse, _, sku = entry.key.partition("/")
    data = entry.data or dict.fromkeys(FIELDS, 0)
    told = {"offset": entry.offset} | {f: data[f] for f in FIELDS}
    return Level(warehouse, sku, "level", "offset", told)
