"""A scenario with every message from outside, each in a state in which it is accepted.

A step whose name has a `+` only prepares the state for another step. An id has the same value
everywhere, so that it can be replaced everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tests.edge.fields import Field, messages, put

Data = dict[str, Any]
A, B, C, D, E, R = "order-a", "order-b", "order-c", "draft-d", "draft-e", "draft-r"
MUG, HAT, TEA = "article-mug", "article-hat", "article-tea"
ANNA, OTIS, CLEO = "customer-anna", "customer-otis", "customer-cleo"
HOME, WORK, OLD = "address-home", "address-work", "address-old"
ONE, TWO, NEW = "shipment-one", "shipment-two", "shipment-new"
FIRST, SECOND, THIRD, MOVED = "line-first", "line-second", "line-third", "line-moved"
PAID, TAKEN, BACK, LEFT, ASKED = "pay-paid", "pay-taken", "pay-back", "pay-void", "pay-asked"


@dataclass(frozen=True)
class Step:
    """A message to send: its short name and data. If `is_subject`, its fields are varied."""

    name: str
    data: Data
    is_subject: bool = True


@dataclass(frozen=True)
class Place:
    """A market, with the names from its configuration."""

    market: str
    currency: str
    decimals: int
    warehouse: str
    country: str

    def amount(self, units: str) -> str:
        """Returns an amount with the currency's decimals: `12.5` is 12.50 USD and 12 JPY."""
        quantum = Decimal(1).scaleb(-self.decimals)
        return f"{Decimal(units).quantize(quantum, 'ROUND_DOWN'):f}"


US = Place("US", "USD", 2, "seattle", "US")
JP = Place("JP", "JPY", 0, "osaka", "JP")
KW = Place("KW", "KWD", 3, "seattle", "KW")
MARKETS = (US, JP, KW)


def address(place: Place, name: str) -> Data:
    """Returns an address with every part."""
    return {
        "name": name, "line1": "1 Pike Place", "line2": "Third floor", "city": "Seattle",
        "region": "Washington", "postal_code": "98101", "country": place.country,
        "phone": "+1 206 555 0100",
    }  # fmt: skip


def _line(place: Place, line_id: str, sku: str, quantity: int, price: str, **more: Any) -> Data:
    return {
        "line_id": line_id, "sku": sku, "name": f"Name of {sku}", "quantity": quantity,
        "placed_price": place.amount(price), **more,
    }  # fmt: skip


def _cart(place: Place, cart_id: str, **more: Any) -> Data:
    """Returns a converted cart with every field."""
    money = place.amount
    zero = money("0")
    rule = {
        "code": "SPRING10", "kind": "percentage", "percent": "10", "amount": None, "scope": "line",
        "skus": [TEA], "minimum": zero,
    }  # fmt: skip
    extras = {"discount": zero, "tax": zero, "preorder": False, "manual_discount": zero}
    first = _line(place, FIRST, MUG, 4, "20", **extras)
    second = _line(place, SECOND, HAT, 3, "30", **extras)
    third = _line(place, THIRD, MUG, 1, "40", **extras)
    method = {
        "shipping_method": "standard", "shipping_cost": money("5"), "shipping_tax": zero,
        "shipping_price": money("5"),
    }  # fmt: skip
    payment = {
        "payment_id": PAID, "method": "credit-card", "transaction_type": "Sale",
        "amount": money("10"), "status": "Processed", "reference": "Reference of the checkout",
    }  # fmt: skip
    return {
        "cart_id": cart_id,
        "market": place.market,
        "currency": place.currency,
        "converted_at": "2026-11-22T19:00:00Z",
        "customer": {
            "customer_id": ANNA, "name": "Anna of the checkout", "email": "anna@example.com",
            "phone": "+1 206 555 0111",
        },
        "coupons": ["SPRING10"],
        "order_discount": zero,
        "shipments": [
            {"shipment_id": ONE, **method, "address": address(place, "Otis of shipment one"),
             "lines": [first, second]},
            {"shipment_id": TWO, **method, "address": address(place, "Vera of shipment two"),
             "lines": [third]},
        ],
        "payments": [payment],
        "draft": False,
        "manual_discount": zero,
        "pricing": {"tax_rate": "0", "discounts": [rule]},
        **more,
    }  # fmt: skip


