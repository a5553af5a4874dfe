"""Takes orders through the system step by step and reports every event as it arrives."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from ops.errors import TimedOutError, ToolError
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
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
from waybill_client import Event, Reader

WATCHED = [ORDER_EVENTS, PAYMENT_EVENTS, SHIPMENT_EVENTS, STOCK_EVENTS, WAREHOUSE_RELEASES]


class ScenarioOutput(Protocol):
    """Prints a scenario. Times are milliseconds since the last step and since the order began."""

    def title(self, words: str) -> None:
        """Prints the title of the next order."""

    def step(self, words: str) -> None:
        """Prints what is done now."""

    def event(self, seen: Event, since_step: float, since_start: float) -> None:
        """Prints an event that followed."""

    def warehouse(self, seen: Event, since_step: float, since_start: float) -> None:
        """Prints a message to a warehouse."""


class Scenario:
    """Sends the steps of some orders, and waits for the events that follow."""

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
        self._output = output
        self._patience = patience
        self._watched: set[str] = set()
        self._received: set[tuple[str, ...]] = set()
        self._arrived = asyncio.Condition()
        self._order_start = self._step_start = time.monotonic()

    def begin(self, title: str, order_id: str) -> None:
        """Begins with another order, whose events are reported from now on."""
        self._watched.add(order_id)
        self._order_start = self._step_start = time.monotonic()
        self._output.title(title)

    async def publish(self, words: str, message: Message, message_id: str | None = None) -> None:
        """Publishes the message of a step that has no reply, such as a converted cart."""
        self._step(words)
        await self._client.post(message, self._client.envelope(message, message_id=message_id))

    async def send(
        self, words: str, command: Message, actor: str, message_id: str | None = None
    ) -> Reply:
        """Sends the command of a step. Raises `ToolError` if it is rejected."""
        self._step(words)
        reply = await self._client.send(
            command, actor=actor, command_id=message_id, timeout=self._patience
        )
        if reply.outcome == "rejected":
            why = reply.reason.message if reply.reason else "no reason given"
            raise ToolError(f"{short(command.type)} of {command.key} was rejected: {why}")
        return reply

    async def until(self, name: str, order_id: str, shipment_id: str = "") -> None:
        """Waits for the event `name` of an order or its shipment. Raises `TimedOutError`."""
        wanted = (name, order_id, shipment_id)
        try:
            async with asyncio.timeout(self._patience), self._arrived:
                await self._arrived.wait_for(lambda: wanted in self._received)
        except TimeoutError:
            raise TimedOutError(
                f"No {name} of order {order_id} within {self._patience:g} s.",
                f"Check the order: waybill show {order_id}. Check the system: waybill status.",
            ) from None

    async def ship(self, order_id: str, shipment_id: str, tracking: str, actor: str) -> None:
        """Releases, packs and completes a shipment whose inventory is assigned."""
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
        """Reports all events of the scenario's orders until it is canceled."""
        while True:
            for seen in await self._reader.batch():
                self._receive(seen)
            async with self._arrived:
                self._arrived.notify_all()

    def _step(self, words: str) -> None:
        self._step_start = time.monotonic()
        self._output.step(words)

    def _receive(self, seen: Event) -> None:
        data = seen.data if isinstance(seen.data, dict) else {}
        order_id = data.get("order_id", "")
        if order_id not in self._watched:
            return
        now = time.monotonic()
        since_step, since_start = (now - self._step_start) * 1000, (now - self._order_start) * 1000
        is_release = seen.topic == WAREHOUSE_RELEASES.name
        name = "warehouse" if is_release else short(seen.type)
        (self._output.warehouse if is_release else self._output.event)(
            seen, since_step, since_start
        )
        self._received |= {(name, order_id, ""), (name, order_id, data.get("shipment_id", ""))}


@asynccontextmanager
async def open_scenario(
    settings: Settings, site: Site, output: ScenarioOutput, source: str, patience: float
) -> AsyncIterator[Scenario]:
    """Opens a scenario that listens from now on. `patience` limits each wait, in seconds.

    Raises `UnreachableError`, or `ToolError` if the topics don't exist.
    """
    names = [topic.name for topic in WATCHED]
    async with (
        CommandClient(settings, source=source) as client,
        reading(settings, names) as reader,
    ):
        scenario = Scenario(site, client, reader, output, patience)
        listening = asyncio.create_task(scenario.listen())
        try:
            yield scenario
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
