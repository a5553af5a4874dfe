"""Which line is in which shipment after an edit, and why an edit can't be.

The order prices lines, fulfilment counts pieces. Both apply the same edits, in the same order, to
lines of their own kind; these are the rules that they share, so that they can't differ.
"""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from shared.contracts.checkout import MAX_LINES, MAX_SHIPMENTS
from shared.contracts.editing import (
    DiscountSet,
    Edit,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from shared.contracts.replies import REUSED, Blocker, id_reused


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
    """How lines of one kind are made, altered and parted."""

    def made(self, edit: LineAdded) -> L:
        """The line that `edit` adds."""

    def altered(self, line: L, edit: LineAltered) -> L:
        """`line` as `edit` wants it."""

    def parted(self, line: L, quantity: int, line_id: str) -> tuple[L, L]:
        """What stays of `line`, and the `quantity` pieces that go, under an id of their own."""

    def renamed(self, line: L, line_id: str) -> L:
        """All of `line`, under another id."""


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
        return (_no_shipment(edit.shipment_id),)
    if isinstance(edit, LineAdded):
        return _no_addition(goods, edit)
    line = find(goods, edit.shipment_id, edit.line_id)
    if line is None:
        words = f"Shipment {edit.shipment_id} has no line {edit.line_id}."
        return (Blocker(code="unknown-line", message=words),)
    if isinstance(edit, LineTaken):
        return _no_leaving(goods, edit.shipment_id)
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
                    goes.append(lines.renamed(line, edit.to_line_id))
                else:
                    rest, part = lines.parted(line, edit.quantity or 0, edit.to_line_id)
                    stays.append(rest)
                    goes.append(part)
            after[edit.shipment_id] = tuple(stays)
            after[edit.to_shipment_id] = tuple(goes)
    return after


def _is_same(line: AnyLine, edit: LineAdded) -> bool:
    return (line.sku, line.name, line.quantity) == (edit.sku, edit.name, edit.quantity)


def _no_shipment(shipment_id: str) -> Blocker:
    words = f"The order has no shipment {shipment_id}."
    return Blocker(code="unknown-shipment", message=words)


def _no_addition(goods: Goods[L], edit: LineAdded) -> tuple[Blocker, ...]:
    if find(goods, edit.shipment_id, edit.line_id) is not None:
        return (id_reused(f"Line {edit.line_id} of shipment {edit.shipment_id}"),)
    return _no_room_for_a_line(goods)


def _no_room_for_a_line(goods: Goods[L]) -> tuple[Blocker, ...]:
    if sum(map(len, goods.values())) < MAX_LINES:
        return ()
    return (Blocker(code="order-full", message=f"An order has at most {MAX_LINES} lines."),)


def _no_leaving(goods: Goods[L], shipment_id: str) -> tuple[Blocker, ...]:
    if len(goods[shipment_id]) > 1:
        return ()
    words = (
        f"It is the last line of shipment {shipment_id}; a shipment keeps at least one. "
        "The shipment can be canceled instead."
    )
    return (Blocker(code="last-line", message=words),)


def _no_move(goods: Goods[L], edit: LineMoved, line: AnyLine) -> tuple[Blocker, ...]:
    if edit.to_shipment_id == edit.shipment_id:
        words = f"Line {edit.line_id} is in shipment {edit.shipment_id} already."
        return (Blocker(code="same-shipment", message=words),)
    found: tuple[Blocker, ...] = ()
    if edit.quantity is not None and edit.quantity > line.quantity:
        words = f"Line {edit.line_id} has {line.quantity} pieces, not {edit.quantity}."
        found += (Blocker(code="too-many", message=words),)
    if edit.quantity in (None, line.quantity):
        found += _no_leaving(goods, edit.shipment_id)
    else:
        found += _no_room_for_a_line(goods)
    if edit.to_shipment_id not in goods:
        return found + _no_birth(goods, edit)
    if find(goods, edit.to_shipment_id, edit.to_line_id) is not None:
        words = (
            f"Shipment {edit.to_shipment_id} has a line {edit.to_line_id} already: "
            "give to_line_id another id."
        )
        found += (Blocker(code=REUSED, message=words),)
    return found


def _no_birth(goods: Goods[L], edit: LineMoved) -> tuple[Blocker, ...]:
    if edit.destination is None:
        words = (
            f"The order has no shipment {edit.to_shipment_id}; for a new one an address "
            "and a shipping method are needed."
        )
        return (Blocker(code="unknown-shipment", message=words),)
    if len(goods) >= MAX_SHIPMENTS:
        words = f"An order has at most {MAX_SHIPMENTS} shipments."
        return (Blocker(code="order-full", message=words),)
    return ()
