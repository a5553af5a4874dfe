"""The order that a return is exchanged for (rules: Returns and exchanges, "exchange").

A replacement without a price costs what the returned pieces of the same article cost, discount and
tax included. So exchanging goods for the same goods moves no money.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.order.new_total import tax_rate
from services.order.returns.state import Return
from services.order.returns.worth import Costs, costs_of, valued, worth_of
from services.order.state import Order
from shared.contracts import returns
from shared.contracts.checkout import (
    EXCHANGE,
    CartConverted,
    ConvertedLine,
    ConvertedPayment,
    ConvertedShipment,
    ExchangeOf,
)
from shared.contracts.error_texts import blocker
from shared.contracts.money import ZERO, exact, zero
from shared.contracts.returns import Replacement, ReplacementLine, ValuedLine
from shared.contracts.totals import tax_on, total, writable
from shared.pricing.allocation import scaled
from shared.pricing.discounts import LineKey
from shared.runtime.decider import Context, refuse


@dataclass(slots=True)
class _Pool:
    """The announced pieces of an article that no replacement has taken the price of yet."""

    name: str
    price: Decimal
    pieces: int
    goods: Decimal
    tax: Decimal

    def take(self, pieces: int, currency: str) -> tuple[Decimal, Decimal]:
        """Takes pieces out; returns what they cost, and their tax."""
        of, to = Decimal(self.pieces), Decimal(pieces)
        goods, tax = scaled(self.goods, of, to, currency), scaled(self.tax, of, to, currency)
        self.pieces -= pieces
        self.goods -= goods
        self.tax -= tax
        return goods, tax


def exchange_requested(
    order: Order,
    back: Return,
    replacement: Replacement,
    pieces: Mapping[LineKey, int],
    context: Context,
) -> returns.ExchangeRequested:
    """Returns the event that places the exchange order, paid with what `pieces` are worth.

    Raises `Malformed` if an amount is impossible, `Rejected` if a replacement has no price or name.
    """
    currency = order.content.currency
    costs = costs_of(order.content, order.canceled)
    others = order.other_returns(back.return_id)
    refunded = order.refunded_shipping
    lines = valued(costs, pieces, others, refunded)
    pools = _pools(order, costs, valued(costs, back.announced, others, refunded))
    replaced = [
        _line(line, position, pools, order, context)
        for position, line in enumerate(replacement.lines)
    ]
    first, _ = next(iter(back.lines))
    (origin,) = (each for each in order.content.shipments if each.shipment_id == first)
    parcel = ConvertedShipment(
        shipping_method=origin.shipping_method,
        shipping_cost=zero(currency),
        shipping_tax=zero(currency),
        address=origin.address,
        lines=tuple(replaced),
    )
    transferred = min(worth_of(lines) + zero(currency), total([parcel], None, currency))
    cart = CartConverted(
        cart_id=replacement.exchange_order_id,
        market=order.market,
        currency=currency,
        converted_at=context.now,
        customer=order.content.customer,
        shipments=(parcel,),
        payments=_payments(back.return_id, transferred),
        exchange_of=ExchangeOf(order_id=order.order_id, return_id=back.return_id),
    )
    return returns.ExchangeRequested(
        order_id=order.order_id,
        return_id=back.return_id,
        order_number=order.number,
        exchange_order_id=cart.cart_id,
        currency=currency,
        transferred=transferred,
        lines=tuple(lines),
        cart=cart,
    )


def _payments(return_id: str, transferred: Decimal) -> tuple[ConvertedPayment, ...]:
    if not transferred:
        return ()
    paid = ConvertedPayment(
        payment_id=f"exchange-{return_id}"[:64],
        method=EXCHANGE,
        transaction_type="Sale",
        amount=transferred,
        status="Processed",
        reference=return_id,
    )
    return (paid,)


def _pools(order: Order, costs: Costs, lines: Iterable[ValuedLine]) -> dict[str, _Pool]:
    found: dict[str, _Pool] = {}
    sold = {
        (each.shipment_id, line.line_id): line
        for each in order.content.shipments
        for line in each.lines
    }
    for line in lines:
        was = sold[line.shipment_id, line.line_id]
        nothing = zero(costs.currency)
        pool = found.setdefault(was.sku, _Pool(was.name, was.placed_price, 0, nothing, nothing))
        pool.price = max(pool.price, was.placed_price)
        pool.pieces += line.quantity
        pool.goods += line.goods
        pool.tax += line.tax
    return found


def _line(
    wanted: ReplacementLine,
    position: int,
    pools: Mapping[str, _Pool],
    order: Order,
    context: Context,
) -> ConvertedLine:
    where, currency = f"replacement.lines.{position}", order.content.currency
    for field in ("placed_price", "discount", "tax"):
        if (amount := getattr(wanted, field)) is not None:
            exact(amount, currency, f"{where}.{field}")
    pool = pools.get(wanted.sku)
    if pool is None and (wanted.placed_price is None or wanted.name is None):
        refuse([blocker("replacement-incomplete", sku=wanted.sku)])
    price = wanted.placed_price
    if price is None:
        price = pool.price if pool else zero(currency)
    worth = writable(wanted.quantity * price, f"{where}.quantity")
    rate = tax_rate(order, context) or ZERO
    discount, tax = wanted.discount, wanted.tax
    if discount is not None and discount > worth:
        refuse([blocker("discount-too-high", amount=discount, currency=currency, most=worth)])
    if wanted.placed_price is None and pool is not None:
        same = min(wanted.quantity, pool.pieces)
        goods, their_tax = pool.take(same, currency) if same else (zero(currency), zero(currency))
        new = (wanted.quantity - same) * price
        if discount is None:
            discount = max(worth - goods - new, zero(currency))
            tax = their_tax + tax_on(new, rate, currency) if tax is None else tax
    discount = zero(currency) if discount is None else discount
    return ConvertedLine(
        sku=wanted.sku,
        name=wanted.name or (pool.name if pool else wanted.sku),
        quantity=wanted.quantity,
        placed_price=price,
        discount=discount,
        tax=tax_on(worth - discount, rate, currency) if tax is None else tax,
    )
