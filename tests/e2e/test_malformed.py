"""Malformed records become dead letters, and the valid ones among them become orders."""

import json
import random

import pytest

from tests.e2e.malformed import CARD, TOPIC, malformed
from tests.e2e.system import System, cart, converted, shipment

pytestmark = [pytest.mark.engines, pytest.mark.slow]

GOOD, BAD = 200, 1000


def test_every_good_record_is_an_order_and_every_bad_one_a_dead_letter(
    system: System, sku: str
) -> None:
    before = len(system.cluster.read(TOPIC))
    processes = [(process, process.code) for process in system.processes]
    orders = [f"good-{sku}-{n}" for n in range(GOOD)]
    wrong = malformed(BAD)
    mixed = [(None, converted(cart(order, shipment(sku, 1)))) for order in orders]
    mixed += wrong  # type: ignore[arg-type]
    random.Random(7).shuffle(mixed)

    system.cluster.produce([sent for _, sent in mixed])
    system.cluster.until_done("cart", "order", "payment", "shipment", within=60)

    # Every valid one is an order, once.
    placed = [got for got in system.cluster.read("order.events") if got.type.endswith("placed.v1")]
    keys = [(got.key or b"").decode() for got in placed]
    assert set(orders) <= set(keys)
    assert not [key for key in keys if key.startswith(("bad-", "huge"))]

    # Every malformed one is a dead letter, byte for byte, with the field that is wrong.
    sent = system.cluster.read(TOPIC)
    assert len(sent) - before == GOOD + BAD
    origin = {(got.partition, got.offset): got for got in sent}
    wanted = {(each.key, each.value, each.headers): field for field, each in mixed}
    dead_letters = system.cluster.read("order.dead-letters")
    found: dict[tuple[int, int], str] = {}
    for dead_letter in dead_letters:
        headers = dead_letter.headers
        if headers["waybill_topic"] != system.cluster.prefix + TOPIC:
            continue
        position = int(headers["waybill_partition"]), int(headers["waybill_offset"])
        record = origin[position]
        if (record.key, record.value, record.raw) not in wanted:
            continue  # of another test
        copy = (record.value or b"").replace(CARD.encode(), b"**** **** **** ****")
        masked = copy != (record.value or b"")
        assert dead_letter.key == record.key
        assert (
            (dead_letter.data == json.loads(copy))
            if masked
            else ((dead_letter.value or b"") == copy)
        )
        assert ("waybill_masked" in headers) == masked
        assert dead_letter.raw[: len(record.raw)] == record.raw
        field = wanted[record.key, record.value, record.raw]
        assert headers["waybill_field"] == field, (headers["waybill_reason"], record.value)
        assert headers["waybill_reason"].startswith(f"{field}: ")
        assert headers["waybill_service"] == "order"
        found[position] = str(field)
    assert len(found) == BAD
    assert set(found.values()) == {field for field, _ in wrong}

    # No process ended because of them.
    assert [(process, process.code) for process in system.processes] == processes
    assert all(process.ready() for process in system.processes)
    assert sum(system.cluster.lag(name) for name in ("cart", "order", "payment", "shipment")) == 0


def test_system_goes_on_as_before(system: System, order: str, sku: str) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku))
    system.ship(order)
    system.event(order, "order.completed")


def test_wrong_commands_are_answered_and_buried(system: System, order: str, sku: str) -> None:
    system.place(order, shipment(sku))
    system.event(order, "order.placed")
    wrong = {
        "text": system.post("order.add-note", order, {"order_id": order, "text": 7}),
        "order_id": system.post("order.hold", order, {}),
        "key": system.post("order.cancel", "other", {"order_id": order}),
        "ce_type": system.post("order.sing", order, {"order_id": order}),
        "quantity": system.post(
            "stock.receive", "seattle", {"warehouse": "seattle", "sku": sku, "quantity": -1}
        ),
        "warehouse": system.post(
            "stock.receive", "mars", {"warehouse": "mars", "sku": sku, "quantity": 1}
        ),
    }

    for field, message_id in wrong.items():
        reply = system.reply(message_id)
        assert (reply["outcome"], reply["reason"]["code"]) == ("rejected", "malformed")
        assert reply["reason"]["message"].startswith(f"{field}: ")

    dead_letters = system.cluster.read("order.dead-letters", "shipment.dead-letters")
    found = {got.headers.get("ce_id"): got.headers["waybill_field"] for got in dead_letters}
    assert {message_id: found[message_id] for message_id in wrong.values()} == {
        message_id: field for field, message_id in wrong.items()
    }