def _article(place: Place, sku: str) -> Data:
    return {
        "sku": sku, "name": f"Name of {sku}", "description": "What it is.",
        "prices": {place.market: place.amount("20")}, "url": "https://example.com/mug",
        "discontinued": False,
    }  # fmt: skip


def steps_of(place: Place) -> tuple[Step, ...]:
    """Returns all steps in a market."""
    return tuple(
        Step(name.removeprefix("+"), data, not name.startswith("+"))
        for name, data in (*_before(place), *_orders(place), *_drafts(place))
    )


def _before(place: Place) -> Iterator[tuple[str, Data]]:
    warehouse = {"warehouse": place.warehouse}
    anna, otis = {"customer_id": ANNA}, {"customer_id": OTIS}
    yield "variant", _article(place, MUG)
    yield "+variant", _article(place, HAT)
    yield "+variant", _article(place, TEA)
    yield "stock.receive", {**warehouse, "sku": MUG, "quantity": 500}
    yield "+stock.receive", {**warehouse, "sku": HAT, "quantity": 400}
    yield "stock.count", {**warehouse, "sku": TEA, "quantity": 300}
    yield "stock.set-safety", {**warehouse, "sku": TEA, "quantity": 2}
    yield "stock.expect", {**warehouse, "sku": TEA, "quantity": 60, "expected_on": "2026-12-24"}
    yield "stock.explain", {**warehouse, "sku": MUG}
    contact = {"name": "Anna of create", "email": "anna@create.example", "phone": "+1 206 555 0122"}
    yield "customer.create", {**anna, **contact}
    yield "+customer.create", {**otis, "name": "Otis"}
    contact = {"name": "Otis of update", "email": "otis@update.example", "phone": "+1 206 555 0133"}
    yield "customer.update", {**otis, **contact}
    at_home, at_work = address(place, "Anna at home"), address(place, "Anna at work")
    yield "customer.add-address", {**anna, "address_id": HOME, "address": at_home,
                                   "unless_there": False}  # fmt: skip
    yield "+customer.add-address", {**otis, "address_id": WORK, "address": at_home}
    yield "customer.change-address", {**otis, "address_id": WORK, "address": at_work}
    yield "+customer.add-address", {**otis, "address_id": OLD, "address": at_home}
    yield "customer.remove-address", {**otis, "address_id": OLD}


