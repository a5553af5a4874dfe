"""Webhooks of one portal process: everything that pages and programs do with them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorDatabase
from prometheus_client import CollectorRegistry

from services.portal.queries.cursor import PAGE, decode_cursor, encode_cursor
from services.portal.settings import PortalSettings
from services.portal.webhooks.addresses import networks
from services.portal.webhooks.deliveries import Deliveries
from services.portal.webhooks.dispatcher import Dispatcher
from services.portal.webhooks.event import delivery_id, test_event
from services.portal.webhooks.metrics import WebhookMetrics
from services.portal.webhooks.model import (
    Attempt,
    Delivery,
    DeliveryList,
    DeliveryWithBody,
    NewSubscription,
    State,
    Subscription,
)
from services.portal.webhooks.reader import WebhookReader
from services.portal.webhooks.sender import Sender
from services.portal.webhooks.subscriptions import Subscriptions, valid_keys
from shared.runtime.app import now


class Webhooks:
    """Subscriptions, deliveries, and the work on them. Methods raise `Unavailable`."""

    def __init__(
        self,
        settings: PortalSettings,
        database: AsyncIOMotorDatabase,
        registry: CollectorRegistry,
    ) -> None:
        self.enabled = settings.portal_webhooks
        self._subscriptions = Subscriptions(
            database,
            settings.portal_webhook_secret_hours,
            plain_loopback=settings.portal_webhook_loopback,
        )
        self._deliveries = Deliveries(database, settings.portal_webhook_days)
        allowed = networks(settings.portal_webhook_networks)
        if settings.portal_webhook_loopback:
            allowed += networks("127.0.0.0/8, ::1")
        self._sender = Sender(settings.portal_webhook_seconds, allowed)
        self._dispatcher = Dispatcher(
            self._subscriptions,
            self._deliveries,
            self._sender,
            WebhookMetrics(registry),
            settings.portal_webhook_park_hours,
        )
        self._reader = WebhookReader(
            settings, self._subscriptions, self._deliveries, self._dispatcher
        )

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._deliveries.prepare()

    async def start(self) -> None:
        """Starts reading and delivering, unless the settings say that this process doesn't."""
        if self.enabled:
            await self._dispatcher.start()
            await self._reader.start()

    async def stop(self) -> None:
        """Stops both."""
        await self._reader.stop()
        await self._dispatcher.stop()
        await self._sender.close()

    def problems(self) -> list[str]:
        """Returns what keeps this process from reading the events, a sentence each."""
        return self._reader.problems()

    async def all(self) -> list[Subscription]:
        """Every subscription with its state, by name."""
        counts = await self._deliveries.counts()
        return [
            _shown(each, counts.get(each["_id"], {})) for each in await self._subscriptions.all()
        ]

    async def get(self, subscription_id: str) -> Subscription | None:
        """A subscription with its state, or None."""
        return next(
            (each for each in await self.all() if each.subscription_id == subscription_id), None
        )

    async def add(self, new: NewSubscription, by: str) -> tuple[Subscription, str]:
        """Creates a subscription; returns it with its secret. Raises `Malformed`."""
        document, secret = await self._subscriptions.add(new, by)
        return _shown(document, {}), secret

    async def change(self, subscription_id: str, new: NewSubscription) -> Subscription | None:
        """Changes a subscription; None if it is gone. Raises `Malformed`."""
        await self._subscriptions.change(subscription_id, new)
        self._dispatcher.wake()
        return await self.get(subscription_id)

    async def rotate(self, subscription_id: str) -> tuple[Subscription, str] | None:
        """Replaces the secret; None if the subscription is gone, or was rotated meanwhile."""
        found = await self._subscriptions.rotate(subscription_id)
        return (_shown(found[0], {}), found[1]) if found else None

    async def delete(self, subscription_id: str) -> None:
        """Deletes a subscription and its deliveries."""
        await self._subscriptions.delete(subscription_id)
        await self._deliveries.forget(subscription_id)

    async def test(self, subscription_id: str) -> str:
        """Sends a test event; returns the id of its event."""
        moment = now()
        event = test_event(f"test-{uuid4().hex[:12]}", moment)
        await self._deliveries.enqueue([(subscription_id, event)], moment)
        # At once, though earlier tests may have failed.
        await self.resend(subscription_id, delivery_id(subscription_id, event))
        return event.id

    async def resume(self, subscription_id: str) -> int:
        """Tries everything again that waits or is parked; returns how many deliveries that is."""
        count = await self._deliveries.resume(subscription_id, now())
        await self._subscriptions.wake(subscription_id)
        self._dispatcher.wake()
        return count

    async def resend(self, subscription_id: str, name: str) -> bool:
        """Delivers an event again; False if its content is no longer stored."""
        done = await self._deliveries.resend(subscription_id, name, now())
        if done:
            await self._subscriptions.wake(subscription_id)
            self._dispatcher.wake()
        return done

    async def deliveries(
        self,
        subscription_id: str,
        state: str = "",
        key: str = "",
        after: str = "",
        limit: int = PAGE,
    ) -> DeliveryList:
        """A page of the log, the latest first. Raises `Malformed` for a wrong cursor."""
        before = decode_cursor(after) if after else None
        found = await self._deliveries.recent(subscription_id, state, key, before, limit + 1)
        shown, more = found[:limit], len(found) > limit
        cursor = encode_cursor(shown[-1]["created"], shown[-1]["_id"]) if more else None
        return DeliveryList(
            deliveries=[Delivery(**_delivery(each)) for each in shown], after=cursor
        )

    async def delivery(self, subscription_id: str, name: str) -> DeliveryWithBody | None:
        """A delivery with what is sent, or None."""
        found = await self._deliveries.get(subscription_id, name)
        return DeliveryWithBody(**_delivery(found), body=found["body"]) if found else None


def _state(document: Mapping[str, Any], counts: Mapping[str, int]) -> State:
    if not document["enabled"]:
        return "disabled"
    if document["overflowed"]:
        return "overflowed"
    if counts.get("lanes"):
        return "parked"
    if counts.get("failing") or document["failing"]:
        return "retrying"
    return "healthy" if document["last_success"] else "unused"


def _shown(document: Mapping[str, Any], counts: Mapping[str, int]) -> Subscription:
    older: Sequence[Mapping[str, Any]] = document["secrets"][1:]
    keys = valid_keys(document, datetime.now(UTC))
    return Subscription(
        subscription_id=document["_id"],
        name=document["name"],
        url=document["url"],
        types=document["types"],
        enabled=document["enabled"],
        state=_state(document, counts),
        created=document["created"],
        created_by=document["created_by"],
        secrets=len(keys),
        old_secret_until=older[0]["until"] if len(keys) > 1 else None,
        waiting=counts.get("waiting", 0),
        parked=counts.get("parked", 0),
        orders_parked=counts.get("lanes", 0),
        failing=document["failing"],
        last_success=document["last_success"],
        last_failure=Attempt(**document["last_failure"]) if document["last_failure"] else None,
    )


def _delivery(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "delivery_id": document["_id"],
        "subscription_id": document["subscription"],
        "last": Attempt(**document["last"]) if document["last"] else None,
        **{
            name: document[name]
            for name in ("key", "sequence", "type", "event_id", "state", "created", "attempts")
        },
    }
