"""What is in a cart: lines added, changed, removed. Their tax comes with the totals."""

from collections.abc import Sequence
from decimal import Decimal

from services.cart.cart.allowed import require_market, require_open_cart, why_no_room
from services.cart.cart.commands.set_shipment import room_for_shipment
from services.cart.cart.preconditions import unknown_line
from services.cart.cart.state import Cart
from shared.catalog import completed
from shared.contracts import Message
from shared.contracts.carts import AddLine, ChangeLine, LineRemoved, LineSet, RemoveLine
from shared.contracts.money import exact, zero
from shared.contracts.totals import writable
from shared.runtime.decider import Context, refuse
from shared.runtime.decider.identity import refuse_other


def add_line(command: AddLine, cart: Cart | None, context: Context) -> Sequence[Message]:
    """A line more; its shipment may be set later. The same line again changes nothing."""
    cart = require_open_cart(cart, command.cart_id)
    require_market(cart, context)
    there = cart.line(command.shipment_id, command.line_id)
    name, price = _article(command, there, cart, context)
    writable(command.quantity * price, "placed_price")
    line = LineSet(
        cart_id=cart.cart_id,
        shipment_id=command.shipment_id,
        line_id=command.line_id,
        sku=command.sku,
        name=name,
        quantity=command.quantity,
        placed_price=price,
        tax=zero(cart.currency),  # until the totals are told
        preorder=command.preorder,
    )
    if there is not None:
        alike = there == line.model_copy(update={"tax": there.tax})
        what = f"Line {line.line_id} of shipment {line.shipment_id}"
        refuse_other(context, what, alike)
        return []
    room_for_shipment(cart, command.shipment_id)
    refuse(why_no_room(cart))
    return [line]


def change_line(command: ChangeLine, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Another quantity or price; what isn't given stays."""
    cart = require_open_cart(cart, command.cart_id)
    require_market(cart, context)
    if command.placed_price is not None:
        exact(command.placed_price, cart.currency, "placed_price")
    there = cart.line(command.shipment_id, command.line_id)
    if there is None:
        raise unknown_line(command.shipment_id, command.line_id)
    quantity = there.quantity if command.quantity is None else command.quantity
    price = there.placed_price if command.placed_price is None else command.placed_price
    if (quantity, price) == (there.quantity, there.placed_price):
        return []
    writable(quantity * price, "placed_price")
    return [there.model_copy(update={"quantity": quantity, "placed_price": price})]


def remove_line(command: RemoveLine, cart: Cart | None, _context: Context) -> Sequence[Message]:
    """A line less; one that was removed before changes nothing."""
    cart = require_open_cart(cart, command.cart_id)
    shipment = cart.shipments.get(command.shipment_id)
    if shipment and command.line_id in shipment.removed:
        return []
    if not cart.line(command.shipment_id, command.line_id):
        raise unknown_line(command.shipment_id, command.line_id)
    removed = LineRemoved(
        cart_id=cart.cart_id, shipment_id=command.shipment_id, line_id=command.line_id
    )
    return [removed]


def _article(
    command: AddLine, there: LineSet | None, cart: Cart, context: Context
) -> tuple[str, Decimal]:
    """Its name and price: given, else the line's that is there already, else the catalog's."""
    if command.placed_price is not None:
        exact(command.placed_price, cart.currency, "placed_price")
    if there is None:
        return completed(command, cart.market, cart.currency, context.known)
    price = there.placed_price if command.placed_price is None else command.placed_price
    return command.name or there.name, price
