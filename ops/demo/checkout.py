"""Creates the converted carts of demo, example and replay."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from shared.contracts.address import Address, Customer
from shared.contracts.checkout import (
    CartConverted,
    ConvertedLine,
    ConvertedPayment,
    ConvertedShipment,
)
from shared.contracts.money import zero
from shared.contracts.totals import total
from shared.site import Site


def shipment(
    site: Site, market_id: str, address: Address, lines: Sequence[ConvertedLine]
) -> ConvertedShipment:
    """Returns a shipment by the market's first shipping method, at the market's price."""
    method, shipping = next(iter(site.markets[market_id].shipping_methods.items()))
    return ConvertedShipment(
        shipping_method=method, shipping_cost=shipping.price, address=address, lines=tuple(lines)
    )


def line(sku: str, name: str, quantity: int, price: str) -> ConvertedLine:
    """Returns a line without discount or tax."""
    return ConvertedLine(sku=sku, name=name, quantity=quantity, placed_price=Decimal(price))


def converted(
    site: Site,
    market_id: str,
    cart_id: str,
    shipments: Sequence[ConvertedShipment],
    *,
    customer: Customer | None = None,
    paid: bool = True,
    at: datetime | None = None,
) -> CartConverted:
    """Returns a converted cart; if `paid`, one processed sale pays it in full."""
    market = site.markets[market_id]
    owed = total(shipments, None, market.currency)
    sale = ConvertedPayment(
        payment_id=f"{cart_id}-1"[-64:],
        method=market.payment_methods[0],
        transaction_type="Sale",
        amount=owed,
        status="Processed",
    )
    cart = CartConverted(
        cart_id=cart_id,
        market=market_id,
        currency=market.currency,
        converted_at=at or datetime.now(UTC),
        customer=customer,
        shipments=tuple(shipments),
        payments=(sale,) if paid and owed > zero(market.currency) else (),
    )
    cart.check()
    return cart
