"""Builds a cart's current state and totals from its history."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel

from ops.inspect.journals import Entry
from shared.contracts.commands import short


class CartLine(BaseModel):
    """One article of a shipment; amounts are in the cart's currency."""

    sku: str
    name: str
    quantity: int
    placed_price: str
    discount: str = ""
    tax: str = ""
    preorder: bool = False


class CartShipment(BaseModel):
    """Lines for one address and shipping method; both may still be empty."""

    to: str = ""
    method: str = ""
    shipping_cost: str = ""
    lines: dict[str, CartLine] = {}


class Cart(BaseModel):
    """A cart's state.

    totals   those of the cart's last event (contract: Totals of a cart)
    reorder  the summary of the reorder that created the draft, if one did
    """

    status: str = "Open"
    market: str = ""
    currency: str = ""
    customer: str = ""
    shipments: dict[str, CartShipment] = {}
    totals: dict[str, Any] = {}
    reorder: dict[str, Any] = {}


def cart_state(entries: Iterable[Entry]) -> Cart | None:
    """Returns the cart's state after `entries`, which are sorted by time; None without a cart.

    Ignores entries of other services.
    """
    cart = None
    for entry in entries:
        if entry.service != "cart" or short(entry.type) == "cart.reorder-refused":
            continue
        cart = cart or Cart()
        if change := _CHANGES.get(short(entry.type)):
            change(cart, entry.data)
        if totals := entry.data.get("totals"):
            _apply_totals(cart, totals)
    return cart


def name_of(customer: dict[str, Any] | None) -> str:
    """Returns the customer's name, or else their id, or `anonymous`."""
    known = customer or {}
    return str(known.get("name") or known.get("customer_id") or "anonymous")


def _apply_totals(cart: Cart, totals: dict[str, Any]) -> None:
    for changed in totals["changed"]:
        line = cart.shipments[changed["shipment_id"]].lines[changed["line_id"]]
        line.discount, line.tax = changed["discount"], changed["tax"]
    cart.totals = {name: part for name, part in totals.items() if name != "changed"}


def _created(cart: Cart, data: dict[str, Any]) -> None:
    cart.market, cart.currency = data["market"], data["currency"]
    cart.customer = name_of(data["customer"])


def _shipment(cart: Cart, data: dict[str, Any]) -> CartShipment:
    return cart.shipments.setdefault(data["shipment_id"], CartShipment())


def _shipment_set(cart: Cart, data: dict[str, Any]) -> None:
    shipment, address = _shipment(cart, data), data["address"]
    parts = (address.get(part) for part in ("name", "line1", "postal_code", "city", "country"))
    shipment.to = ", ".join(part for part in parts if part)
    shipment.method, shipment.shipping_cost = data["shipping_method"], data["shipping_cost"]


def _line_set(cart: Cart, data: dict[str, Any]) -> None:
    lines = _shipment(cart, data).lines
    before = lines.get(data["line_id"])
    lines[data["line_id"]] = CartLine(discount=before.discount if before else "", **data)


def _line_removed(cart: Cart, data: dict[str, Any]) -> None:
    del _shipment(cart, data).lines[data["line_id"]]


def _reordered(cart: Cart, data: dict[str, Any]) -> None:
    fields = ("order_id", "order_number", "lines", "coupons", "left_open")
    cart.reorder = {field: data[field] for field in fields}


def _ends(status: str) -> Callable[[Cart, dict[str, Any]], None]:
    def change(cart: Cart, _data: dict[str, Any]) -> None:
        cart.status = status

    return change


_CHANGES: dict[str, Callable[[Cart, dict[str, Any]], None]] = {
    "cart.draft-created": _created,
    "cart.shipment-set": _shipment_set,
    "cart.line-set": _line_set,
    "cart.line-removed": _line_removed,
    "cart.reordered": _reordered,
    "cart.checked-out": _ends("CheckedOut"),
    "cart.convert-refused": _ends("Open"),
    "cart.deleted": _ends("Deleted"),
}
