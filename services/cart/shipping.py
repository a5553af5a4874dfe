"""Where a shipment goes, how, and what the market charges for it."""

from collections.abc import Sequence

from services.cart.actions import why_no_method
from services.cart.requests import changeable, market_for
from services.cart.state import Cart
from shared.contracts import Message
from shared.contracts.carts import SetShipment, ShipmentSet
from shared.runtime.decider import Context, Rejected, refuse

MAX_SHIPMENTS = 100  # of an order (contract: `waybill.cart.converted.v1`)


def set_shipment(command: SetShipment, cart: Cart | None, context: Context) -> Sequence[Message]:
    """Address and method, at the market's price for the method."""
    cart = changeable(cart, command.cart_id)
    market = market_for(cart, context)
    refuse(why_no_method(cart, command.shipping_method, context.site))
    room_for_shipment(cart, command.shipment_id)
    shipment = cart.shipments.get(command.shipment_id)
    there = shipment.destination if shipment else None
    if (
        there is not None
        and there.address == command.address
        and there.shipping_method == command.shipping_method
    ):
        return []
    now_set = ShipmentSet(
        cart_id=cart.cart_id,
        shipment_id=command.shipment_id,
        address=command.address,
        shipping_method=command.shipping_method,
        shipping_cost=market.shipping_methods[command.shipping_method].price,
    )
    return [now_set]


def room_for_shipment(cart: Cart, shipment_id: str) -> None:
    """A refusal if a shipment would be one too many."""
    if shipment_id not in cart.shipments and len(cart.shipments) >= MAX_SHIPMENTS:
        raise Rejected("cart-full", f"An order has at most {MAX_SHIPMENTS} shipments.")
