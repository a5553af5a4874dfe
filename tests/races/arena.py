"""Sends contradicting commands, and collects their replies and events."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.cluster import Got, Sent, command
from tests.e2e.system import System, cart, converted, shipment

AT_ONCE = 50  # orders that race at the same time
SPREAD = 0.2  # seconds over which their races begin
JITTER = 0.015  # mean seconds between the two commands of one race
PATIENCE = 60.0
MANY = 200


@dataclass(frozen=True, slots=True)
class Ask:
    """A command: its name, such as `order.hold`, and its data without the id that is the key."""

    name: str
    data: Mapping[str, Any]
    version: int | None = None

    def record(self, key: str, message_id: str, replyto: str) -> Sent:
        """Returns the record to send."""
        aggregate = self.name.partition(".")[0]
        more = {"replyto": replyto}
        if self.version is not None:
            more["expectedversion"] = str(self.version)
        data = {"cart_id" if aggregate == "cart" else "order_id": key, **self.data}
        topic = f"{aggregate}.commands"
        return command(message_id, f"waybill.{self.name}.v1", topic, key, data, **more)


def ask(name: str, /, **data: Any) -> Ask:
    """Returns a command: `ask("shipment.release", shipment_id="1")`."""
    return Ask(name, data)


class Arena:
    """A running system, with the replies and events since `forget`."""

    def __init__(self, system: System, times: int, seed: int) -> None:
        self.system = system
        self.times = times
        self._random = random.Random(seed)
        self._read = 0
        self.replies: dict[str, dict[str, Any]] = {}
        self._events: dict[tuple[str, str], dict[str, Got]] = defaultdict(dict)
        self.forget()

    def groups(self, at_once: int = AT_ONCE) -> Iterator[list[str]]:
        """Yields groups of new order ids, `times` in all. Forgets records between groups."""
        left = self.times
        while left:
            size = min(left, at_once)
            left -= size
            yield [f"race-{uuid4().hex[:12]}" for _ in range(size)]
            self.forget()

    def forget(self) -> None:
        """Drops the records that were seen so far, to save memory."""
        self.system.forget()
        self._read = 0
        self.replies.clear()
        self._events.clear()

    # Queries

    def until(self, condition: Callable[[], Any], within: float = PATIENCE) -> None:
        """Returns once `condition` is true for the records seen so far."""

        def seen(records: list[Got]) -> Any:
            self._add(records)
            return condition()

        self.system.until(seen, within)

    def events(self, order: str, topic: str) -> list[Got]:
        """Returns an order's events on a topic, in order."""
        return list(self._events[topic, order].values())

    def names(self, order: str, service: str) -> list[str]:
        """Returns the names of an order's events of a service, in order."""
        found = self.events(order, f"{service}.events")
        return [got.type.split(".", 2)[2].removesuffix(".v1") for got in found]

    def all_have(self, orders: Iterable[str], service: str, name: str) -> None:
        """Waits until every order has this event."""
        wanted = list(orders)
        self.until(lambda: all(name in self.names(order, service) for order in wanted))

    def _add(self, records: list[Got]) -> None:
        for got in records[self._read :]:
            key = (got.key or b"").decode()
            if got.topic == "waybill.replies":
                self.replies[key] = got.data
            elif got.topic == "stock.events":
                self._events[got.topic, got.data.get("order_id") or ""][got.headers["ce_id"]] = got
            else:
                self._events[got.topic, key][got.headers["ce_id"]] = got
        self._read = len(records)

    # Actions

    def place(self, orders: Sequence[str], sku: str, *, paid: bool = True) -> None:
        """Places orders of one piece each, for 10.00 USD, paid or not."""
        carts = [cart(order, shipment(sku, 1), paid=paid) for order in orders]
        self.system.cluster.produce(map(converted, carts))
        self.all_have(orders, "shipment", "awaiting-inventory")

    def assigned(self, orders: Sequence[str]) -> str:
        """Places paid orders that get their inventory; returns the article."""
        sku = f"SKU-{uuid4().hex[:8]}"
        self.system.receive(sku, len(orders))
        self.place(orders, sku)
        self.all_have(orders, "shipment", "inventory-assigned")
        return sku

    def packing(self, orders: Sequence[str]) -> str:
        """Places orders and takes them to Packing; returns the article."""
        sku = self.assigned(orders)
        self.clash(orders, ask("shipment.release", shipment_id="1"))
        self.clash(orders, ask("shipment.add-to-picklist", shipment_id="1"))
        self.all_have(orders, "shipment", "packing")
        return sku

    def clash(self, keys: Iterable[str], *asks: Ask) -> dict[str, list[dict[str, Any]]]:
        """Sends all of `asks` for each key at random times.

        Returns the replies by key, in the order of `asks`, once their events have been seen.
        """
        replyto = f"{self.system.cluster.prefix}waybill.replies"
        due: list[tuple[float, Sent]] = []
        ids: dict[str, list[str]] = {}
        for key in keys:
            ids[key] = [uuid4().hex for _ in asks]
            start = self._random.uniform(0, SPREAD)
            for message_id, one in zip(ids[key], asks, strict=True):
                at = start + self._random.expovariate(1 / JITTER)
                due.append((at, one.record(key, message_id, replyto)))
        self._send(sorted(due, key=lambda pair: pair[0]))
        asked = [(i, one) for each in ids.values() for i, one in zip(each, asks, strict=True)]
        self.until(lambda: all(self._is_done(message_id, one) for message_id, one in asked))
        return {key: [self.replies[i] for i in each] for key, each in ids.items()}

    def rush(self, records: Iterable[Sent]) -> None:
        """Sends records at random times, in random order."""
        due = [(self._random.uniform(0, SPREAD), sent) for sent in records]
        self._send(sorted(due, key=lambda pair: pair[0]))

    def _send(self, due: Sequence[tuple[float, Sent]]) -> None:
        begun = time.monotonic()
        waiting = list(due)
        while waiting:
            now = time.monotonic() - begun
            ready = [sent for at, sent in waiting if at <= now]
            waiting = waiting[len(ready) :]
            if ready:
                self.system.cluster.produce(ready)
            else:
                time.sleep(waiting[0][0] - now)

    def _is_done(self, message_id: str, one: Ask) -> bool:
        """Whether the reply was seen, and every event up to its version."""
        reply = self.replies.get(message_id)
        if reply is None:
            return False
        topic = f"{one.name.partition('.')[0]}.events"
        seen = self.events(reply["subject"], topic)
        return reply["version"] <= (int(seen[-1].headers["ce_sequence"]) if seen else 0)


def both_ways(results: Sequence[bool]) -> None:
    """Fails if many races all had the same winner: then the commands didn't race."""
    assert len(results) < MANY or len(set(results)) == 2, "no race: always the same side won"


def won(reply: dict[str, Any]) -> bool:
    """Whether a command was accepted."""
    return bool(reply["outcome"] == "accepted")
