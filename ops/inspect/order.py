"""Folds an order's history into how it stands now."""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel

from ops.inspect.cart import Cart, fold_cart, name_of
from ops.inspect.journals import Entry
from shared.contracts.commands import short


class Line(BaseModel):
    """One event in words: when, who, what, why."""

    at: str
    service: str
    who: str
    what: str
    why: str


class Item(BaseModel):
    """A line of a shipment, and what it costs."""

    sku: str = ""
    name: str = ""
    quantity: int = 0
    placed_price: str = ""
    discount: str = ""
    tax: str = ""
    preorder: bool = False


class Shipment(BaseModel):
    """How a shipment stands."""

    status: str
    warehouse: str = ""
    method: str = ""
    lines: int = 0
    pieces: int = 0
    items: dict[str, Item] = {}
    shipping_cost: str = ""
    tracking_number: str | None = None


class Payment(BaseModel):
    """How a payment stands."""

    status: str
    method: str
    transaction_type: str
    amount: str
    reason: str | None = None


class Deleted(BaseModel):
    """What stays of an order, or of a cart, that was deleted.

    `taken` is the money that was captured and not given back, as far as that is known.
    """

    by: str | None = None
    at: str | None = None
    taken: str | None = None
    currency: str | None = None


class Standing(BaseModel):
    """An order as a whole; `cart` is what it came from, or will, if that was a cart of ours."""

    order_id: str
    number: str = ""
    status: str = "unknown"
    market: str = ""
    customer: str = ""
    total: str = ""
    currency: str = ""
    outstanding: str = ""
    order_discount: str = ""
    shipments: dict[str, Shipment] = {}
    payments: dict[str, Payment] = {}
    cart: Cart | None = None
    deleted: Deleted | None = None
    history: list[Line] = []


def fold(order_id: str, entries: Iterable[Entry]) -> Standing:
    """How the order stands after `entries`, which are in the order of time."""
    entries = list(entries)
    standing = Standing(order_id=order_id, cart=fold_cart(entries))
    for entry in entries:
        name = short(entry.type)
        if name in _ORDER_STATUS:
            standing.status = _ORDER_STATUS[name]
        if change := _CHANGES.get(name):
            change(standing, entry.data)
        if entry.service == "shipment":
            _shipment(standing, name, entry.data)
        if entry.service == "payment":
            standing.outstanding = entry.data.get("outstanding", standing.outstanding)
        if entry.data.get("kind") != "activity":  # which says again what happened
            standing.history.append(_line(entry, name))
    return standing


_ORDER_STATUS = {
    "order.placed": "InProgress",
    "order.held": "OnHold",
    "order.canceled": "Canceled",
    "order.partially-shipped": "PartiallyShipped",
    "order.completed": "Completed",
}


def _placed(standing: Standing, data: dict[str, Any]) -> None:
    standing.number = data["order_number"]
    standing.market = data["market"]
    standing.outstanding = data["total"]
    standing.currency = data["currency"]
    standing.customer = name_of(data.get("customer"))
    _holds(standing, data)


def _holds(standing: Standing, data: dict[str, Any]) -> None:
    """What the order holds and costs, as it was placed or after an edit."""
    standing.total = data["total"]
    standing.order_discount = data.get("order_discount", "")
    for told in data["shipments"]:
        shipment = _known(standing, told["shipment_id"])
        shipment.method = shipment.method or told["shipping_method"]
        shipment.shipping_cost = told.get("shipping_cost", "")
        shipment.items = {
            line.get("line_id", str(n)): Item(**line) for n, line in enumerate(told["lines"], 1)
        }
        shipment.lines = len(shipment.items)
        shipment.pieces = sum(item.quantity for item in shipment.items.values())


def _known(standing: Standing, shipment_id: str) -> Shipment:
    new = Shipment(status="AwaitingInventory")
    return standing.shipments.setdefault(shipment_id, new)


def _gone(standing: Standing, data: dict[str, Any]) -> None:
    standing.status = "Deleted"
    standing.number = data.get("order_number") or standing.number
    known = standing.deleted.model_dump() if standing.deleted else {}
    standing.deleted = Deleted(**{**known, **{k: v for k, v in data.items() if v is not None}})


def _released_hold(standing: Standing, data: dict[str, Any]) -> None:
    standing.status = data["status"]


def _recorded(standing: Standing, data: dict[str, Any]) -> None:
    standing.payments[data["payment_id"]] = Payment(**data)


def _requested(standing: Standing, data: dict[str, Any]) -> None:
    """A payment that isn't there yet is pending, one that is to be moved as well."""
    if data["action"] == "add":
        _recorded(standing, data)
    elif payment := standing.payments.get(data["payment_id"]):
        payment.status, payment.reason = f"{payment.status}, {data['action']} pending", None


def _refused(standing: Standing, data: dict[str, Any]) -> None:
    if payment := standing.payments.get(data["payment_id"]):
        payment.status = payment.status.removesuffix(f", {data['action']} pending")
        payment.reason = f"{data['action']} failed: {data['reason']}"


def _becomes(word: str) -> Callable[[Standing, dict[str, Any]], None]:
    def change(standing: Standing, data: dict[str, Any]) -> None:
        if payment := standing.payments.get(data["payment_id"]):
            payment.status, payment.reason = word, None

    return change


_CHANGES: dict[str, Callable[[Standing, dict[str, Any]], None]] = {
    "order.placed": _placed,
    "order.lines-changed": _holds,
    "order.deleted": _gone,
    "payment.account-deleted": _gone,
    "cart.deleted": _gone,
    "order.hold-released": _released_hold,
    "payment.requested": _requested,
    "payment.request-failed": _refused,
    "payment.recorded": _recorded,
    "payment.captured": _becomes("Captured"),
    "payment.voided": _becomes("Voided"),
    "payment.refunded": _becomes("Refunded"),
}


def _shipment(standing: Standing, name: str, data: dict[str, Any]) -> None:
    if name == "shipment.awaiting-inventory":
        _known(standing, data["shipment_id"])
    for one in data.get("shipments", [data]):
        shipment = standing.shipments.get(one.get("shipment_id", ""))
        if shipment and "status" in one:
            # A hold names the status that each shipment will come back to.
            shipment.status = "OnHold" if name == "shipment.held" else one["status"]
            shipment.warehouse = one.get("warehouse") or shipment.warehouse
            shipment.method = one.get("shipping_method") or shipment.method
            shipment.tracking_number = one.get("tracking_number") or shipment.tracking_number


def _line(entry: Entry, name: str) -> Line:
    about = entry.data.get("shipment_id") or entry.data.get("payment_id") or ""
    told = (entry.data.get(field) for field in ("reason", "text", "summary"))
    reason = next(filter(None, told), "")
    if isinstance(reason, dict):
        reason = reason.get("message", "")
    return Line(
        at=entry.at.isoformat(timespec="milliseconds"),
        service=entry.service,
        who=entry.actor or "waybill",
        what=f"{name} {about}".strip(),
        why=f"{short(entry.cause)}: {reason}" if reason else short(entry.cause),
    )
