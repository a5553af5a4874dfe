"""Messages of a cart with default content, for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from services.cart.cart.decider import decider
from shared.contracts import carts
from shared.contracts.address import Address
from shared.site import Coupon, Site
from tests.unit.given import SITE, Given

CART = "c-1"
ADDRESS = Address(name="Mercy Taylor", line1="1 Pike Pl", city="Seattle", country="US")
ELSEWHERE = ADDRESS.model_copy(update={"city": "Tacoma"})
EMPTY = Given(decider)


def create(market: str = "US", **more: Any) -> carts.CreateDraft:
    return carts.CreateDraft(cart_id=CART, market=market, **more)


def set_shipment(
    shipment_id: str = "1", method: str = "standard", address: Address = ADDRESS
) -> carts.SetShipment:
    return carts.SetShipment(
        cart_id=CART, shipment_id=shipment_id, address=address, shipping_method=method
    )


def add_line(
    line_id: str = "1",
    price: str = "10.00",
    quantity: int = 1,
    shipment_id: str = "1",
    **more: Any,
) -> carts.AddLine:
    content = {"sku": "SKU-1", "name": "Dress", **more}
    return carts.AddLine(
        cart_id=CART,
        shipment_id=shipment_id,
        line_id=line_id,
        quantity=quantity,
        placed_price=Decimal(price),
        **content,
    )


def change_line(
    line_id: str = "1",
    quantity: int | None = None,
    price: str | None = None,
    shipment_id: str = "1",
) -> carts.ChangeLine:
    return carts.ChangeLine(
        cart_id=CART,
        shipment_id=shipment_id,
        line_id=line_id,
        quantity=quantity,
        placed_price=None if price is None else Decimal(price),
    )


def remove_line(line_id: str = "1", shipment_id: str = "1") -> carts.RemoveLine:
    return carts.RemoveLine(cart_id=CART, shipment_id=shipment_id, line_id=line_id)


def apply(code: str = "TEN") -> carts.ApplyCoupon:
    return carts.ApplyCoupon(cart_id=CART, code=code)


def remove_coupon(code: str = "TEN") -> carts.RemoveCoupon:
    return carts.RemoveCoupon(cart_id=CART, code=code)


def discount(
    amount: str, line_id: str | None = None, shipment_id: str | None = "1"
) -> carts.SetDiscount:
    return carts.SetDiscount(
        cart_id=CART,
        amount=Decimal(amount),
        shipment_id=shipment_id if line_id else None,
        line_id=line_id,
    )


CONVERT = carts.Convert(cart_id=CART)
DELETE = carts.Delete(cart_id=CART)


def line_set(
    price: str, tax: str, *, quantity: int = 1, line_id: str = "1", shipment_id: str = "1"
) -> carts.LineSet:
    return carts.LineSet(
        cart_id=CART,
        shipment_id=shipment_id,
        line_id=line_id,
        sku="SKU-1",
        name="Dress",
        quantity=quantity,
        placed_price=Decimal(price),
        tax=Decimal(tax),
        preorder=False,
    )


def a_cart(
    *commands: carts._AboutCart, market: str = "US", site: Site = SITE, **more: Any
) -> Given[Any]:
    """A draft after these commands, all of which must be accepted."""
    stream = EMPTY.when(create(market, **more), site=site).after
    for command in commands:
        outcome = stream.when(command, site=site)
        assert outcome.decision is not None
        stream = outcome.after
    return stream


def ready() -> Given[Any]:
    """A cart that can be converted."""
    return a_cart(set_shipment(), add_line())


def coupon(value: str | dict[str, str], scope: str = "line", **more: Any) -> Any:
    """A coupon of a percentage, or of amounts by currency."""
    kind = "percentage" if isinstance(value, str) else "amount"
    content = {"name": "A coupon", "kind": kind, "value": value, "scope": scope, **more}
    return TypeAdapter(Coupon).validate_python(content)


def with_coupons(site: Any = SITE, **coupons: Any) -> Any:
    """The site with these coupons only."""
    return site.model_copy(update={"coupons": coupons})


def site_with(market: str, **changes: Any) -> Any:
    """The site, with one of its markets changed."""
    markets = {**SITE.markets, market: SITE.markets[market].model_copy(update=changes)}
    return SITE.model_copy(update={"markets": markets})


def site_without(market: str) -> Any:
    """The site, without one of its markets."""
    markets = {name: content for name, content in SITE.markets.items() if name != market}
    return SITE.model_copy(update={"markets": markets})
