"""The whole of a cart, as a checkout would publish it (contract: `waybill.cart.converted.v1`)."""

from decimal import Decimal

from services.cart.state import Cart, Shipment
from shared.contracts.checkout import ConvertedLine, ConvertedShipment
from shared.contracts.totals import total


def converted_shipments(cart: Cart) -> tuple[ConvertedShipment, ...]:
    """The shipments that have lines and know where to go."""
    return tuple(
        converted
        for shipment_id, shipment in cart.shipments.items()
        if shipment.lines and (converted := _converted(shipment_id, shipment))
    )


def total_of(cart: Cart) -> Decimal:
    """What the cart would cost as an order; raises `Malformed` if that can't be written."""
    return total(converted_shipments(cart), None, cart.currency)


def _converted(shipment_id: str, shipment: Shipment) -> ConvertedShipment | None:
    if not (shipment.address and shipment.shipping_method) or shipment.shipping_cost is None:
        return None
    return ConvertedShipment(
        shipment_id=shipment_id,
        shipping_method=shipment.shipping_method,
        shipping_cost=shipment.shipping_cost,
        address=shipment.address,
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
            for line in shipment.lines.values()
        ),
    )
