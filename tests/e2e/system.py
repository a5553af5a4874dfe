"""The whole system from outside, used as the contract describes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from confluent_kafka import KafkaException

from shared.contracts.topics import SERVICES
from tests.cluster import Cluster, Got, Sent, command
from tests.engines import AnyEngines
from tests.polling import PATIENCE
from tests.processes import ServiceProcess, until_ready

T = TypeVar("T")

WATCHED = (
    "cart.events",
    "customer.events",
    "order.events",
    "payment.events",
    "shipment.events",
    "stock.events",
    "warehouse.releases",
    "waybill.replies",
)
ADDRESS = {
    "name": "Mercy Taylor",
    "line1": "1 Pike Pl",
    "line2": None,
    "city": "Seattle",
    "region": "WA",
    "postal_code": "98101",
    "country": "US",
    "phone": None,
}
XSS_PAYLOAD = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"
_ids = count()


def shipment(sku: str, quantity: int = 2, **more: Any) -> dict[str, Any]:
    """Returns a shipment with one line at 10.00 apiece and free shipping."""
    line = {"sku": sku, "name": "Linen dress", "quantity": quantity, "placed_price": "10.00"}
    method = {"shipping_method": "standard", "shipping_cost": "0.00"}
    return {**method, "address": ADDRESS, "lines": [line], **more}


def cart(order: str, *shipments: dict[str, Any], paid: bool = True, **more: Any) -> dict[str, Any]:
    """Returns a converted cart like the contract's example."""
    pieces = sum(line["quantity"] for each in shipments for line in each["lines"])
    payment = {
        "payment_id": "p-1",
        "method": "credit-card",
        "transaction_type": "Sale",
        "amount": f"{pieces * 10}.00",
        "status": "Processed",
        "reference": "psp_9f3",
    }
    return {
        "cart_id": order,
        "market": "US",
        "currency": "USD",
        "converted_at": "2026-11-22T20:00:00Z",
        "shipments": list(shipments),
        "payments": [payment] if paid else [],
        **more,
    }


def converted(data: dict[str, Any]) -> Sent:
    """Returns the record of a cart, in binary mode."""
    order = data["cart_id"]
    kind = "waybill.cart.converted.v1"
    return command(f"checkout-{order}", kind, "checkout.cart-converted", order, data)


