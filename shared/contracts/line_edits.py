"""Which line is in which shipment after an edit, and why an edit can't be.

The order prices lines, fulfilment counts pieces. Both apply the same edits, in the same order, to
lines of their own kind; these are the rules that they share, so that they can't differ.
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
    """What every kind of line has."""

    @property
    def line_id(self) -> str:
        """Its id within its shipment."""

    @property
    def sku(self) -> str:
        """The article."""

    @property
    def name(self) -> str:
        """The article's name."""

    @property
    def quantity(self) -> int:
        """How many pieces."""


L = TypeVar("L", bound=AnyLine)
Goods = Mapping[str, tuple[L, ...]]  # the lines of each shipment, by its id


class Lines(Protocol[L]):
    """How lines of one kind are made, altered, parted and merged."""

    def made(self, edit: LineAdded) -> L:
        """The line that `edit` adds."""

    def altered(self, line: L, edit: LineAltered) -> L:
        """`line` as `edit` wants it."""

    def parted(self, line: L, quantity: int, line_id: str) -> tuple[L, L]:
        """What stays of `line`, and the `quantity` pieces that go, under an id of their own."""

    def renamed(self, line: L, line_id: str) -> L:
        """All of `line`, under another id."""

    def merged(self, line: L, part: L) -> L:
        """`line` with the pieces of `part` as well, the same article."""


def touched(edit: Edit) -> tuple[str, ...]:
    """The shipments whose lines `edit` is about."""
    if isinstance(edit, DiscountSet):
        return ()
    if isinstance(edit, LineMoved):
        return (edit.shipment_id, edit.to_shipment_id)
    return (edit.shipment_id,)


def find(goods: Goods[L], shipment_id: str, line_id: str) -> L | None:
    """A line by its ids; None if it isn't there."""
    return next((line for line in goods.get(shipment_id, ()) if line.line_id == line_id), None)


def is_done(goods: Goods[L], edit: Edit) -> bool:
    """Whether the lines are where `edit` wants them, so that it moves nothing: it was made before.

    What a line costs is not asked here.
    """
    match edit:
        case LineAdded():
            line = find(goods, edit.shipment_id, edit.line_id)
            return line is not None and _is_same(line, edit)
        case LineTaken():
            return edit.shipment_id in goods and not find(goods, edit.shipment_id, edit.line_id)
        case LineMoved():
            there = find(goods, edit.to_shipment_id, edit.to_line_id)
            if there is None or find(goods, edit.shipment_id, edit.line_id) is not None:
                return False
            return edit.quantity in (None, there.quantity)
    return False


def why_not(goods: Goods[L], edit: Edit) -> tuple[Blocker, ...]:
    """What stands in the way of `edit`, as far as it is a question of which lines there are."""
    if is_done(goods, edit) or isinstance(edit, DiscountSet):
        return ()
    if edit.shipment_id not in goods:
        return (blocker("unknown-shipment", shipment=edit.shipment_id),)
    if isinstance(edit, LineAdded):
        return _no_addition(goods, edit)
    line = find(goods, edit.shipment_id, edit.line_id)
    if line is None:
        return (blocker("unknown-line", shipment=edit.shipment_id, line=edit.line_id),)
    if isinstance(edit, LineTaken):
        return _no_leaving(goods, edit)
    if isinstance(edit, LineMoved):
        return _no_move(goods, edit, line)
    return ()


def applied(goods: Goods[L], edit: Edit, lines: Lines[L]) -> dict[str, tuple[L, ...]]:
    """The lines after an `edit` that nothing stands in the way of."""
    after = dict(goods)
    if is_done(goods, edit) or isinstance(edit, DiscountSet):
        return after
    here = goods[edit.shipment_id]
    match edit:
        case LineAdded():
            after[edit.shipment_id] = (*here, lines.made(edit))
        case LineAltered():
            after[edit.shipment_id] = tuple(
                lines.altered(line, edit) if line.line_id == edit.line_id else line for line in here
            )
        case LineTaken():
            after[edit.shipment_id] = tuple(line for line in here if line.line_id != edit.line_id)
        case LineMoved():
            stays: list[L] = []
            goes: list[L] = list(goods.get(edit.to_shipment_id, ()))
            for line in here:
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
            if not stays:  # an emptied shipment goes away
                del after[edit.shipment_id]
    return after


def _join(goes: list[L], part: L, lines: Lines[L]) -> None:
    """Adds `part` to the lines that are there, to the one with its id if there is one."""
    for position, line in enumerate(goes):
        if line.line_id == part.line_id:
            goes[position] = lines.merged(line, part)
            return
    goes.append(part)


def _is_same(line: AnyLine, edit: LineAdded) -> bool:
    return (line.sku, line.name, line.quantity) == (edit.sku, edit.name, edit.quantity)


def _no_addition(goods: Goods[L], edit: LineAdded) -> tuple[Blocker, ...]:
    if find(goods, edit.shipment_id, edit.line_id) is not None:
        return (id_reused(f"Line {edit.line_id} of shipment {edit.shipment_id}"),)
    return _no_room_for_a_line(goods)


def _no_room_for_a_line(goods: Goods[L]) -> tuple[Blocker, ...]:
    if sum(map(len, goods.values())) < MAX_LINES:
        return ()
    return (blocker("order-full", most=MAX_LINES),)


def _no_leaving(goods: Goods[L], edit: LineTaken | LineMoved) -> tuple[Blocker, ...]:
    if len(goods[edit.shipment_id]) > 1:
        return ()
    return (blocker("last-line", line=edit.line_id, shipment=edit.shipment_id),)


def _no_move(goods: Goods[L], edit: LineMoved, line: AnyLine) -> tuple[Blocker, ...]:
    if edit.to_shipment_id == edit.shipment_id:
        return (blocker("same-shipment", line=edit.line_id, shipment=edit.shipment_id),)
    found: tuple[Blocker, ...] = ()
    if edit.quantity is not None and edit.quantity > line.quantity:
        told = {"line": edit.line_id, "pieces": line.quantity, "wanted": edit.quantity}
        found += (blocker("too-many", **told),)
    there = find(goods, edit.to_shipment_id, edit.to_line_id)
    whole = edit.quantity in (None, line.quantity)
    if there is None and not whole:
        found += _no_room_for_a_line(goods)
    if edit.to_shipment_id not in goods:
        empties = whole and len(goods[edit.shipment_id]) == 1
        return found + _no_birth(goods, edit, MAX_SHIPMENTS + empties)
    if there is not None and (there.sku, there.name) != (line.sku, line.name):
        told = {"shipment": edit.to_shipment_id, "line": edit.to_line_id}
        found += (blocker("id-reused.line", **told),)
    return found


def _no_birth(goods: Goods[L], edit: LineMoved, most: int) -> tuple[Blocker, ...]:
    if edit.destination is None:
        return (blocker("unknown-shipment.new", shipment=edit.to_shipment_id),)
    if len(goods) >= most:
        return (blocker("order-full.shipments", most=MAX_SHIPMENTS),)
    return ()