def _orders(place: Place) -> Iterator[tuple[str, Data]]:
    money, order = place.amount, {"order_id": A}
    one, two = {**order, "shipment_id": ONE}, {**order, "shipment_id": TWO}
    yield "cart.converted", _cart(place, A)
    yield "order.add-note", {**order, "text": "Text of a note."}
    yield "order.add-line", {
        **one, **_line(place, "line-added", TEA, 2, "15"), "discount": money("1"),
        "tax": money("2"), "preorder": False,
    }  # fmt: skip
    yield "order.change-line", {
        **one, "line_id": "line-added", "quantity": 3, "placed_price": money("16"),
        "discount": money("2"),
    }  # fmt: skip
    yield "order.move-line", {
        **one, "line_id": FIRST, "to_shipment_id": NEW, "quantity": 1, "to_line_id": MOVED,
        "address": address(place, "Nora of the new shipment"), "shipping_method": "standard",
    }  # fmt: skip
    yield "order.remove-line", {**one, "line_id": "line-added"}
    yield "order.set-discount", {
        **order, "amount": money("3"), "shipment_id": ONE, "line_id": SECOND,
    }  # fmt: skip
    yield "shipment.edit", {
        **two, "address": address(place, "Edith of the edit"), "shipping_method": "express",
        "shipping_cost": money("7"), "add_to_address_book": True,
    }  # fmt: skip
    yield "order.hold", {
        **order, "reason": "Reason of the hold.", "hold_id": "hold-one", "hold_type": "fraud",
        "owner": "Owner of the hold", "review_on": "2026-12-24", "stops": ["ship", "capture"],
    }  # fmt: skip
    yield "order.release-hold", {**order, "hold_id": "hold-one", "hold_type": "fraud"}
    yield "payment.add", {
        **order, "payment_id": TAKEN, "method": "bank-transfer", "amount": money("40"),
        "transaction_type": "Authorization", "reference": "Reference of the payment",
    }  # fmt: skip
    yield "payment.capture", {**order, "payment_id": TAKEN, "amount": money("30")}
    by_transfer = {"method": "bank-transfer", "transaction_type": "Authorization"}
    yield "+payment.add", {**order, "payment_id": LEFT, "amount": money("9"), **by_transfer}
    yield "payment.void", {**order, "payment_id": LEFT}
    yield "+payment.add", {
        **order, "payment_id": BACK, "method": "bank-transfer", "transaction_type": "Sale",
        "amount": money("20"),
    }  # fmt: skip
    yield "payment.refund", {**order, "payment_id": BACK, "amount": money("6")}
    card = {"method": "credit-card", "transaction_type": "Sale"}
    yield "+payment.add", {**order, "payment_id": ASKED, "amount": money("8"), **card}
    yield "payment.settle", {
        **order, "request_id": "REQUEST", "outcome": "failed", "provider_reference": "psp-1",
        "reason": "Reason of the provider.",
    }  # fmt: skip
    yield "shipment.cancel", two
    yield "+payment.add", {**order, "payment_id": "pay-rest", "method": "bank-transfer",
                           "transaction_type": "Sale"}  # fmt: skip
    yield "shipment.release", one
    yield "shipment.add-to-picklist", one
    yield "shipment.remove-from-picklist", one
    yield "+shipment.add-to-picklist", one
    yield "shipment.complete", {
        **one, "tracking_number": "Tracking of one", "carrier": "Carrier of one",
    }  # fmt: skip
    yield "shipment.correct-tracking", {
        **one, "tracking_number": "Tracking corrected", "carrier": "Carrier corrected",
    }  # fmt: skip
    yield "order.refund-shipping", {
        **one, "refund_id": "refund-one", "amount": money("1"), "method": "bank-transfer",
        "reason": "Reason of the refund.", "reference": "Reference of the shipping refund",
    }  # fmt: skip
    yield from _returns(place)
    yield "+shipment.release", {**order, "shipment_id": NEW}
    for kind in ("order", "payment", "shipment"):
        yield f"{kind}.explain", order
    yield "+cart.converted", _cart(place, B)
    yield "order.cancel", {"order_id": B, "reason": "Reason of the cancellation."}
    yield "+cart.converted", _cart(place, C)
    yield "order.delete", {"order_id": C}
    yield "order.reorder", {**order, "cart_id": R}


def _returns(place: Place) -> Iterator[tuple[str, Data]]:
    money, warehouse = place.amount, {"warehouse": place.warehouse}
    line = {"shipment_id": ONE, "line_id": SECOND, "quantity": 1}
    back = {"order_id": A, "return_id": "return-one"}
    away = {**back, "return_id": "return-two"}
    swap = {**back, "return_id": "return-three"}
    announced = {"lines": [{**line, "reason": "too-small"}]}
    yield "return.create", {
        **back, **announced, **warehouse, "comment": "Comment on the return.", "late": True,
    }  # fmt: skip
    came = {**line, "arrival": "received", "condition": "as-new", "disposition": "restock"}
    yield "return.receive", {**back, "lines": [came]}
    yield "return.complete", {
        **back, "decisions": [{"shipment_id": ONE, "line_id": SECOND, "decision": "accepted"}],
        "shipping": True, "fee": money("2"), "adjustment": money("1"), "note": "Why a fee.",
        "method": "bank-transfer", "reference": "Reference of the refund",
    }  # fmt: skip
    yield "+return.create", {**away, **announced}
    yield "return.cancel", {**away, "reason": "Reason of the withdrawal."}
    wanted = {
        "sku": TEA, "name": "Name of the replacement", "quantity": 1, "placed_price": money("12"),
        "discount": money("2"), "tax": money("1"),
    }  # fmt: skip
    replacement = {"exchange_order_id": "order-x", "lines": [wanted], "ship_first": False}
    yield "exchange.create", {
        **swap, **announced, **warehouse, "comment": "Comment on the exchange.", "late": True,
        "replacement": replacement,
    }  # fmt: skip
    yield "+return.receive", {**swap, "lines": [{**came, "disposition": "quarantine"}]}
    yield "stock.release-quarantine", {
        **warehouse, "sku": HAT, "quantity": 1, "disposition": "restock",
    }  # fmt: skip


