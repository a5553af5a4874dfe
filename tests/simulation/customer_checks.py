"""Checks that nothing is left of deleted customers, and that all or none of their orders go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from shared.contracts.customer_deletion import Deleted, OrdersAgreed
from shared.contracts.topics import CUSTOMER_EVENTS
from tests.simulation.kafka import Log


def wrong(
    events: Mapping[str, list[Any]],
    carts: Mapping[str, Any],
    orders: Mapping[str, Any],
    log: Log,
) -> Iterator[str]:
    """Yields every draft and every order that outlives its customer."""
    gone = {
        stream.partition("/")[2]: told
        for stream, its_events in events.items()
        for told in its_events
        if isinstance(told, Deleted)
    }
    for cart_id, cart in carts.items():
        if cart is not None and cart.status == "Open" and cart.customer_id in gone:
            yield f"cart/{cart_id}: a draft of {cart.customer_id}, who was deleted"
    agreed = dict(_agreed(log))
    for customer, tombstone in gone.items():
        order_ids = agreed.get(customer, ())
        if tombstone.orders is not None and tombstone.orders != len(order_ids):
            yield f"customer/{customer}: deleted with {tombstone.orders} orders, not {order_ids}"
        if tombstone.orders:
            for order_id in order_ids:
                if orders.get(order_id) is not None:
                    yield f"order/{order_id}: its customer {customer} was deleted with it"
    yield from _open_orders(log)


def _agreed(log: Log) -> Iterator[tuple[str, tuple[str, ...]]]:
    for record in log.all({CUSTOMER_EVENTS.name}):
        if dict(record.headers)["ce_type"].decode() == OrdersAgreed.type:
            data = orjson.loads(record.value or b"{}")
            yield data["customer_id"], tuple(data["orders"])


def _open_orders(log: Log) -> Iterator[str]:
    """No order is deleted for its customer that had an open shipment, by its own events."""
    ended = {"waybill.order.completed.v1", "waybill.order.canceled.v1"}
    for (topic, _), records in log.partitions.items():
        if topic != "order.events":
            continue
        over: set[bytes | None] = set()
        for record in records:
            kind = dict(record.headers)["ce_type"].decode()
            if kind in ended:
                over.add(record.key)
            elif kind == "waybill.order.delete-requested.v1":
                data = orjson.loads(record.value or b"{}")
                if data.get("for_customer") and record.key not in over:
                    yield f"order/{data['order_id']}: deleted for its customer while it was open"
