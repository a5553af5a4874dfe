"""The read model of stock: one document per warehouse and SKU, and one per warehouse.

The document of a warehouse only records which events of its stream were applied. A level is stored
twice, as the last event reported it (`fact`) and as the table of levels has it (`level`). The event
takes precedence, since events have a sequence; the table covers what is older than the events that
topics keep.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from pymongo import ASCENDING, IndexModel, UpdateOne

from services.portal.projections.facts import Entry, Fact
from services.portal.projections.projection import Document, Part, Projection

COLLECTION = "stock"
# The filters of the stock page: each level is either the last event's or the table's.
SHORT: Part = {"available": {"$lte": 0}}
WAITING: Part = {"backordered": {"$gt": 0}}
QUARANTINE: Part = {"quarantined": {"$gt": 0}}
FILTERS = {"short": SHORT, "waiting": WAITING, "quarantine": QUARANTINE}
PARTS = ("fact", "level")


def condition(name: str, part: str) -> Document:
    """The condition of a filter on the levels of this part."""
    return {f"{part}.{field}": bound for field, bound in FILTERS[name].items()}


INDEXES = (
    IndexModel([("warehouse", ASCENDING), ("sku", ASCENDING)], name="warehouse"),
    IndexModel([("sku", ASCENDING), ("warehouse", ASCENDING)], name="sku"),
    *(
        IndexModel(
            [("warehouse", ASCENDING), ("sku", ASCENDING)],
            name=f"{name}-{part}",
            partialFilterExpression=condition(name, part),
        )
        for name in FILTERS
        for part in PARTS
    ),
)
FIELDS = ("on_hand", "allocated", "backordered", "quarantined", "safety")


def _nothing(_part: Part, _fact: Fact) -> None:
    """Changes nothing: a warehouse's document only records which events were applied."""


def _unlisted(_document: Document) -> Document:
    return {"listed": False}


WAREHOUSES = Projection(collection="warehouses", parts={"stock": _nothing}, row=_unlisted)


@dataclass(frozen=True, slots=True)
class Level:
    """The level of a SKU in a warehouse, from an event or from the table (`part`).

    `guard` names the field of `data` that orders two levels of the same part: the higher is later.
    """

    warehouse: str
    sku: str
    part: str
    guard: str
    data: Document

    @property
    def position(self) -> int:
        """Its position among the levels of the same part."""
        return int(self.data[self.guard])

    def write(self) -> UpdateOne:
        """The upsert; if a later level was written before, it finds its `_id` taken and fails."""
        key = {"warehouse": self.warehouse, "sku": self.sku}
        earlier = {f"{self.part}.{self.guard}": {"$lt": self.position}}
        where = {"_id": f"{self.warehouse}/{self.sku}", "$or": [{self.part: None}, earlier]}
        return UpdateOne(where, {"$set": {**key, self.part: self.data}}, upsert=True)


def level_updates(facts: Iterable[Fact], entries: Iterable[Entry]) -> list[UpdateOne]:
    """The writes of a batch: only the last level of each SKU and part."""
    last: dict[tuple[str, str, str], Level] = {}
    for level in chain(chain.from_iterable(map(_of_fact, facts)), map(_of_entry, entries)):
        key = (level.warehouse, level.sku, level.part)
        if key not in last or last[key].position < level.position:
            last[key] = level
    return [level.write() for level in last.values()]


def _of_fact(fact: Fact) -> Iterator[Level]:
    for level in fact.data.get("levels", ()) if fact.source == "stock" else ():
        data = {"sequence": fact.sequence, "at": fact.at} | _figures(level)
        yield Level(fact.stream, level["sku"], "fact", "sequence", data)


def _of_entry(entry: Entry) -> Level:
    warehouse, _, sku = entry.key.partition("/")
    data = entry.data or dict.fromkeys(FIELDS, 0)
    data = {"offset": entry.offset} | _figures(data)
    return Level(warehouse, sku, "level", "offset", data)


def _figures(level: Part) -> Document:
    """What is stored of a level; `available` is computed here, since the index needs a field.

    Levels from before there were quarantines, safety stocks and expected receipts have none.
    """
    figures = {field: level.get(field, 0) for field in FIELDS}
    available = figures["on_hand"] - figures["allocated"] - figures["safety"]
    return figures | {"available": available, "expected": level.get("expected", [])}