class System:
    """All four services on a new cluster, and the records that they publish."""

    def __init__(
        self,
        engines: AnyEngines,
        logs: Path,
        scale: dict[str, int] | None = None,
        environment: dict[str, str] | None = None,
    ):
        self.cluster = Cluster(engines, logs)
        self.processes: list[ServiceProcess] = [
            self.cluster.start(service, **(environment or {}))
            for service in SERVICES
            for _ in range((scale or {}).get(service, 1))
        ]
        self.seen: list[Got] = []
        self._new_records = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        until_ready(*self.processes)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        self.cluster.close()

    def of(self, service: str) -> list[ServiceProcess]:
        """Returns the processes of a service."""
        return [process for process in self.processes if process.service == service]

    def _listen(self) -> None:
        consumer, _ = self.cluster.watch(WATCHED)
        while not self._stop.is_set():
            found: list[Got] = []
            with suppress(KafkaException):
                self.cluster.drain(consumer, found)
            if found:
                with self._new_records:
                    self.seen += found
                    self._new_records.notify_all()
        consumer.close()

    def until(self, condition: Callable[[list[Got]], T], within: float = PATIENCE) -> T:
        """Waits until `condition` is true for all records published; returns its value."""
        with self._new_records:
            self._new_records.wait_for(lambda: condition(self.seen), within)
            answer = condition(self.seen)
            if not answer:
                last = [f"{got.type} {(got.key or b'').decode()}" for got in self.seen[-15:]]
                raise AssertionError(f"not within {within:g} s; last: {last}")
            return answer

    def forget(self) -> None:
        """Drops the records published so far."""
        with self._new_records:
            self.seen.clear()

    # Queries

    def events(self, order: str, topic: str) -> list[Got]:
        """Returns an order's events on a topic so far, without repeats."""
        found = {got.headers["ce_id"]: got for got in self.seen if _is(got, order, topic)}
        return list(found.values())

    def event(self, order: str, name: str, shipment_id: str = "", within: float = PATIENCE) -> Got:
        """Waits for an event of an order, such as `shipment.released`, and returns it."""
        kind, topic = f"waybill.{name}.v1", _aggregate(name) + ".events"
        found = self.until(
            lambda seen: [
                got
                for got in seen
                if _is(got, order, topic)
                and got.type == kind
                and shipment_id in ("", got.data.get("shipment_id"))
            ],
            within,
        )
        return found[0]

    def names(self, order: str, topic: str) -> list[str]:
        """Returns the names of an order's events on a topic so far."""
        return [got.type.split(".", 2)[2].removesuffix(".v1") for got in self.events(order, topic)]

    # Actions

    def place(self, order: str, *shipments: dict[str, Any], **more: Any) -> None:
        """Converts a cart."""
        self.cluster.produce([converted(cart(order, *shipments, **more))])

    def post(self, name: str, key: str, data: dict[str, Any], **attributes: str) -> str:
        """Sends a command such as `order.hold`; returns its id."""
        message_id = f"cmd-{next(_ids)}"
        self.resend(message_id, name, key, data, **attributes)
        return message_id

    def resend(
        self, message_id: str, name: str, key: str, data: dict[str, Any], **attributes: str
    ) -> None:
        """Sends a command with the given id."""
        attributes = {"replyto": f"{self.cluster.prefix}waybill.replies", **attributes}
        topic = _aggregate(name) + ".commands"
        sent = command(message_id, f"waybill.{name}.v1", topic, key, data, **attributes)
        self.cluster.produce([sent])

    def reply(self, message_id: str, within: float = PATIENCE) -> dict[str, Any]:
        """Waits for the outcome of a command and returns it."""
        found = self.until(
            lambda seen: [
                got
                for got in seen
                if got.topic == "waybill.replies" and got.key == message_id.encode()
            ],
            within,
        )
        return dict(found[0].data)

    def ask(self, name: str, order: str, shipment_id: str = "", **data: Any) -> dict[str, Any]:
        """Sends a command about an order; returns its outcome."""
        about = {"order_id": order, **({"shipment_id": shipment_id} if shipment_id else {})}
        return self.reply(self.post(name, order, {**about, **data}))

    def do(self, name: str, order: str, shipment_id: str = "", **data: Any) -> None:
        """Sends a command about an order, which has to be accepted."""
        reply = self.ask(name, order, shipment_id, **data)
        assert reply["outcome"] == "accepted", reply

    def receive(self, sku: str, quantity: int, warehouse: str = "seattle") -> None:
        """Receives goods."""
        data = {"warehouse": warehouse, "sku": sku, "quantity": quantity}
        reply = self.reply(self.post("stock.receive", warehouse, data))
        assert reply["outcome"] == "accepted", reply

    def ship(self, order: str, shipment_id: str = "1") -> None:
        """Takes a shipment from InventoryAssigned to Shipped."""
        self.event(order, "shipment.inventory-assigned", shipment_id)
        for step in ("release", "add-to-picklist", "complete"):
            self.do(f"shipment.{step}", order, shipment_id)

    def level(self, sku: str) -> dict[str, int]:
        """Returns an item's level in the last event about it."""
        levels = [
            level
            for got in self.seen
            if got.topic == "stock.events"
            for level in got.data["levels"]
            if level["sku"] == sku
        ]
        return {name: levels[-1][name] for name in ("on_hand", "allocated", "backordered")}


def _aggregate(name: str) -> str:
    """The aggregate whose topics carry a message: returns and exchanges belong to orders."""
    kind = name.partition(".")[0]
    return "order" if kind in ("return", "exchange") else kind


def _is(got: Got, order: str, topic: str) -> bool:
    if got.topic != topic:
        return False
    if topic == "stock.events":
        return bool(got.data.get("order_id") == order)
    return got.key == order.encode()
