"""Turns a record into the event that is delivered: CloudEvents 1.0, structured mode."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson

from services.portal.webhooks.model import TEST_KEY, TEST_TYPE
from shared.contracts import Topic
from shared.contracts.topics import (
    CART_EVENTS,
    CUSTOMER_EVENTS,
    CUSTOMER_NOTIFICATIONS,
    ORDER_EVENTS,
    PAYMENT_EVENTS,
    SHIPMENT_EVENTS,
    STOCK_EVENTS,
)
from shared.runtime.ports import Record

# What may be subscribed to: everything that other systems may rely on, once. `warehouse.releases`
# says again what `shipment.events` says, under the same types.
TOPICS: tuple[Topic, ...] = (
    ORDER_EVENTS,
    PAYMENT_EVENTS,
    SHIPMENT_EVENTS,
    CART_EVENTS,
    CUSTOMER_EVENTS,
    STOCK_EVENTS,
    CUSTOMER_NOTIFICATIONS,
)
# Events that tell of a deletion, and so have to be delivered although the rest was erased.
TOMBSTONES = frozenset(
    {
        "waybill.order.deleted.v1",
        "waybill.payment.account-deleted.v1",
        "waybill.shipment.deleted.v1",
        "waybill.cart.deleted.v1",
        "waybill.customer.deleted.v1",
        "waybill.notification.erased.v1",
    }
)
# Those after which nothing else about their subject may be kept.
ERASING = frozenset(
    {"waybill.order.deleted.v1", "waybill.cart.deleted.v1", "waybill.customer.deleted.v1"}
)
# Customers have ids of their own: one may be equal to that of an order.
OF_CUSTOMERS = "waybill.customer."
CONTENT_TYPE = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Event:
    """An event to deliver; `body` is what is sent."""

    key: str
    type: str
    id: str
    source: str
    at: datetime
    body: bytes

    @property
    def subject(self) -> str:
        """What it is about: an order or a cart, which share their ids, or a customer."""
        return f"customer/{self.key}" if self.type.startswith(OF_CUSTOMERS) else self.key


def type_of(record: Record) -> str:
    """The event's type, found without reading anything else; empty if there is none."""
    for name, value in record.headers:
        if name == "ce_type":
            return value.decode(errors="replace") if value else ""
    return ""


def read(record: Record) -> Event | None:
    """Returns the event in a record; None if it isn't one that Waybill has written."""
    attributes = {
        name[3:]: value.decode(errors="replace")
        for name, value in record.headers
        if name.startswith("ce_") and value is not None
    }
    try:
        data: Any = orjson.loads(record.value or b"")
    except orjson.JSONDecodeError:
        return None
    if not all(attributes.get(name) for name in ("id", "source", "type")) or record.key is None:
        return None
    written = datetime.fromtimestamp(getattr(record, "timestamp", 0) / 1000, UTC)
    return Event(
        key=record.key.decode(errors="replace"),
        type=attributes["type"],
        id=attributes["id"],
        source=attributes["source"],
        at=written,
        body=_body(attributes, data),
    )


def test_event(number: str, at: datetime) -> Event:
    """The event that the button "Send a test event" sends."""
    attributes = {
        "specversion": "1.0",
        "id": number,
        "source": "waybill/portal",
        "type": TEST_TYPE,
        "time": at.isoformat().replace("+00:00", "Z"),
        "subject": TEST_KEY,
    }
    data = {"message": "A test of this subscription. Nothing has happened."}
    return Event(TEST_KEY, TEST_TYPE, number, "waybill/portal", at, _body(attributes, data))


def _body(attributes: Mapping[str, str], data: Any) -> bytes:
    event: dict[str, Any] = {"specversion": "1.0", **attributes}
    if event.get("sequence", "").isdigit():
        event["sequence"] = int(event["sequence"])
    return orjson.dumps({**event, "datacontenttype": "application/json", "data": data})


def matches(type_name: str, wanted: Collection[str]) -> bool:
    """Whether a type is one of these, or begins like one that ends in `*`."""
    return any(
        type_name.startswith(each[:-1]) if each.endswith("*") else type_name == each
        for each in wanted
    )


def delivery_id(subscription_id: str, event: Event) -> str:
    """The id of an event's delivery: the same however often the event is read."""
    name = f"{subscription_id}\0{event.source}\0{event.id}".encode()
    return f"wd-{blake2b(name, digest_size=12).hexdigest()}"
