"""The summary of an edit: what it changed, as text for people."""

from decimal import Decimal

from services.order.content import Content
from shared.contracts.line_edits import find
from shared.contracts.money import zero
from shared.contracts.order_edits import (
    DiscountSet,
    Edit,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from shared.contracts.orders import Line


def summary(edit: Edit, before: Content, after: Content) -> str:
    """Returns what `edit` changed, or that nothing changed."""
    match edit:
        case LineAdded():
            words = _added(edit, before, after)
        case LineAltered():
            words = _changed(edit, before, after)
        case LineTaken():
            words = _removed(edit, before)
        case LineMoved():
            words = _moved(edit, before, after)
        case DiscountSet():
            words = _discounted(before, after)
    return words or "Nothing changed."


def total_sentence(before: Decimal, after: Decimal, currency: str) -> str:
    """Returns the sentence about the total before and after."""
    if before == after:
        return f"The total stays {after:f} {currency}."
    return f"The total was {before:f} and is {after:f} {currency}."


def _added(edit: LineAdded, before: Content, after: Content) -> str:
    line = find(after.goods, edit.shipment_id, edit.line_id)
    if line is None or find(before.goods, edit.shipment_id, edit.line_id):
        return ""
    return f"Added to shipment {edit.shipment_id}: {_quantity_of(line)} at {line.placed_price:f}."


def _changed(edit: LineAltered, before: Content, after: Content) -> str:
    old = find(before.goods, edit.shipment_id, edit.line_id)
    new = find(after.goods, edit.shipment_id, edit.line_id)
    if old is None or new is None or old == new:
        return ""
    nothing = zero(after.currency)
    changes = [
        f"{what} {_plain(was)}, now {_plain(now)}"
        for what, was, now in (
            ("quantity", old.quantity, new.quantity),
            ("price", old.placed_price, new.placed_price),
            ("discount by hand", old.manual_discount or nothing, new.manual_discount or nothing),
            ("discount", old.discount, new.discount),
            ("tax", old.tax, new.tax),
        )
        if was != now
    ]
    return f"{new.name} in shipment {edit.shipment_id}: {'; '.join(changes)}."


def _removed(edit: LineTaken, before: Content) -> str:
    line = find(before.goods, edit.shipment_id, edit.line_id)
    return f"Removed from shipment {edit.shipment_id}: {_quantity_of(line)}." if line else ""


def _moved(edit: LineMoved, before: Content, after: Content) -> str:
    there = find(after.goods, edit.to_shipment_id, edit.to_line_id)
    was = find(before.goods, edit.to_shipment_id, edit.to_line_id)
    moved = there.quantity - (was.quantity if was else 0) if there else 0
    if there is None or not moved:
        return ""
    pieces = f"{moved} × {there.name}"
    where = f"{pieces} from shipment {edit.shipment_id} to {edit.to_shipment_id}"
    if after.shipment(edit.shipment_id) is None:
        where = f"{where}; shipment {edit.shipment_id} is empty and gone"
    if edit.destination is None or before.shipment(edit.to_shipment_id) is not None:
        return f"Moved {where}."
    new = edit.destination
    return f"Moved {where}, a new one by {new.shipping_method} for {new.shipping_cost:f}."


def _discounted(before: Content, after: Content) -> str:
    was = before.granted.quantize(zero(after.currency))
    now = after.granted.quantize(zero(after.currency))
    return "" if was == now else f"The order's discount was {was:f}, now {now:f}."


def _quantity_of(line: Line) -> str:
    return f"{line.quantity} × {line.name}"


def _plain(value: int | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
