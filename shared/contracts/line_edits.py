"""The rules of line edits that the order and fulfilment share.

The order prices lines, fulfilment counts quantities. Both apply the same edits in the same order
to their own kind of lines. So they share the rules that say which line is in which shipment, and
why an edit is refused.
"""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from shared.contracts.checkout import MAX_LINES, MAX_SHIPMENTS
from shared.contracts.error_texts import blocker, id_reused
from shared.contracts.order_edits import (
    DiscountSet,
    Edit,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from shared.contracts.replies import Blocker


class AnyLine(Protocol):
    """The fields of every kind of line."""

    @property
    def line_id(self) -> str:
        """The id within the shipment."""

    @property
    def sku(self) -> str:
        """The article."""

    @property
    def name(self) -> str:
        """The article's name."""

    @property
    def quantity(self) -> int:
        """How many units."""


L = TypeVar("L", bound=AnyLine)
ShipmentLines = Mapping[str, tuple[L, ...]]  # the lines of each shipment, by its id


class Lines(Protocol[L]):
    """Creates, changes, splits and merges lines of one kind."""

    def made(self, edit: LineAdded) -> L:
        """Returns the line that `edit` adds."""

    def altered(self, line: L, edit: LineAltered) -> L:
        """Returns `line` as changed by `edit`."""

    def parted(self, line: L, quantity: int, line_id: str) -> tuple[L, L]:
        """Splits off `quantity` units; returns what remains, and the new line with `line_id`."""

    def renamed(self, line: L, line_id: str) -> L:
        """Returns all of `line` under another id."""

    def merged(self, line: L, part: L) -> L:
        """Returns `line` with the quantity of `part`, a line of the same article, added."""


def touched(edit: Edit) -> tuple[str, ...]:
    """The ids of the shipments whose lines `edit` affects."""
    if isinstance(edit, DiscountSet):
        return ()
    if isinstance(edit, LineMoved):
        return (edit.shipment_id, edit.to_shipment_id)
    return (edit.shipment_id,)


def find(shipments: ShipmentLines[L], shipment_id: str, line_id: str) -> L | None:
    """Returns a line by its ids; None if there is none."""
    return next((line for line in shipments.get(shipment_id, ()) if line.line_id == line_id), None)


def is_done(shipments: ShipmentLines[L], edit: Edit) -> bool:
    """Whether `edit` was made before, so that it changes nothing. Prices aren't compared."""
    match edit:
        case LineAdded():
            line = find(shipments, edit.shipment_id, edit.line_id)
            return line is not None and _is_same(line, edit)
        case LineTaken():
            return edit.shipment_id in shipments and not find(
                shipments, edit.shipment_id, edit.line_id
            )
        case LineMoved():
            moved = find(shipments, edit.to_shipment_id, edit.to_line_id)
            if moved is None or find(shipments, edit.shipment_id, edit.line_id) is not None:
                return False
            return edit.quantity in (None, moved.quantity)
    return False


def why_not(shipments: ShipmentLines[L], edit: Edit) -> tuple[Blocker, ...]:
    """The blockers of `edit` that follow from which lines there are."""
    if is_done(shipments, edit) or isinstance(edit, DiscountSet):
        return ()
    if edit.shipment_id not in shipments:
        return (blocker("unknown-shipment", shipment=edit.shipment_id),)
    if isinstance(edit, LineAdded):
        return _addition_blockers(shipments, edit)
    line = find(shipments, edit.shipment_id, edit.line_id)
    if line is None:
        return (blocker("unknown-line", shipment=edit.shipment_id, line=edit.line_id),)
    if isinstance(edit, LineTaken):
        return _removal_blockers(shipments, edit)
    if isinstance(edit, LineMoved):
        return _move_blockers(shipments, edit, line)
    return ()


def applied(shipments: ShipmentLines[L], edit: Edit, lines: Lines[L]) -> dict[str, tuple[L, ...]]:
    """The lines after `edit`, which must have no blockers."""
    after = dict(shipments)
    if is_done(shipments, edit) or isinstance(edit, DiscountSet):
        return after
    lines_now = shipments[edit.shipment_id]
    match edit:
        case LineAdded():
            after[edit.shipment_id] = (*lines_now, lines.made(edit))
        case LineAltered():
            after[edit.shipment_id] = tuple(
                lines.altered(line, edit) if line.line_id == edit.line_id else line
                for line in lines_now
            )
        case LineTaken():
            after[edit.shipment_id] = tuple(
                line for line in lines_now if line.line_id != edit.line_id
            )
        case LineMoved():
            stays: list[L] = []
            goes: list[L] = list(shipments.get(edit.to_shipment_id, ()))
            for line in lines_now:
                if line.line_id != edit.line_id:
                    stays.append(line)
                elif edit.quantity in (None, line.quantity):
                    _join(goes, lines.renamed(line, edit.to_line_id), lines)
                else:
                    rest, part = lines.parted(line, edit.quantity or 0, edit.to_line_id)
                    stays.append(rest)
                    _join(goes, part, lines)
            after[edit.shipment_id] = tuple(stays)
            after[edit.to_shipment_id] = tuple(goes)
            if not stays:  # an emptied shipment is removed
                del after[edit.shipment_id]
    return after


def _join(goes: list[L], part: L, lines: Lines[L]) -> None:
    """Adds `part` to the lines: merged into the one with its id, if there is one."""
    for position, line in enumerate(goes):
        if line.line_id == part.line_id:
            goes[position] = lines.merged(line, part)
            return
    goes.append(part)


def _is_same(line: AnyLine, edit: LineAdded) -> bool:
    return (line.sku, line.name, line.quantity) == (edit.sku, edit.name, edit.quantity)


def _addition_blockers(shipments: ShipmentLines[L], edit: LineAdded) -> tuple[Blocker, ...]:
    if find(shipments, edit.shipment_id, edit.line_id) is not None:
        return (id_reused(f"Line {edit.line_id} of shipment {edit.shipment_id}"),)
    return _line_limit_blockers(shipments)


def _line_limit_blockers(shipments: ShipmentLines[L]) -> tuple[Blocker, ...]:
    if sum(map(len, shipments.values())) < MAX_LINES:
        return ()
    return (blocker("order-full", most=MAX_LINES),)


def _removal_blockers(
    shipments: ShipmentLines[L], edit: LineTaken | LineMoved
) -> tuple[Blocker, ...]:
    if len(shipments[edit.shipment_id]) > 1:
        return ()
    return (blocker("last-line", line=edit.line_id, shipment=edit.shipment_id),)


def _move_blockers(
    shipments: ShipmentLines[L], edit: LineMoved, line: AnyLine
) -> tuple[Blocker, ...]:
    if edit.to_shipment_id == edit.shipment_id:
        return (blocker("same-shipment", line=edit.line_id, shipment=edit.shipment_id),)
    found: tuple[Blocker, ...] = ()
    if edit.quantity is not None and edit.quantity > line.quantity:
        facts = {"line": edit.line_id, "pieces": line.quantity, "wanted": edit.quantity}
        found += (blocker("too-many", **facts),)
    target = find(shipments, edit.to_shipment_id, edit.to_line_id)
    whole = edit.quantity in (None, line.quantity)
    if target is None and not whole:
        found += _line_limit_blockers(shipments)
    if edit.to_shipment_id not in shipments:
        empties = whole and len(shipments[edit.shipment_id]) == 1
        return found + _new_shipment_blockers(shipments, edit, MAX_SHIPMENTS + empties)
    if target is not None and (target.sku, target.name) != (line.sku, line.name):
        facts = {"shipment": edit.to_shipment_id, "line": edit.to_line_id}
        found += (blocker("id-reused.line", **facts),)
    return found


def _new_shipment_blockers(
    shipments: ShipmentLines[L], edit: LineMoved, most: int
) -> tuple[Blocker, ...]:
    if edit.destination is None:
        return (blocker("unknown-shipment.new", shipment=edit.to_shipment_id),)
    if len(shipments) >= most:
        return (blocker("order-full.shipments", most=MAX_SHIPMENTS),)
    return ()
