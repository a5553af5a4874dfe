"""Random edits of an order, and the edit that undoes each."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.order.content import Content
from services.order.repricing import shipping_price
from shared.contracts.line_edits import find
from shared.contracts.money import zero
from shared.contracts.order_edits import (
    Destination,
    DiscountSet,
    Edit,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from tests.unit.pricing.worlds import ADDRESS, SHIPMENTS, SKUS, World, amounts

KINDS = ("quantity", "price", "manual", "order", "add", "remove", "move", "split")


@st.composite
def edits(draw: Any, content: Content, world: World, kinds: tuple[str, ...] = KINDS) -> Edit:
    """One edit, which may be refused."""
    kind = draw(st.sampled_from(kinds))
    shipment = draw(st.sampled_from(content.shipments))
    line = draw(st.sampled_from(shipment.lines))
    where = {"shipment_id": shipment.shipment_id, "line_id": line.line_id}
    match kind:
        case "quantity":
            return LineAltered(**where, quantity=draw(st.integers(1, 9)))
        case "price":
            return LineAltered(**where, placed_price=draw(amounts(world.currency)))
        case "manual":
            return LineAltered(**where, manual_discount=draw(amounts(world.currency, 900)))
        case "order":
            return DiscountSet(amount=draw(amounts(world.currency, 900)), beside=True)
        case "add":
            return LineAdded(
                shipment_id=shipment.shipment_id,
                line_id=draw(st.sampled_from(["n1", "n2"])),
                sku=draw(st.sampled_from(SKUS)),
                name="An article",
                quantity=draw(st.integers(1, 9)),
                placed_price=draw(amounts(world.currency)),
            )
        case "remove":
            return LineTaken(**where)
    to = draw(st.sampled_from([s for s in SHIPMENTS if s != shipment.shipment_id]))
    return LineMoved(
        **where,
        quantity=draw(st.integers(1, line.quantity)) if kind == "split" else None,
        to_shipment_id=to,
        to_line_id=draw(st.sampled_from([line.line_id, "m1", "m2"])),
        destination=destination(content, to, world),
    )


def destination(content: Content, to: str, world: World) -> Destination:
    """The destination of a shipment, at its current cost."""
    there = content.shipment(to)
    method = there.shipping_method if there else "standard"
    cost = world.site.markets["US"].shipping_methods[method].price
    return Destination(address=ADDRESS, shipping_method=method, shipping_cost=cost)


def undo(edit: Edit, before: Content, after: Content) -> Edit:
    """The edit that undoes `edit`."""
    nothing = zero(before.currency)
    if isinstance(edit, DiscountSet):
        return DiscountSet(amount=before.manual_discount, beside=True)
    line = find(before.goods, edit.shipment_id, edit.line_id)
    where = {"shipment_id": edit.shipment_id, "line_id": edit.line_id}
    if isinstance(edit, LineAdded):
        return LineTaken(**where)
    assert line is not None
    if isinstance(edit, LineAltered):
        return LineAltered(
            **where,
            quantity=None if edit.quantity is None else line.quantity,
            placed_price=None if edit.placed_price is None else line.placed_price,
            manual_discount=None
            if edit.manual_discount is None
            else line.manual_discount or nothing,
        )
    if isinstance(edit, LineTaken):
        ruled = before.pricing is not None
        return LineAdded(
            **where,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            placed_price=line.placed_price,
            discount=line.manual_discount if ruled else line.discount,
            tax=None if ruled else line.tax,
        )
    source = before.shipment(edit.shipment_id)
    assert source is not None
    there = Destination(
        address=source.address,
        shipping_method=source.shipping_method,
        shipping_cost=shipping_price(source),
        shipping_tax=source.shipping_tax,
    )
    moved = edit.quantity if edit.quantity is not None else line.quantity
    return LineMoved(
        shipment_id=edit.to_shipment_id,
        line_id=edit.to_line_id,
        quantity=moved,
        to_shipment_id=edit.shipment_id,
        to_line_id=edit.line_id,
        destination=there,
    )
