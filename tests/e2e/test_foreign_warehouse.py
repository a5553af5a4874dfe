"""A warehouse system that knows only docs/contract.md takes goods back, also after a crash."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from confluent_kafka import Consumer, Message, Producer

from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines

EXPECTED = "waybill.return.expected.v1"
PATIENCE = 60.0  # seconds


class Warehouse:
    """A warehouse's program: it reads `warehouse.returns` in a group of its own.

    It commits what it has answered, and nothing before, so that it may answer twice but forgets
    nothing. The id of an answer follows from the return.
    """

    def __init__(self, kafka: str, prefix: str, group: str) -> None:
        self._topics = {"bootstrap.servers": kafka}
        self._prefix = prefix
        self._reader = Consumer(
            {
                **self._topics,
                "group.id": group,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "session.timeout.ms": 6000,
            }
        )
        self._reader.subscribe([f"{prefix}warehouse.returns"])
        self._writer = Producer({**self._topics, "enable.idempotence": True})

    def expected(self, order: str) -> Message:
        """Waits for the record that announces the return of an order."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            record = self._reader.poll(0.5)
            if record is None or record.error():
                continue
            if record.key() == order.encode() and headers(record)["ce_type"] == EXPECTED:
                return record
        raise AssertionError(f"nothing about {order} on warehouse.returns")

    def receive(self, announced: dict[str, Any]) -> None:
        """Reports that everything has arrived, in good order."""
        order, back = announced["order_id"], announced["return_id"]
        arrived = [
            {
                "shipment_id": line["shipment_id"],
                "line_id": line["line_id"],
                "quantity": line["quantity"],
                "arrival": "received",
                "condition": "as-new",
                "disposition": "restock",
            }
            for line in announced["lines"]
        ]
        self._writer.produce(
            f"{self._prefix}order.commands",
            key=order,
            value=json.dumps({"order_id": order, "return_id": back, "lines": arrived}),
            headers={
                "content-type": "application/json",
                "ce_specversion": "1.0",
                "ce_id": f"received-{order}-{back}",
                "ce_source": "/warehouse/foreign",
                "ce_type": "waybill.return.receive.v1",
                "ce_subject": order,
                "ce_actor": "warehouse:foreign",
                "ce_replyto": f"{self._prefix}waybill.replies",
            },
        )
        assert self._writer.flush(PATIENCE) == 0

    def commit(self, record: Message) -> None:
        """Remembers that this record is done."""
        self._reader.commit(message=record, asynchronous=False)

    def close(self) -> None:
        """Ends the program; what wasn't committed is read again."""
        self._reader.close()


def headers(record: Message) -> dict[str, str]:
    return {name: (value or b"").decode() for name, value in record.headers() or []}


@contextmanager
def running(system: System, group: str) -> Iterator[Warehouse]:
    program = Warehouse(system.cluster.engines.kafka, system.cluster.prefix, group)
    try:
        yield program
    finally:
        program.close()


def announce(system: System, order: str, sku: str) -> None:
    """Ships an order of three pieces, and announces the return of two."""
    system.receive(sku, 3)
    system.place(order, shipment(sku, 3))
    system.ship(order)
    system.event(order, "order.completed")
    line = {"shipment_id": "1", "line_id": "1", "quantity": 2, "reason": "too-small"}
    system.do("return.create", order, return_id="r-1", lines=[line])


def complete(system: System, order: str, sku: str) -> None:
    """Completes the return: exactly one receipt, the stock has the goods, the money is back."""
    received = system.event(order, "return.received").data
    assert received["status"] == "AwaitingCompletion"
    assert [line["quantity"] for line in received["lines"]] == [2]
    system.do("return.complete", order, return_id="r-1")
    assert system.event(order, "return.completed").data["refunded"] == "20.00"
    system.until(lambda _: system.level(sku)["on_hand"] == 2)
    assert system.names(order, "order.events").count("received") == 1


def test_a_return_that_was_read_but_not_answered_is_answered_after_a_restart(
    system: System, order: str, sku: str
) -> None:
    announce(system, order, sku)
    group = f"foreign-{order}"
    with running(system, group) as program:
        first = program.expected(order)
        announced = json.loads(first.value() or b"")
        assert announced["return_id"] == "r-1"
        assert announced["warehouse"] == "seattle"
        assert [(each["sku"], each["quantity"]) for each in announced["lines"]] == [(sku, 2)]
    assert "received" not in system.names(order, "order.events")

    with running(system, group) as again:
        record = again.expected(order)
        assert (record.partition(), record.offset()) == (first.partition(), first.offset())
        again.receive(json.loads(record.value() or b""))
        again.commit(record)

    complete(system, order, sku)


def test_a_return_that_was_answered_but_not_committed_is_received_once(
    system: System, order: str, sku: str
) -> None:
    announce(system, order, sku)
    group = f"foreign-{order}"
    with running(system, group) as program:
        program.receive(json.loads(program.expected(order).value() or b""))
    system.event(order, "return.received")

    with running(system, group) as again:
        record = again.expected(order)
        again.receive(json.loads(record.value() or b""))
        again.commit(record)
    outcomes = system.until(
        lambda seen: [
            got
            for got in seen
            if got.topic == "waybill.replies" and got.key == f"received-{order}-r-1".encode()
        ]
    )
    assert {got.data["outcome"] for got in outcomes} == {"accepted"}

    complete(system, order, sku)
