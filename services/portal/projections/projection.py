"""How a document is made of facts: each source owns a part of it, the rest is worked out.

A document of an order hears of three services, whose topics come in any order among each other.
So each source folds into a part of its own, in its own sequence; and what is shown and searched
(`row`) is a function of all parts. Whatever the order of arrival, the document ends up the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel

from services.portal.projections.facts import Fact, moment

Document = dict[str, Any]
Part = dict[str, Any]
Fold = Callable[[Part, Fact], None]


@dataclass(frozen=True)
class Projection:
    """A collection with one document a stream.

    folds   for each source the function that lets a fact change the source's part
    row     what is shown in lists and searched, from all parts
    erased  the fact that leaves nothing of a document but the part which it makes
    """

    collection: str
    folds: Mapping[str, Fold]
    row: Callable[[Document], Document]
    indexes: Sequence[IndexModel] = ()
    erased: str | None = None

    def new(self, stream: str) -> Document:
        """A document that has heard of nothing yet."""
        return {"_id": stream, "applied": {}, "row": {"listed": False}}

    def apply(self, document: Document, fact: Fact) -> bool:
        """Lets `fact` change the document; False if it has done so before.

        A fact that comes after a gap is taken in all the same, and the gap is noted: something is
        missing for ever, and the document says so. Raises whatever a fold raises.
        """
        source, applied = fact.source, document["applied"]
        expected = applied.get(source, 0) + 1
        if fact.sequence < expected:
            return False
        if fact.sequence > expected:
            self.miss(document, source, expected, fact.sequence - 1)
        applied[source] = fact.sequence
        if fact.name == self.erased:
            for part in self.folds:
                document.pop(part, None)
            document["deleted"] = _tombstone(fact)
        elif "deleted" not in document:
            self.folds[source](document.setdefault(source, {}), fact)
        return True

    def miss(self, document: Document, source: str, first: int, last: int) -> None:
        """Notes that facts of a source are missing."""
        document.setdefault("gaps", {}).setdefault(source, []).append([first, last])

    def finish(self, document: Document) -> None:
        """Works out what follows from the parts."""
        document["row"] = {"listed": False} if "deleted" in document else self.row(document)


def _tombstone(fact: Fact) -> Document:
    """All that stays of something deleted: its number, who deleted it, and when."""
    data = fact.data
    when = moment(data["at"]) if data.get("at") else fact.at
    return {"number": data.get("order_number"), "who": data.get("by") or fact.actor, "when": when}
