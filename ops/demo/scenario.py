"""Carries orders through the system, step by step, and tells every event as it comes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from ops.errors import TimedOutError, ToolError
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import Reader, Seen, reading
from shared.contracts import Message
from shared.contracts.commands import short
from shared.contracts.replies import Reply
from shared.contracts.shipments import AddToPicklist, Complete, Release
from shared.contracts.topics import (
    ORDER_EVENTS,
    PAYMENT_EVENTS,
    SHIPMENT_EVENTS,
    STOCK_EVENTS,
    WAREHOUSE_RELEASES,
)
from shared.runtime.settings import Settings
from shared.site import Site

WATCHED = [ORDER_EVENTS, PAYMENT_EVENTS, SHIPMENT_EVENTS, STOCK_EVENTS, WAREHOUSE_RELEASES]


class ScenarioOutput(Protocol):
    """Who tells the story. Times are milliseconds since the step and since the order began."""

    def title(self, words: str) -> None:
        """A story begins."""

    def step(self, words: str) -> None:
        """Somebody does something."""

    def event(self, seen: Seen, since_step: float, since_start: float) -> None:
        """Something happened because of it."""

    def warehouse(self, seen: Seen, since_step: float, since_start: float) -> None:
        """A warehouse is told something."""


class Scenario:
    """Where the stories of some orders are played: sends what is done, hears what follows."""

    def __init__(
        self,
        site: Site,
        client: CommandClient,
        reader: Reader,
        output: ScenarioOutput,
        patience: float,
    ) -> None:
        self.site = site
        self._client = client
        self._reader = reader
        self._teller = output
        self._patience = patience
        self._watched: set[str] = set()
        self._heard: set[tuple[str, ...]] = set()
        self._news = asyncio.Condition()
        self._began = self._stepped = time.monotonic()

    def begin(self, title: str, order_id: str) -> None:
        """A new story: `order_id` is watched from here on."""
        self._watched.add(order_id)
        self._began = self._stepped = time.monotonic()
        self._teller.title(title)

    async def publish(self, words: str, message: Message, message_id: str | None = None) -> None:
        """A step that nobody answers: a checkout converts a cart."""
        self._step(words)
        await self._client.post(message, self._client.envelope(message, message_id=message_id))

    async def send(
        self, words: str, command: Message, actor: str, message_id: str | None = None
    ) -> Reply:
        """A step that is a command. Raises `ToolError` if a rule says no."""
        self._step(words)
        reply = await self._client.send(
            command, actor=actor, command_id=message_id, timeout=self._patience
        )
        if reply.outcome == "rejected":
            why = reply.reason.message if reply.reason else "no reason given"
            raise ToolError(f"{short(command.type)} of {command.key} was rejected: {why}")
        return reply

    async def until(self, name: str, order_id: str, shipment_id: str = "") -> None:
        """Waits until the event `name` of an order, or of its shipment. Raises `TimedOutError`."""
        wanted = (name, order_id, shipment_id)
        try:
            async with asyncio.timeout(self._patience), self._news:
                await self._news.wait_for(lambda: wanted in self._heard)
        except TimeoutError:
            raise TimedOutError(
                f"No {name} of order {order_id} within {self._patience:g} s.",
                f"Look at it with 'waybill show {order_id}', at the system with 'waybill status'.",
            ) from None

    async def ship(self, order_id: str, shipment_id: str, tracking: str, actor: str) -> None:
        """The three steps from an assigned inventory to a shipped shipment."""
        about = {"order_id": order_id, "shipment_id": shipment_id}
        await self.send("releases the shipment", Release(**about), actor)
        await self.until("warehouse", order_id, shipment_id)
        await self.send("puts it on the pick list", AddToPicklist(**about), actor)
        await self.until("shipment.packing", order_id, shipment_id)
        complete = Complete(**about, tracking_number=tracking)
        await self.send(f"completes it, tracking number {tracking}", complete, actor)
        await self.until("shipment.shipped", order_id, shipment_id)
        await self.until("stock.issued", order_id, shipment_id)

    async def listen(self) -> None:
        """Tells of everything that happens to the watched orders, for ever."""
        while True:
            for seen in await self._reader.batch():
                self._hear(seen)
            async with self._news:
                self._news.notify_all()

    def _step(self, words: str) -> None:
        self._stepped = time.monotonic()
        self._teller.step(words)

    def _hear(self, seen: Seen) -> None:
        data = seen.data if isinstance(seen.data, dict) else {}
        order_id = data.get("order_id", "")
        if order_id not in self._watched or data.get("kind") == "activity":
            return  # what the system writes down is told as it happens
        now = time.monotonic()
        since_step, since_start = (now - self._stepped) * 1000, (now - self._began) * 1000
        told = seen.topic == WAREHOUSE_RELEASES.name
        name = "warehouse" if told else short(seen.type)
        (self._teller.warehouse if told else self._teller.event)(seen, since_step, since_start)
        self._heard |= {(name, order_id, ""), (name, order_id, data.get("shipment_id", ""))}


@asynccontextmanager
async def stage(
    settings: Settings, site: Site, output: ScenarioOutput, source: str, patience: float
) -> AsyncIterator[Scenario]:
    """A stage that listens from now on. `patience` bounds each wait, in seconds.

    Raises `UnreachableError`, or `ToolError` if the topics aren't there.
    """
    names = [topic.name for topic in WATCHED]
    async with (
        CommandClient(settings, source=source) as client,
        reading(settings, names) as reader,
    ):
        played = Scenario(site, client, reader, output, patience)
        listening = asyncio.create_task(played.listen())
        try:
            yield played
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
