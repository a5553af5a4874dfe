"""What an edit changed, for people."""

from decimal import Decimal

from services.order.content import Content
from shared.contracts.edit_texts import Change, change
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


def change_of(edit: Edit, before: Content, after: Content) -> Change:
    """Returns what `edit` changed, or that nothing changed."""
    match edit:
        case LineAdded():
            made = _added(edit, before, after)
        case LineAltered():
            made = _changed(edit, before, after)
        case LineTaken():
            made = _removed(edit, before)
        case LineMoved():
            made = _moved(edit, before, after)
        case DiscountSet():
            made = _discounted(before, after)
    return made or change("nothing")


def total_change(before: Decimal, after: Decimal, currency: str) -> Change:
    """Returns the sentence about the total before and after."""
    if before == after:
        return change("total-same", now=f"{after:f}", currency=currency)
    return change("total", was=f"{before:f}", now=f"{after:f}", currency=currency)


def _added(edit: LineAdded, before: Content, after: Content) -> Change | None:
    line = find(after.goods, edit.shipment_id, edit.line_id)
    if line is None or find(before.goods, edit.shipment_id, edit.line_id):
        return None
    price = f"{line.placed_price:f}"
    return change("line-added", shipment=edit.shipment_id, **_quantity_of(line), price=price)


def _changed(edit: LineAltered, before: Content, after: Content) -> Change | None:
    old = find(before.goods, edit.shipment_id, edit.line_id)
    new = find(after.goods, edit.shipment_id, edit.line_id)
    if old is None or new is None or old == new:
        return None
    nothing = zero(after.currency)
    changes = [
        change(what, was=_plain(was), now=_plain(now))
        for what, was, now in (
            ("quantity", old.quantity, new.quantity),
            ("price", old.placed_price, new.placed_price),
            (
                "manual-discount",
                old.manual_discount or nothing,
                new.manual_discount or nothing,
            ),
            ("discount", old.discount, new.discount),
            ("tax", old.tax, new.tax),
        )
        if was != now
    ]
    return change("line-changed", *changes, name=new.name, shipment=edit.shipment_id)


def _removed(edit: LineTaken, before: Content) -> Change | None:
    line = find(before.goods, edit.shipment_id, edit.line_id)
    if line is None:
        return None
    return change("line-removed", shipment=edit.shipment_id, **_quantity_of(line))


def _moved(edit: LineMoved, before: Content, after: Content) -> Change | None:
    there = find(after.goods, edit.to_shipment_id, edit.to_line_id)
    was = find(before.goods, edit.to_shipment_id, edit.to_line_id)
    moved = there.quantity - (was.quantity if was else 0) if there else 0
    if there is None or not moved:
        return None
    text = "moved" if after.shipment(edit.shipment_id) else "moved-all"
    facts = {"quantity": str(moved), "name": there.name}
    facts |= {"shipment": edit.shipment_id, "to": edit.to_shipment_id}
    if edit.destination and before.shipment(edit.to_shipment_id) is None:
        text += "-to-new"
        facts["method"] = edit.destination.shipping_method
        facts["cost"] = f"{edit.destination.shipping_cost:f}"
    return change(text, **facts)


def _discounted(before: Content, after: Content) -> Change | None:
    was = before.granted.quantize(zero(after.currency))
    now = after.granted.quantize(zero(after.currency))
    return None if was == now else change("order-discount", was=f"{was:f}", now=f"{now:f}")


def _quantity_of(line: Line) -> dict[str, str]:
    return {"quantity": str(line.quantity), "name": line.name}


def _plain(value: int | Decimal) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
