"""Commands that people may send at any time, sensible or not.

Together with the usual steps of an order they cover every command of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.e2e.system import ADDRESS

SKUS = ("SKU-A", "SKU-B")
COUPONS = ("SPRING10", "spring10", "WELCOME5", "NO-SUCH")

Step = tuple[str, Mapping[str, Any]]
Draw = Callable[[Random], Step]


def pieces(random: Random) -> int:
    """Returns a quantity."""
    return random.randint(1, 3)


def line(random: Random, line_id: str) -> dict[str, Any]:
    """Returns a line with an article and quantity."""
    return {
        "line_id": line_id,
        "sku": random.choice(SKUS),
        "name": "Linen dress",
        "quantity": pieces(random),
        "placed_price": "10.00",
    }


def payment(random: Random, payment_id: str) -> dict[str, Any]:
    """Returns a payment with a random method, type and amount."""
    kind = random.choice(("Sale", "Authorization"))
    method = random.choice(("telephone", "credit-card"))
    data = {"payment_id": payment_id, "method": method, "transaction_type": kind}
    if random.random() < 0.3:
        data["amount"] = f"{random.randint(1, 30)}.00"
    return data


def goes_to(random: Random, shipment_id: str) -> Step:
    """Returns a command that sets a draft's shipment, sometimes with an address-book entry."""
    place: dict[str, Any] = {"address": _address(random)}
    if random.random() < 0.1:
        place = {"address_id": random.choice("12")}
    elif random.random() < 0.2:
        place["add_to_address_book"] = True
    data = {"shipment_id": shipment_id, "shipping_method": "standard", **place}
    return "cart.set-shipment", data


def _address(random: Random) -> dict[str, Any]:
    return {**ADDRESS, "line1": f"{random.randint(1, 2)} Elm St"}


def _about(random: Random, **more: Any) -> dict[str, Any]:
    """Returns the fields for a shipment that may exist."""
    return {"shipment_id": random.choice("12"), **more}


def _edit(random: Random) -> Step:
    book = {"to_address_book": True} if random.random() < 0.3 else {}
    return "shipment.edit", _about(random, address=_address(random), **book)


def _another_method(random: Random) -> Step:
    """Returns an edit of the method, at the market's price or an entered price."""
    cost = {"shipping_cost": f"{random.randint(0, 9)}.00"} if random.random() < 0.5 else {}
    method = random.choice(("standard", "express"))
    return "shipment.edit", _about(random, shipping_method=method, **cost)


def _back(random: Random) -> Step:
    """Returns a command that moves a line back from the new shipment, or to another one."""
    there = {"shipment_id": "3", "line_id": "1", "to_shipment_id": random.choice("12")}
    return "order.move-line", there


def _move(random: Random) -> Step:
    new = {"to_shipment_id": "3", "address": ADDRESS, "shipping_method": "standard"}
    return "order.move-line", _about(random, line_id="1", quantity=1, **new)


HOLD_TYPES = ("fraud", "address", "payment")


def with_hold_type(random: Random, step: Step) -> Step:
    """Returns the step; gives most holds, and most releases of holds, a type or an id as well."""
    name, data = step
    if name not in ("order.hold", "order.release-hold") or random.random() < 0.4:
        return step
    which: dict[str, Any] = {"hold_type": random.choice(HOLD_TYPES)}
    if random.random() < 0.2:
        which["hold_id"] = random.choice("ab")
    return name, {**data, **which}


