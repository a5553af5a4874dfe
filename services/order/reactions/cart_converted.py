"""Place an order from a converted cart (contract: `waybill.cart.converted.v1`)."""

from collections.abc import Sequence

from services.order.content import Content
from services.order.state import Order
from shared.contracts import Malformed, Message, orders
from shared.contracts.checkout import (
    EXCHANGE,
    CartConverted,
    ConvertedLine,
    ConvertedShipment,
    ExchangeOf,
)
from shared.contracts.error_texts import blocker
from shared.contracts.money import ZERO, zero
from shared.contracts.orders import Line, Placed, Shipment
from shared.contracts.replies import Reason
from shared.contracts.totals import total, writable
from shared.runtime.decider import Context
from shared.runtime.decider.identity import require_same_content
from shared.runtime.envelope import OWN_SOURCE
from shared.site import Site


def place(cart: CartConverted, order: Order | None, context: Context) -> Sequence[Message]:
    """Returns the numbered order for `cart`; nothing if the cart was placed before.

    Another cart with the same id is refused. Raises `Malformed` if the site doesn't have its market
    or currency, or if an amount is too large. Unknown shipping and payment methods are accepted:
    the customer has paid already, and customer service can edit.
    """
    draft = is_own_draft(cart, context)
    exchange = own_exchange(cart, context)
    if order is not None:
        if exchange is not None:
            return refused_exchange(cart.cart_id, order.number, exchange, order.exchange_of)
        if draft:
            return [orders.DraftRefused(order_id=order.order_id, reason=_id_reused(order))]
        # Carts of earlier versions can't be compared; they count as repeats.
        require_same_content(context, f"Order {order.number}", otherwise=True)
        return []
    _check_market(cart, context.site)
    owed = total(cart.shipments, cart.order_discount, cart.currency)
    writable(owed + sum((payment.amount for payment in cart.payments), ZERO), "payments")
    nothing = zero(cart.currency)
    placed = Placed(
        order_id=cart.cart_id,
        order_number=context.number(),
        market=cart.market,
        currency=cart.currency,
        customer=cart.customer,
        coupons=cart.coupons,
        order_discount=nothing if cart.order_discount is None else cart.order_discount,
        shipments=tuple(
            _shipment(shipment, position, cart.currency)
            for position, shipment in enumerate(cart.shipments, 1)
        ),
        payments=cart.payments,
        total=owed,
        converted_at=cart.converted_at,
        draft=draft,
        manual_discount=cart.manual_discount,
        pricing=cart.pricing,
        exchange_of=exchange,
    )
    return [placed if rules_give_amounts(placed) else placed.model_copy(update={"pricing": None})]


def is_own_draft(cart: CartConverted, context: Context) -> bool:
    """Whether the cart service made `cart` from a draft. Claims of other senders don't count."""
    return cart.draft and context.cause.startswith(OWN_SOURCE)


def own_exchange(cart: CartConverted, context: Context) -> ExchangeOf | None:
    """Returns the return that is exchanged for `cart`; None for any other cart.

    Only the order service moves money between orders. Raises `Malformed` if another sender claims
    an exchange, or pays as one.
    """
    if context.cause.startswith(OWN_SOURCE) and cart.exchange_of is not None:
        return cart.exchange_of
    if cart.exchange_of is not None:
        raise Malformed("exchange_of", "only Waybill places exchange orders; create an exchange")
    for position, payment in enumerate(cart.payments):
        if payment.method == EXCHANGE:
            field = f"payments.{position}.method"
            raise Malformed(field, f"{EXCHANGE} is reserved for the worth of returns")
    return None


def refused_exchange(
    order_id: str, number: str, exchange: ExchangeOf, placed_for: ExchangeOf | None
) -> Sequence[Message]:
    """Returns the refusal of an exchange order whose id another order has; nothing for a repeat."""
    if placed_for == exchange:
        return []
    reason = Reason.of(blocker("id-reused.exchange", order=number))
    return [orders.DraftRefused(order_id=order_id, reason=reason, exchange_of=exchange)]


def rules_give_amounts(placed: Placed) -> bool:
    """Whether the order's discount rules give its amounts; true without rules.

    The customer agreed to the amounts, so rules that give others are dropped.
    """
    if placed.pricing is None:
        return True
    content = Content.placed(placed)
    again = content.repriced(None, ())
    off, owed = again.bill(())
    return (again.shipments, off, owed) == (
        content.shipments,
        placed.order_discount,
        placed.total,
    )


def _id_reused(order: Order) -> Reason:
    return Reason.of(blocker("id-reused.draft", order=order.number))


def _check_market(cart: CartConverted, site: Site) -> None:
    market = site.markets.get(cart.market)
    if market is None:
        raise Malformed("market", f"no market is called {cart.market}")
    if market.currency != cart.currency:
        raise Malformed("currency", f"{cart.market} sells in {market.currency}")


def _shipment(shipment: ConvertedShipment, position: int, currency: str) -> Shipment:
    tax = shipment.shipping_tax
    return Shipment(
        shipment_id=shipment.shipment_id or str(position),
        shipping_method=shipment.shipping_method,
        shipping_cost=shipment.shipping_cost,
        shipping_tax=zero(currency) if tax is None else tax,
        shipping_price=shipment.shipping_price,
        address=shipment.address,
        lines=tuple(_line(line, n, currency) for n, line in enumerate(shipment.lines, 1)),
    )


def _line(line: ConvertedLine, position: int, currency: str) -> Line:
    return Line(
        line_id=line.line_id or str(position),
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        placed_price=line.placed_price,
        discount=zero(currency) if line.discount is None else line.discount,
        tax=zero(currency) if line.tax is None else line.tax,
        preorder=line.preorder,
        manual_discount=line.manual_discount,
    )
