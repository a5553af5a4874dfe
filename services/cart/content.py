"""The whole of a cart, as a checkout would publish it (contract: `waybill.cart.converted.v1`)."""

from collections.abc import Iterable
from decimal import Decimal

from services.cart.state import Cart
from shared.contracts.carts import LineSet, ShipmentSet
from shared.contracts.checkout import ConvertedLine, ConvertedShipment
from shared.contracts.totals import total


def converted_shipments(cart: Cart) -> tuple[ConvertedShipment, ...]:
    """The shipments that have lines and know where to go."""
    return tuple(
        _converted(shipment.destination, shipment.lines.values())
        for shipment in cart.shipments.values()
        if shipment.lines and shipment.destination
    )


def total_of(cart: Cart) -> Decimal:
    """What the cart would cost as an order; raises `Malformed` if that can't be written."""
    return total(converted_shipments(cart), None, cart.currency)


def _converted(destination: ShipmentSet, lines: Iterable[LineSet]) -> ConvertedShipment:
    return ConvertedShipment(
        shipment_id=destination.shipment_id,
        shipping_method=destination.shipping_method,
        shipping_cost=destination.shipping_cost,
        address=destination.address,
        lines=tuple(
            ConvertedLine(
                line_id=line.line_id,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                placed_price=line.placed_price,
                tax=line.tax,
                preorder=line.preorder,
            )
            for line in lines
        ),
    )
