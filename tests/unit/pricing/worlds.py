"""Random carts and orders: every kind and scope of discount, several rates and currencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from services.cart.cart.evolution import evolve
from services.cart.cart.pricing import price
from services.cart.cart.state import Cart
from services.order.content import Content
from services.order.reactions.cart_converted import place
from services.order.repricing import shipping_price
from shared.contracts import carts
from shared.contracts.address import Address
from shared.contracts.checkout import CartConverted
from shared.contracts.money import decimals, zero
from shared.contracts.orders import Placed
from shared.runtime.decider import Context
from shared.site import Site
from tests.examples import examples
from tests.unit.cart.cart.builders import coupon, with_coupons
from tests.unit.given import NOW, SITE, numbers

several = examples(60)
# For properties of edits that few random orders allow.
rarely_possible = settings(several, suppress_health_check=[HealthCheck.filter_too_much])

ADDRESS = Address(name="Mercy Taylor", line1="1 Pike Pl", city="Seattle", country="US")
CURRENCIES = ("JPY", "USD", "KWD")
RATES = ("0", "0.09", "0.08875", "0.2")
SKUS = ("MUG", "HAT")
SHIPMENTS = ("1", "2", "3")


@dataclass(frozen=True)
class World:
    """A site with one market and some coupons."""

    site: Site
    currency: str
    codes: tuple[str, ...]

    @property
    def rate(self) -> Decimal:
        """The market's tax rate."""
        return self.site.markets["US"].tax_rate

    def amount(self, units: int) -> Decimal:
        """An amount of `units` of the currency's smallest unit."""
        return Decimal(units).scaleb(-decimals(self.currency))


def amounts(currency: str, most: int = 4000) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most).map(lambda n: Decimal(n).scaleb(-decimals(currency)))


@st.composite
def coupons(draw: Any, currency: str) -> Any:
    scope = draw(st.sampled_from(["line", "order", "shipping"]))
    more: dict[str, Any] = {}
    if scope == "line" and draw(st.booleans()):
        more["skus"] = ("MUG",)
    if draw(st.booleans()):
        more["minimum"] = {currency: f"{draw(amounts(currency, 12000)):f}"}
    if draw(st.booleans()):
        share = draw(st.sampled_from(["10", "15", "33.3333", "50", "100", "0.5"]))
        return coupon(share, scope, **more)
    return coupon({currency: f"{draw(amounts(currency, 900)):f}"}, scope, **more)


@st.composite
def worlds(draw: Any) -> World:
    currency = draw(st.sampled_from(CURRENCIES))
    market = SITE.markets["US"]
    methods = {
        name: method.model_copy(update={"price": draw(amounts(currency, 900))})
        for name, method in market.shipping_methods.items()
    }
    changed = {
        "currency": currency,
        "tax_rate": Decimal(draw(st.sampled_from(RATES))),
        "shipping_methods": methods,
    }
    site = SITE.model_copy(update={"markets": {"US": market.model_copy(update=changed)}})
    some = draw(st.dictionaries(st.sampled_from("ABCD"), coupons(currency), max_size=3))
    return World(with_coupons(site, **some), currency, tuple(sorted(some)))


@st.composite
def drafts(draw: Any, world: World) -> Cart:
    """A draft with lines in one or two shipments, coupons and manual discounts."""
    cart = Cart("c-1", "US", world.currency, None)
    for shipment_id in SHIPMENTS[: draw(st.integers(1, 2))]:
        method = draw(st.sampled_from(["standard", "express"]))
        cost = world.site.markets["US"].shipping_methods[method].price
        set_destination(cart, shipment_id, method, cost)
        for n in range(draw(st.integers(1, 2))):
            add_line(
                cart,
                shipment_id,
                f"{shipment_id}{n}",
                draw(st.sampled_from(SKUS)),
                draw(st.integers(1, 9)),
                draw(amounts(world.currency)),
            )
            if draw(st.integers(0, 3)) == 0:
                cart.discounts[shipment_id, f"{shipment_id}{n}"] = draw(amounts(world.currency))
    cart.coupons = list(world.codes)
    if draw(st.integers(0, 3)) == 0:
        cart.order_discount = draw(amounts(world.currency))
    return cart


def set_destination(cart: Cart, shipment_id: str, method: str, cost: Decimal) -> None:
    """Sets the destination of a shipment of the draft."""
    evolve(
        cart,
        carts.ShipmentSet(
            cart_id="c-1",
            shipment_id=shipment_id,
            address=ADDRESS,
            shipping_method=method,
            shipping_cost=cost,
        ),
    )


def add_line(
    cart: Cart, shipment_id: str, line_id: str, sku: str, quantity: int, placed_price: Decimal
) -> None:
    """Adds a line to the draft."""
    evolve(
        cart,
        carts.LineSet(
            cart_id="c-1",
            shipment_id=shipment_id,
            line_id=line_id,
            sku=sku,
            name="An article",
            quantity=quantity,
            placed_price=placed_price,
            tax=zero(cart.currency),
            preorder=False,
        ),
    )


def converted(cart: Cart, world: World) -> CartConverted:
    """The cart, checked out."""
    from services.cart.cart.commands.convert import convert
    from shared.contracts.carts import CheckedOut, Convert

    context = Context("x#1", "1", NOW, "csr:17", world.site, numbers())
    (checked_out,) = convert(Convert(cart_id="c-1"), cart, context)
    assert isinstance(checked_out, CheckedOut)
    return checked_out.cart


def ordered(cart: CartConverted, world: World) -> Content:
    """The content of the order that the cart becomes."""
    context = Context("x#1", "1", NOW, "csr:17", world.site, numbers())
    (placed,) = place(cart, None, context)
    assert isinstance(placed, Placed)
    return Content.placed(placed)


def draft_of(content: Content, world: World, canceled: tuple[str, ...] = ()) -> Cart:
    """A draft with the content of the order."""
    cart = Cart("c-1", "US", world.currency, None)
    for shipment in content.shipments:
        if shipment.shipment_id in canceled:
            continue
        set_destination(
            cart, shipment.shipment_id, shipment.shipping_method, shipping_price(shipment)
        )
        for line in shipment.lines:
            add_line(
                cart,
                shipment.shipment_id,
                line.line_id,
                line.sku,
                line.quantity,
                line.placed_price,
            )
            if line.manual_discount:
                cart.discounts[shipment.shipment_id, line.line_id] = line.manual_discount
    cart.coupons = list(world.codes)
    cart.order_discount = content.manual_discount
    return cart


def costs_of_draft(cart: Cart, world: World) -> Mapping[str, Any]:
    """The prices in a draft."""
    prices = price(cart, world.site, NOW)
    return {
        "lines": {key: (line.discount, line.tax) for key, line in prices.lines.items()},
        "shipping": dict(prices.shipping),
        "off": prices.totals.order_discount,
        "total": prices.totals.total,
    }


def costs(content: Content, canceled: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """The prices in an order."""
    off, total = content.bill(canceled)
    live = [each for each in content.shipments if each.shipment_id not in canceled]
    return {
        "lines": {
            (each.shipment_id, line.line_id): (line.discount, line.tax)
            for each in live
            for line in each.lines
        },
        "shipping": {each.shipment_id: each.shipping_cost for each in live},
        "off": off,
        "total": total,
    }
