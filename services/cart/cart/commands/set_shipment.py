"""Sets the address and shipping method of a cart's shipments."""

from collections.abc import Sequence

from services.cart.cart.allowed import (
    require_market,
    require_open_cart,
    why_no_address,
    why_no_book_entry,
    why_no_method,
)
from services.cart.cart.customer_lookup import require_address_book
from services.cart.cart.state import Cart
from shared.contracts import Message
from shared.contracts.address import Address
from shared.contracts.carts import SetShipment, ShipmentSet
from shared.contracts.checkout import MAX_SHIPMENTS
from shared.contracts.customers import BookPlace, place_for
from shared.runtime.decider import Context, refuse, rejected


def set_shipment(command: SetShipment, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Sets address and method, at the market's price for the method.

    Adds the address to the customer's book only on request (rules: Customers).
    """
    cart = require_open_cart(cart, command.cart_id)
    market = require_market(cart, context)
    refuse(why_no_method(cart, command.shipping_method, context.site))
    require_room_for_shipment(cart, command.shipment_id)
    address = _address(command, cart, context)
    place = _book_place(command, address, cart, context)
    shipment = cart.shipments.get(command.shipment_id)
    current = shipment.destination if shipment else None
    if (
        current is not None
        and current.address == address
        and current.shipping_method == command.shipping_method
        and place in (None, current.to_address_book)
    ):
        return []
    event = ShipmentSet(
        cart_id=cart.cart_id,
        shipment_id=command.shipment_id,
        address=address,
        shipping_method=command.shipping_method,
        shipping_cost=market.shipping_methods[command.shipping_method].price,
        to_address_book=place,
    )
    return [event]


def _address(command: SetShipment, cart: Cart, context: Context) -> Address:
    """The address given, or the one with the given id from the address book."""
    if command.address is not None:
        return command.address
    book, address_id = require_address_book(cart, context), command.address_id or ""
    refuse(why_no_address(book, address_id))
    return book.addresses[address_id]


def _book_place(
    command: SetShipment, address: Address, cart: Cart, context: Context
) -> BookPlace | None:
    """The address's place in the book; None if not requested, or if the book has the address."""
    if not command.add_to_address_book:
        return None
    book = require_address_book(cart, context)
    refuse(why_no_book_entry(book, address))
    return None if book.has(address) else place_for(book.customer_id, address)


def require_room_for_shipment(cart: Cart, shipment_id: str) -> None:
    """Raises `Rejected` if the cart has no room for a new shipment."""
    if shipment_id not in cart.shipments and len(cart.shipments) >= MAX_SHIPMENTS:
        raise rejected("cart-full.shipments", most=MAX_SHIPMENTS)