def _drafts(place: Place) -> Iterator[tuple[str, Data]]:
    money = place.amount
    cart, one = {"cart_id": D}, {"cart_id": D, "shipment_id": ONE}
    yield "cart.create-draft", {
        **cart, "market": place.market, "customer_id": None,
        "customer": {"customer_id": None, "name": "Dora of the draft", "email": "dora@example.com",
                     "phone": "+1 206 555 0144"},
    }  # fmt: skip
    yield "cart.set-shipment", {
        **one, "address": address(place, "Dora of the shipment"), "address_id": None,
        "shipping_method": "standard", "add_to_address_book": False,
    }  # fmt: skip
    yield "cart.add-line", {**one, **_line(place, FIRST, MUG, 2, "21"), "preorder": False}
    yield "+cart.add-line", {**one, **_line(place, SECOND, HAT, 2, "22")}
    yield "+cart.add-line", {**one, **_line(place, THIRD, TEA, 2, "23")}
    yield "cart.change-line", {**one, "line_id": SECOND, "quantity": 5, "placed_price": money("24")}
    yield "cart.remove-line", {**one, "line_id": THIRD}
    yield "cart.apply-coupon", {**cart, "code": "SPRING10"}
    yield "cart.remove-coupon", {**cart, "code": "SPRING10"}
    yield "cart.set-discount", {**one, "amount": money("2"), "line_id": FIRST}
    yield "cart.explain", cart
    yield "+cart.create-draft", {"cart_id": E, "market": place.market}
    yield "cart.delete", {"cart_id": E}
    yield "+cart.create-draft", {"cart_id": "draft-f", "market": place.market, "customer_id": ANNA}
    f = {"cart_id": "draft-f", "shipment_id": ONE}
    yield "+cart.set-shipment", {**f, "address_id": HOME, "shipping_method": "standard"}
    yield "+cart.add-line", {**f, **_line(place, FIRST, MUG, 2, "21")}
    yield "cart.convert", {"cart_id": "draft-f"}
    yield "+customer.create", {"customer_id": CLEO, "name": "Cleo"}
    yield "customer.delete", {"customer_id": CLEO, "orders": False}


def varied(steps: tuple[Step, ...], values: Mapping[Field, Any]) -> tuple[Step, ...]:
    """Returns the steps with other values; a new id replaces the former one everywhere."""
    ids: dict[str, Any] = {}
    changed = []
    for step in steps:
        for field, value in values.items():
            if step.is_subject and field.message == step.name:
                step = replace(step, data=put(step.data, field.steps, value))
        changed.append(step)
    return tuple(replace(step, data=renamed(step.data, ids)) for step in changed)


def with_id(steps: tuple[Step, ...], former: str, value: str) -> tuple[Step, ...]:
    """Returns the steps with another id instead of `former`."""
    return tuple(replace(step, data=renamed(step.data, {former: value})) for step in steps)


def renamed(data: Any, names: Mapping[str, Any]) -> Any:
    """Returns a copy in which each of `names` is replaced where it is a whole value."""
    if isinstance(data, dict):
        return {key: renamed(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [renamed(value, names) for value in data]
    return names.get(data, data) if isinstance(data, str) else data


def without_step() -> set[str]:
    """Returns the messages from outside that have no step."""
    return set(messages()) - {step.name for step in steps_of(US) if step.is_subject}
