"""Messages for an order service, and checks of their effects."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import orjson

from tests.audit import audit, every_command_answered, every_input_counted
from tests.cluster import Cluster, Sent, command

TOPICS = [
    "checkout.cart-converted",
    "order.commands",
    "order.events",
    "payment.events",
    "shipment.events",
    "waybill.replies",
    "order.dead-letters",
]


def cart(name: str, market: str = "US", currency: str = "USD", **more: Any) -> Sent:
    """A checkout's cart."""
    data = {
        "cart_id": name,
        "market": market,
        "currency": currency,
        "converted_at": "2026-11-22T20:00:00Z",
        "shipments": [
            {
                "shipping_method": "standard",
                "shipping_cost": "4.90",
                "address": {"name": "A", "line1": "B", "city": "C", "country": "US"},
                "lines": [{"sku": "S", "name": "N", "quantity": 2, "placed_price": "39.50"}],
            }
        ],
        **more,
    }
    kind, replies = "waybill.cart.converted.v1", {"replyto": "{prefix}waybill.replies"}
    return command(f"cart-{name}", kind, TOPICS[0], name, data, **replies)


def note(order: str, number: int) -> Sent:
    """A note that requests a reply. Notes of an order are numbered in sending order."""
    data = {"order_id": order, "text": f"note {number}"}
    message_id = f"note-{order}-{number:04}"
    replies = {"replyto": "{prefix}waybill.replies", "actor": "csr:17"}
    return command(message_id, "waybill.order.add-note.v1", TOPICS[1], order, data, **replies)


def addressed(cluster: Cluster, sent: Sent) -> Sent:
    """The record with the reply topic's name on this cluster."""
    headers = tuple(
        (name, (value or b"").replace(b"{prefix}", cluster.prefix.encode()))
        for name, value in sent.headers
    )
    return Sent(sent.topic, sent.key, sent.value, headers)


def work(orders: range, notes: int = 2) -> Iterator[Sent]:
    """Carts, and notes for each of their orders."""
    for number in orders:
        yield cart(f"c-{number:05}")
    for n in range(notes):
        for number in orders:
            yield note(f"c-{number:05}", n)


def give(cluster: Cluster, orders: range, notes: int = 2) -> list[Sent]:
    """Publishes the messages and returns them."""
    sent = [addressed(cluster, one) for one in work(orders, notes)]
    cluster.produce(sent)
    return sent


class Load:
    """Publishes messages steadily from a thread, within the `with` block."""

    def __init__(self, cluster: Cluster, a_second: int = 400) -> None:
        self.sent: list[Sent] = []
        self._cluster = cluster
        self._size = a_second // 20
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            first = 0
            while not self._stop.is_set():
                self.sent += give(self._cluster, range(first, first + self._size // 3 + 1))
                first += self._size // 3 + 1
                time.sleep(0.05)
        except BaseException as error:
            self._failure = error
            raise

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        if self._failure and not error:
            raise self._failure


def check(cluster: Cluster, sent: list[Sent], letters: int = 0) -> None:
    """Checks that nothing is lost, repeated or out of order, and that every command has a reply."""
    streams = audit(cluster, "order", ["order.events"])
    every_input_counted(streams, sent)
    every_command_answered(cluster, streams)
    assert len(cluster.read("order.dead-letters")) == letters
    numbers = [
        orjson.loads(event["data"])["order_number"]
        for documents in streams.values()
        for document in documents
        for event in document["events"]
        if event["type"] == "waybill.order.placed.v1"
    ]
    assert len(set(numbers)) == len(numbers) == len({s.key for s in sent if s.topic == TOPICS[0]})
