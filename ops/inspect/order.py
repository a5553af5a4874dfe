"""Builds an order's current state from its history."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from ops.inspect.cart import Cart, cart_state, name_of
from ops.inspect.journals import Entry
from shared.contracts.commands import short


class Line(BaseModel):
    """One event of the history: when, where, who, what, why."""

    at: str
    service: str
    who: str
    what: str
    why: str


class Item(BaseModel):
    """A line of a shipment, with its prices."""

    sku: str = ""
    name: str = ""
    quantity: int = 0
    placed_price: str = ""
    discount: str = ""
    tax: str = ""
    preorder: bool = False


class Shipment(BaseModel):
    """A shipment's state."""

    status: str
    warehouse: str = ""
    method: str = ""
    lines: int = 0
    pieces: int = 0
    items: dict[str, Item] = {}
    shipping_cost: str = ""
    tracking_number: str | None = None


class Payment(BaseModel):
    """A payment's state."""

    status: str
    method: str
    transaction_type: str
    amount: str
    reason: str | None = None
    expires_at: str | None = None


class Deleted(BaseModel):
    """The tombstone of an order or cart.

    taken  money that was captured and not refunded, if known
    """

    by: str | None = None
    at: str | None = None
    taken: str | None = None
    currency: str | None = None


class OrderState(BaseModel):
    """An order's state; `cart` is its cart, before or after checkout, if Waybill has it."""

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


def order_state(order_id: str, entries: Iterable[Entry]) -> OrderState:
    """Returns the order's state after `entries`, which are sorted by time."""
    entries = list(entries)
    state = OrderState(order_id=order_id, cart=cart_state(entries))
    for entry in entries:
        name = short(entry.type)
        if name in _ORDER_STATUS:
            state.status = _ORDER_STATUS[name]
        if change := _CHANGES.get(name):
            change(state, entry.data)
        if entry.service == "shipment":
            _shipment(state, name, entry.data)
        if entry.service == "payment":
            state.outstanding = entry.data.get("outstanding", state.outstanding)
        if entry.data.get("kind") != "activity":  # in 0.1 these notes repeated other events
            state.history.append(_line(entry, name))
    return state


_ORDER_STATUS = {
    "order.placed": "InProgress",
    "order.held": "OnHold",
    "order.canceled": "Canceled",
    "order.partially-shipped": "PartiallyShipped",
    "order.completed": "Completed",
}


def _placed(state: OrderState, data: dict[str, Any]) -> None:
    state.number = data["order_number"]
    state.market = data["market"]
    state.outstanding = data["total"]
    state.currency = data["currency"]
    state.customer = name_of(data.get("customer"))
    _holds(state, data)


def _holds(state: OrderState, data: dict[str, Any]) -> None:
    """Sets the order's content and totals, after it was placed or edited."""
    state.total = data["total"]
    state.order_discount = data.get("order_discount", "")
    for content in data["shipments"]:
        shipment = _known(state, content["shipment_id"])
        shipment.method = shipment.method or content["shipping_method"]
        shipment.shipping_cost = content.get("shipping_cost", "")
        shipment.items = {
            line.get("line_id", str(n)): Item(**line) for n, line in enumerate(content["lines"], 1)
        }
        shipment.lines = len(shipment.items)
        shipment.pieces = sum(item.quantity for item in shipment.items.values())


def _known(state: OrderState, shipment_id: str) -> Shipment:
    new = Shipment(status="AwaitingInventory")
    return state.shipments.setdefault(shipment_id, new)


def _gone(state: OrderState, data: dict[str, Any]) -> None:
    state.status = "Deleted"
    state.number = data.get("order_number") or state.number
    known = state.deleted.model_dump() if state.deleted else {}
    state.deleted = Deleted(**{**known, **{k: v for k, v in data.items() if v is not None}})


def _released_hold(state: OrderState, data: dict[str, Any]) -> None:
    state.status = data["status"]


def _recorded(state: OrderState, data: dict[str, Any]) -> None:
    state.payments[data["payment_id"]] = Payment(**data)


def _requested(state: OrderState, data: dict[str, Any]) -> None:
    """Marks a new payment, or a requested change of a payment, as pending."""
    if data["action"] == "add":
        _recorded(state, data)
        if renewed := state.payments.get(data.get("renews") or ""):
            renewed.status, renewed.reason = f"{renewed.status}, renewal pending", None
    elif payment := state.payments.get(data["payment_id"]):
        payment.status, payment.reason = f"{payment.status}, {data['action']} pending", None


def _refused(state: OrderState, data: dict[str, Any]) -> None:
    if payment := state.payments.get(data["payment_id"]):
        payment.status = payment.status.removesuffix(f", {data['action']} pending")
        payment.reason = f"{data['action']} failed: {data['reason']}"


def _becomes(word: str) -> Callable[[OrderState, dict[str, Any]], None]:
    def change(state: OrderState, data: dict[str, Any]) -> None:
        if payment := state.payments.get(data["payment_id"]):
            payment.status, payment.reason = word, None

    return change


def _voided(state: OrderState, data: dict[str, Any]) -> None:
    payment = state.payments.get(data["payment_id"])
    before = payment.status.partition(",")[0] if payment else ""
    # Of a payment with captured money only the remainder was voided; of an authorization that still
    # covers the rest of an order only what was returned.
    part = payment is not None and Decimal(data["amount"]) < Decimal(payment.amount)
    _becomes(before if before in ("Captured", "Refunded") or part else "Voided")(state, data)


def _expired(state: OrderState, data: dict[str, Any]) -> None:
    if payment := state.payments.get(data["payment_id"]):
        before = payment.status.partition(",")[0]
        payment.status = before if before in ("Captured", "Refunded") else "Expired"
        renewed_by = data.get("renewed_by")
        rest = f"{data['amount']} expired on {data['expires_at'][:16].replace('T', ' ')} UTC"
        payment.reason = f"{rest}, renewed by {renewed_by}" if renewed_by else rest
        payment.expires_at = None


_CHANGES: dict[str, Callable[[OrderState, dict[str, Any]], None]] = {
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
    "payment.voided": _voided,
    "payment.refunded": _becomes("Refunded"),
    "payment.authorization-expired": _expired,
}


def _shipment(state: OrderState, name: str, data: dict[str, Any]) -> None:
    if name == "shipment.awaiting-inventory":
        _known(state, data["shipment_id"])
    for removed in data.get("removed", ()):
        state.shipments.pop(removed["shipment_id"], None)
    for one in data.get("shipments", [data]):
        shipment = state.shipments.get(one.get("shipment_id", ""))
        if shipment and "status" in one:
            # The event of a hold has the status that each shipment returns to afterwards.
            shipment.status = "OnHold" if name == "shipment.held" else one["status"]
            shipment.warehouse = one.get("warehouse") or shipment.warehouse
            shipment.method = one.get("shipping_method") or shipment.method
            shipment.tracking_number = one.get("tracking_number", shipment.tracking_number)


def _line(entry: Entry, name: str) -> Line:
    about = entry.data.get("shipment_id") or entry.data.get("payment_id") or ""
    reasons = (entry.data.get(field) for field in ("reason", "text", "summary"))
    reason = next(filter(None, reasons), "")
    if isinstance(reason, dict):
        reason = reason.get("message", "")
    return Line(
        at=entry.at.isoformat(timespec="milliseconds"),
        service=entry.service,
        who=entry.actor or "waybill",
        what=f"{name} {about}".strip(),
        why=f"{short(entry.cause)}: {reason}" if reason else short(entry.cause),
    )
