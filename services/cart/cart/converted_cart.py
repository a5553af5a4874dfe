"""The content of a cart as a checkout publishes it (contract: `waybill.cart.converted.v1`)."""

from services.cart.cart.pricing import Prices
from services.cart.cart.state import Cart
from shared.contracts.carts import LineSet, ShipmentSet
from shared.contracts.checkout import ConvertedLine, ConvertedShipment
from shared.contracts.pricing import PricedLine


def converted_shipments(cart: Cart, prices: Prices) -> tuple[ConvertedShipment, ...]:
    """The shipments that have lines and a destination, at `prices`."""
    return tuple(
        _converted(
            shipment.destination,
            [(line, prices.lines[shipment_id, line.line_id]) for line in shipment.lines.values()],
            prices,
            cart,
        )
        for shipment_id, shipment in cart.shipments.items()
        if shipment.lines and shipment.destination
    )


def _converted(
    destination: ShipmentSet,
    lines: list[tuple[LineSet, PricedLine]],
    prices: Prices,
    cart: Cart,
) -> ConvertedShipment:
    cost, full = prices.shipping[destination.shipment_id], destination.shipping_cost
    return ConvertedShipment(
        shipment_id=destination.shipment_id,
        shipping_method=destination.shipping_method,
        shipping_cost=cost,
        shipping_price=None if full == cost else full,
        address=destination.address,
        lines=tuple(
            ConvertedLine(
                line_id=line.line_id,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                placed_price=line.placed_price,
                discount=priced.discount or None,
                tax=priced.tax,
                preorder=line.preorder,
                manual_discount=cart.discounts.get((line.shipment_id, line.line_id)),
            )
            for line, priced in lines
        ),
    )
