"""Adds, changes and removes lines of a cart. Their tax is set together with the totals."""

from collections.abc import Sequence
from decimal import Decimal

from services.cart.cart.allowed import require_market, require_open_cart, why_no_more_lines
from services.cart.cart.commands.set_shipment import require_room_for_shipment
from services.cart.cart.preconditions import unknown_line
from services.cart.cart.state import Cart
from shared.catalog import name_and_price
from shared.contracts import Message
from shared.contracts.carts import AddLine, ChangeLine, LineRemoved, LineSet, RemoveLine
from shared.contracts.money import exact, zero
from shared.contracts.totals import writable
from shared.runtime.decider import Context, refuse
from shared.runtime.decider.identity import require_same_content


def add_line(command: AddLine, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Adds a line; its shipment may be set later.

    A repeat with the same content changes nothing.
    """
    cart = require_open_cart(cart, command.cart_id)
    require_market(cart, context)
    current = cart.line(command.shipment_id, command.line_id)
    name, price = _article(command, current, cart, context)
    writable(command.quantity * price, "placed_price")
    line = LineSet(
        cart_id=cart.cart_id,
        shipment_id=command.shipment_id,
        line_id=command.line_id,
        sku=command.sku,
        name=name,
        quantity=command.quantity,
        placed_price=price,
        tax=zero(cart.currency),  # set together with the totals
        preorder=command.preorder,
    )
    if current is not None:
        alike = current == line.model_copy(update={"tax": current.tax})
        what = f"Line {line.line_id} of shipment {line.shipment_id}"
        require_same_content(context, what, alike)
        return []
    require_room_for_shipment(cart, command.shipment_id)
    refuse(why_no_more_lines(cart))
    return [line]


def change_line(command: ChangeLine, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Changes a line's quantity or price; a field that isn't given stays."""
    cart = require_open_cart(cart, command.cart_id)
    require_market(cart, context)
    if command.placed_price is not None:
        exact(command.placed_price, cart.currency, "placed_price")
    current = cart.line(command.shipment_id, command.line_id)
    if current is None:
        raise unknown_line(command.shipment_id, command.line_id)
    quantity = current.quantity if command.quantity is None else command.quantity
    price = current.placed_price if command.placed_price is None else command.placed_price
    if (quantity, price) == (current.quantity, current.placed_price):
        return []
    writable(quantity * price, "placed_price")
    return [current.model_copy(update={"quantity": quantity, "placed_price": price})]


def remove_line(command: RemoveLine, cart: Cart | None, _context: Context) -> Sequence[Message]:
    """Removes a line. Removing it a second time changes nothing."""
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
    command: AddLine, current: LineSet | None, cart: Cart, context: Context
) -> tuple[str, Decimal]:
    """The name and price: as given, else those of the current line, else the catalog's."""
    if command.placed_price is not None:
        exact(command.placed_price, cart.currency, "placed_price")
    if current is None:
        return name_and_price(command, cart.market, cart.currency, context.known)
    price = current.placed_price if command.placed_price is None else command.placed_price
    return command.name or current.name, price
