"""Waybill's client for Python: typed commands, their outcomes, carts and events, over Kafka.

    from waybill_client import Accepted, Client, order

    with Client("my-tool") as client:
        match client.send(order.Hold(order_id="c-1001", reason="Address unclear")):
            case Accepted(status=status): ...

Messages are in modules by their owner: `order`, `shipment`, `payment`, `cart`, `customer`, `stock`,
`catalog`, `checkout`, `warehouse`, `notification`. Topics are in `topics`.
"""

from shared.contracts import Message
from shared.contracts.replies import Blocker, DryRun, Reason, Reply
from waybill_client.async_client import AsyncClient
from waybill_client.client import Client
from waybill_client.errors import (
    ClientError,
    InvalidMessageError,
    MissingTopicError,
    UnreachableError,
    UnreadableOutcomeError,
)
from waybill_client.event import Event
from waybill_client.group_reader import STOP
from waybill_client.messages import parse
from waybill_client.outcomes import Accepted, Outcome, Rejected, TimedOut
from waybill_client.reader import Reader
from waybill_client.settings import Settings, SettingsError, read_settings

__all__ = [
    "STOP",
    "Accepted",
    "AsyncClient",
    "Blocker",
    "Client",
    "ClientError",
    "DryRun",
    "Event",
    "InvalidMessageError",
    "Message",
    "MissingTopicError",
    "Outcome",
    "Reader",
    "Reason",
    "Rejected",
    "Reply",
    "Settings",
    "SettingsError",
    "TimedOut",
    "UnreachableError",
    "UnreadableOutcomeError",
    "parse",
    "read_settings",
]