OF_ORDERS: tuple[Draw, ...] = (
    lambda random: ("order.hold", {"reason": "ask first"}),
    lambda random: ("order.hold", {}),
    lambda random: ("order.release-hold", {}),
    lambda random: ("order.release-hold", {}),
    lambda random: ("order.cancel", {"reason": "changed my mind"}),
    lambda random: ("order.add-note", {"text": "called back"}),
    lambda random: ("shipment.cancel", _about(random)),
    lambda random: ("shipment.remove-from-picklist", _about(random)),
    _edit,
    _another_method,
    _back,
    lambda random: ("payment.add", payment(random, "p-2")),
    lambda random: ("payment.capture", {"payment_id": "p-late"}),
    lambda random: ("payment.capture", {"payment_id": random.choice(("p-2", "p-late"))}),
    lambda random: ("payment.void", {"payment_id": "p-late"}),
    lambda random: ("payment.refund", {"payment_id": "p-1", "amount": "3.00"}),
    lambda random: ("payment.refund", {"payment_id": "p-late"}),
    lambda random: ("order.add-line", _about(random, **line(random, "9"))),
    lambda random: ("order.change-line", _about(random, line_id="1", quantity=pieces(random))),
    lambda random: ("order.remove-line", _about(random, line_id="9")),
    _move,
    lambda random: ("order.set-discount", {"amount": f"{pieces(random)}.00"}),
    lambda random: (
        "order.set-discount",
        _about(random, line_id="1", amount=f"{pieces(random)}.00"),
    ),
    lambda random: ("order.delete", {}),
    lambda random: ("order.reorder", {"cart_id": f"again-{pieces(random)}"}),
    lambda random: ("order.reorder", {"cart_id": random.choice(("c-0", "c-1"))}),
    lambda random: ("order.explain", {}),
    lambda random: ("payment.explain", {}),
    lambda random: ("shipment.explain", {}),
)
OF_DRAFTS: tuple[Draw, ...] = (
    lambda random: goes_to(random, random.choice("12")),
    lambda random: ("cart.add-line", {"shipment_id": "1", **line(random, "2")}),
    lambda random: ("cart.add-line", {"shipment_id": "2", **_from_the_catalog(random)}),
    lambda random: (
        "cart.change-line",
        {"shipment_id": "1", "line_id": "1", "quantity": pieces(random)},
    ),
    lambda random: ("cart.remove-line", {"shipment_id": "1", "line_id": random.choice("12")}),
    lambda random: ("cart.apply-coupon", {"code": random.choice(COUPONS)}),
    lambda random: ("cart.remove-coupon", {"code": random.choice(COUPONS)}),
    lambda random: ("cart.set-discount", {"amount": f"{pieces(random)}.00"}),
    lambda random: (
        "cart.set-discount",
        {"amount": f"{pieces(random)}.00", "shipment_id": "1", "line_id": "1"},
    ),
    lambda random: ("cart.delete", {}) if random.random() < 0.3 else ("cart.explain", {}),
    lambda random: ("cart.explain", {}),
)
OF_CUSTOMERS: tuple[Draw, ...] = (
    lambda random: ("customer.create", {"email": "mercy@example.com"}),
    lambda random: ("customer.update", {"phone": f"+1 206 555 010{pieces(random)}"}),
    lambda random: ("customer.add-address", _entry(random)),
    lambda random: ("customer.add-address", {**_entry(random), "unless_there": True}),
    lambda random: ("customer.change-address", _entry(random)),
    lambda random: ("customer.remove-address", {"address_id": random.choice("12")}),
)


# Commands sent under the id of another message; no other command in a history has this content.
SOMETHING_ELSE: Mapping[str, Step] = {
    "cart": ("cart.set-discount", {"amount": "0.37"}),
    "customer": ("customer.update", {"phone": "+1 206 555 0137"}),
    "order": ("order.hold", {"reason": "an id in use"}),
    "payment": (
        "payment.add",
        {"payment_id": "p-37", "method": "telephone", "transaction_type": "Sale", "amount": "0.37"},
    ),
    "shipment": ("shipment.complete", {"shipment_id": "1", "tracking_number": "37"}),
    "stock": ("stock.receive", {"sku": "SKU-A", "quantity": 37}),
}


def _entry(random: Random) -> dict[str, Any]:
    return {"address_id": random.choice("12"), "address": _address(random)}


def _from_the_catalog(random: Random) -> dict[str, Any]:
    """Returns a line without name and price, which come from the catalog."""
    return {"line_id": "1", "sku": random.choice(SKUS), "quantity": pieces(random)}
