"""How events become documents: each source owns a part, and the row is derived from all parts.

An order document is fed by three services, whose topics arrive in any order relative to each other.
So the events of each source are applied to its own part, in their sequence, and what is listed and
searched (`row`) is a function of all parts. The result doesn't depend on the order of arrival.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel

from services.portal.projections.facts import Fact, moment

Document = dict[str, Any]
Part = dict[str, Any]
ApplyFact = Callable[[Part, Fact], None]


@dataclass(frozen=True)
class Projection:
    """A collection with one document per stream.

    parts   for each source, the function that applies an event to the source's part
    row     derives from all parts what is listed and searched
    erased  the name of the event that erases the document, all but a tombstone
    timed   whether its documents have a timeline, which is erased with them
    """

    collection: str
    parts: Mapping[str, ApplyFact]
    row: Callable[[Document], Document]
    indexes: Sequence[IndexModel] = ()
    erased: str | None = None
    timed: bool = True

    def new(self, stream: str) -> Document:
        """A document to which no event was applied yet."""
        return {"_id": stream, "applied": {}, "row": {"listed": False}}

    def apply(self, document: Document, fact: Fact) -> bool:
        """Applies an event to the document; returns False if it was applied before.

        An event after a gap is applied as well, and the gap is recorded: the document is incomplete
        from then on. Raises whatever the part's function raises.
        """
        source, applied = fact.source, document["applied"]
        expected = applied.get(source, 0) + 1
        if fact.sequence < expected:
            return False
        if fact.sequence > expected:
            self.note_gap(document, source, expected, fact.sequence - 1)
        applied[source] = fact.sequence
        if fact.name == self.erased:
            for part in self.parts:
                document.pop(part, None)
            document["deleted"] = _tombstone(fact)
        elif "deleted" not in document:
            self.parts[source](document.setdefault(source, {}), fact)
        return True

    def note_gap(self, document: Document, source: str, first: int, last: int) -> None:
        """Records that the events `first` to `last` of a source are missing."""
        document.setdefault("gaps", {}).setdefault(source, []).append([first, last])

    def finish(self, document: Document) -> None:
        """Derives the row from the parts."""
        document["row"] = {"listed": False} if "deleted" in document else self.row(document)


def _tombstone(fact: Fact) -> Document:
    """What remains of a deleted document: the order number, who deleted it, and when."""
    data = fact.data
    when = moment(data["at"]) if data.get("at") else fact.at
    return {"number": data.get("order_number"), "who": data.get("by") or fact.actor, "when": when}
