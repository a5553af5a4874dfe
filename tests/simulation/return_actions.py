"""Commands about returns and exchanges of an order, sensible or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from tests.simulation import csr_actions
from tests.simulation.csr_actions import SKUS, Step

RETURNS = ("ret-1", "ret-2")
ARRIVALS = ("received", "received", "received", "lost", "short", "wrong-item")
DISPOSITIONS = ("restock", "restock", "quarantine", "write-off")


def exchange_order(order: str, return_id: str) -> str:
    """Returns the id of the order that a return of an order is exchanged for."""
    return f"x-{order}-{return_id[-1]}"


def steps(random: Random, order: str, parcels: int) -> list[Step]:
    """Returns the commands about some returns of an order, each in a sensible order."""
    chosen = RETURNS[: random.choice((1, 1, 2))]
    each = [list(_one(random, order, parcels, return_id)) for return_id in chosen]
    if len(each) == 1:
        return each[0]
    mixed: list[Step] = []
    while any(each):
        mixed.append(random.choice([left for left in each if left]).pop(0))
    return mixed


def exchange_orders(steps: Sequence[Step]) -> list[str]:
    """Returns the ids of the exchange orders that `steps` ask for."""
    return [
        data["replacement"]["exchange_order_id"] for _, data in steps if data.get("replacement")
    ]


def of_exchange_order(random: Random) -> list[Step]:
    """Returns the commands about an exchange order: it ships or is canceled, or neither."""
    pay = csr_actions.payment(random, "p-difference")
    steps: list[Step] = [
        ("payment.add", pay),
        ("shipment.release", {"shipment_id": "1"}),
        ("shipment.add-to-picklist", {"shipment_id": "1"}),
        ("shipment.complete", {"shipment_id": "1"}),
    ]
    if random.random() < 0.4:
        steps.insert(random.randint(0, len(steps)), ("order.cancel", {"reason": "no need"}))
    return steps


def release_quarantine(random: Random) -> dict[str, Any]:
    """Returns the data of a release of as many goods as may be in quarantine."""
    return {
        "sku": random.choice(SKUS),
        "quantity": random.randint(1, 2),
        "disposition": random.choice(("restock", "write-off")),
    }


def _one(random: Random, order: str, parcels: int, return_id: str) -> Iterator[Step]:
    about = {"return_id": return_id}
    lines = [
        {"shipment_id": number, "line_id": "1", "quantity": random.randint(1, 3)}
        for number in random.sample("12"[:parcels], random.randint(1, parcels))
    ]
    asked = [{**line, "reason": random.choice(("too-small", "other"))} for line in lines]
    created = {**about, "lines": asked}
    if random.random() < 0.4:
        yield "exchange.create", {**created, "replacement": _replacement(random, order, return_id)}
    else:
        yield "return.create", created
    if random.random() < 0.15:
        yield "return.cancel", about
    for line in lines:
        for part in _parts(random, line["quantity"]):
            yield "return.receive", {**about, "lines": [_arrived(random, {**line, **part})]}
    if random.random() < 0.1:
        yield "return.cancel", about
    for _ in range(random.choice((1, 2, 2, 3))):
        yield "return.complete", {**about, **_settled(random)}


def _parts(random: Random, quantity: int) -> Iterator[dict[str, int]]:
    """Yields quantities that add up to `quantity`, or now and then to one more."""
    left = quantity + (random.random() < 0.1)
    while left > 0:
        part = random.randint(1, left)
        left -= part
        yield {"quantity": part}


def _arrived(random: Random, line: dict[str, Any]) -> dict[str, Any]:
    arrival = random.choice(ARRIVALS)
    if arrival != "received":
        return {**line, "arrival": arrival}
    return {**line, "condition": "as-new", "disposition": random.choice(DISPOSITIONS)}


def _replacement(random: Random, order: str, return_id: str) -> dict[str, Any]:
    line: dict[str, Any] = {"sku": random.choice(SKUS), "quantity": random.randint(1, 2)}
    if random.random() < 0.7:
        line |= {"name": "Linen dress", "placed_price": f"{random.randint(5, 15)}.00"}
    taken = random.random() < 0.1
    return {
        "exchange_order_id": order if taken else exchange_order(order, return_id),
        "lines": [line],
        "ship_first": random.random() < 0.3,
    }


def _settled(random: Random) -> dict[str, Any]:
    settled: dict[str, Any] = {}
    if random.random() < 0.2:
        settled |= {"fee": f"{random.randint(1, 4)}.00", "note": "worn"}
    if random.random() < 0.2:
        settled |= {"adjustment": f"{random.randint(-2, 2)}.00", "note": "agreed by phone"}
    if random.random() < 0.2:
        settled["method"] = random.choice(("telephone", "check"))
    if random.random() < 0.3:
        settled["shipping"] = True
    if random.random() < 0.2:
        decision = random.choice(("accepted", "rejected"))
        settled["decisions"] = [{"shipment_id": "1", "line_id": "1", "decision": decision}]
    return settled
