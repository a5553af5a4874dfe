"""Carts and commands at a steady rate; for each command, when it was sent and answered."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

from confluent_kafka import KafkaException

from tests.cluster import Cluster, Got, Sent, command
from tests.e2e.system import ADDRESS, cart, converted, shipment

SKU = "TEA-MUG"
WAREHOUSE = "seattle"
TOPICS = ("order.events", "payment.events", "shipment.events", "waybill.replies")
TICK = 0.1  # seconds
HEARD_WITHIN = 0.02  # seconds; how exactly answers are timed
DRAFT_EVERY = 15  # of so many orders one is a draft of customer service
NOTE_EVERY = 3  # for so many orders, one note is added to an earlier order
PLACED = "waybill.order.placed.v1"
ASSIGNED = "waybill.shipment.inventory-assigned.v1"
WAITING = "waybill.shipment.awaiting-inventory.v1"  # a draft isn't paid


@dataclass
class Command:
    """A command that wants an outcome; times are of `time.monotonic`."""

    name: str
    sent: float
    answered: float | None = None
    outcome: str = ""


class SteadyLoad:
    """Sends orders and commands until `stop`, and hears what follows from them.

    Every order should be placed and get its account, and its stock if it is paid. Messages are
    those that every version of the contract accepts.
    """

    def __init__(self, cluster: Cluster, per_second: int) -> None:
        self.orders: list[str] = []
        self.commands: dict[str, Command] = {}
        self.heard: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.failure: Exception | None = None
        self._cluster = cluster
        self._per_second = per_second
        self._placed: list[str] = []
        self._ids = count()
        self._stop, self._over = threading.Event(), threading.Event()
        self._sender = threading.Thread(target=self._send_all, daemon=True)
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        goods = {"warehouse": WAREHOUSE, "sku": SKU, "quantity": 1_000_000}
        self._cluster.produce([self._command("stock.receive", WAREHOUSE, goods)])
        self._listener.start()
        self._sender.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._over.set()
        self._sender.join()
        self._listener.join()

    def stop(self) -> None:
        """Sends nothing more. Raises what has stopped it before."""
        self._stop.set()
        self._sender.join()
        if self.failure:
            raise self.failure

    def missing(self) -> dict[str, list[str]]:
        """Returns the orders that lack something, by what it is."""
        wanted = {"order.events": PLACED, "payment.events": "", "shipment.events": ASSIGNED}
        found: dict[str, list[str]] = defaultdict(list)
        for number, order in enumerate(self.orders):
            of_draft = {} if number % DRAFT_EVERY else {"shipment.events": WAITING}
            for topic, kind in {**wanted, **of_draft}.items():
                if not self.events(order, topic, kind):
                    found[topic].append(order)
        return dict(found)

    def doubled(self) -> list[str]:
        """Returns the orders that were placed twice, or whose stock was allocated twice."""
        once = (("order.events", PLACED), ("shipment.events", ASSIGNED))
        return [o for o in self.orders if any(len(self.events(o, *each)) > 1 for each in once)]

    def unanswered(self) -> list[str]:
        """Returns the ids of the commands without an outcome."""
        return [name for name, each in self.commands.items() if each.answered is None]

    def events(self, order: str, topic: str, kind: str = "") -> set[str]:
        """Returns the ids of an order's events on a topic, of one type or of all."""
        kinds = self.heard[f"{topic}/{order}"]
        return set(kinds.get(kind, ())) if kind else set().union(*kinds.values())

    def _send_all(self) -> None:
        begun, sent = time.monotonic(), 0
        try:
            while not self._stop.wait(TICK):
                due = int((time.monotonic() - begun) * self._per_second)
                self._cluster.produce([m for n in range(sent, due) for m in self._messages(n)])
                sent = due
        except (AssertionError, KafkaException) as error:
            self.failure = error

    def _messages(self, number: int) -> Iterator[Sent]:
        order = f"c-{number:05}"
        self.orders.append(order)
        if number % DRAFT_EVERY:
            yield converted(cart(order, shipment(SKU, 1)))
        else:
            yield from self._draft(order)
        if number % NOTE_EVERY == 0 and self._placed:
            about = self._placed[-1]
            data = {"order_id": about, "text": f"Note {number}"}
            yield self._command("order.add-note", about, data)

    def _draft(self, order: str) -> Iterator[Sent]:
        line = {"line_id": "1", "sku": SKU, "name": "Tea mug", "quantity": 1}
        steps: dict[str, dict[str, Any]] = {
            "create-draft": {"market": "US", "customer": {"name": "Mercy Taylor"}},
            "set-shipment": {
                "shipment_id": "1",
                "shipping_method": "standard",
                "address": ADDRESS,
            },
            "add-line": {"shipment_id": "1", **line, "placed_price": "10.00"},
            "convert": {},
        }
        for step, data in steps.items():
            yield self._command(f"cart.{step}", order, {"cart_id": order, **data})

    def _command(self, name: str, key: str, data: dict[str, Any]) -> Sent:
        message_id = f"command-{next(self._ids)}"
        self.commands[message_id] = Command(name, time.monotonic())
        topic = f"{name.partition('.')[0]}.commands"
        replies = f"{self._cluster.prefix}waybill.replies"
        return command(message_id, f"waybill.{name}.v1", topic, key, data, replyto=replies)

    def _listen(self) -> None:
        consumer, _ = self._cluster.watch(TOPICS)
        while not self._over.is_set():
            found: list[Got] = []
            with suppress(KafkaException):
                self._cluster.drain(consumer, found, wait=HEARD_WITHIN)
            for got in found:
                self._hear(got)
        consumer.close()

    def _hear(self, got: Got) -> None:
        key = (got.key or b"").decode()
        if got.topic != "waybill.replies":
            self.heard[f"{got.topic}/{key}"][got.type].add(got.headers["ce_id"])
            if got.type == PLACED:
                self._placed.append(key)
        elif (sent := self.commands.get(key)) and sent.answered is None:
            sent.answered = time.monotonic()
            sent.outcome = got.data["outcome"]
