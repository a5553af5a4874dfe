"""Where a shipment goes, how, and what the market charges for it."""

from collections.abc import Sequence

from services.cart.cart.allowed import (
    require_market,
    require_open_cart,
    why_no_address,
    why_no_entry,
    why_no_method,
)
from services.cart.cart.customer_lookup import book_of
from services.cart.cart.state import Cart
from shared.contracts import Message
from shared.contracts.address import Address
from shared.contracts.carts import SetShipment, ShipmentSet
from shared.contracts.checkout import MAX_SHIPMENTS
from shared.contracts.customers import BookPlace, place_for
from shared.runtime.decider import Context, refuse, rejected


def set_shipment(command: SetShipment, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Address and method, at the market's price for the method.

    The address enters the customer's book only when asked to (rules: Customers).
    """
    cart = require_open_cart(cart, command.cart_id)
    market = require_market(cart, context)
    refuse(why_no_method(cart, command.shipping_method, context.site))
    room_for_shipment(cart, command.shipment_id)
    address = _address(command, cart, context)
    place = _place(command, address, cart, context)
    shipment = cart.shipments.get(command.shipment_id)
    there = shipment.destination if shipment else None
    if (
        there is not None
        and there.address == address
        and there.shipping_method == command.shipping_method
        and place in (None, there.to_address_book)
    ):
        return []
    now_set = ShipmentSet(
        cart_id=cart.cart_id,
        shipment_id=command.shipment_id,
        address=address,
        shipping_method=command.shipping_method,
        shipping_cost=market.shipping_methods[command.shipping_method].price,
        to_address_book=place,
    )
    return [now_set]


def _address(command: SetShipment, cart: Cart, context: Context) -> Address:
    """The one that is given, or the one that the address book has."""
    if command.address is not None:
        return command.address
    book, address_id = book_of(cart, context), command.address_id or ""
    refuse(why_no_address(book, address_id))
    return book.addresses[address_id]


def _place(
    command: SetShipment, address: Address, cart: Cart, context: Context
) -> BookPlace | None:
    """Where the address is to enter the book; None if it isn't asked for, or is there already."""
    if not command.add_to_address_book:
        return None
    book = book_of(cart, context)
    refuse(why_no_entry(book, address))
    return None if book.has(address) else place_for(book.customer_id, address)


def room_for_shipment(cart: Cart, shipment_id: str) -> None:
    """A refusal if a shipment would be one too many."""
    if shipment_id not in cart.shipments and len(cart.shipments) >= MAX_SHIPMENTS:
        raise rejected("cart-full.shipments", most=MAX_SHIPMENTS)
