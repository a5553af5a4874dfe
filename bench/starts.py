"""How long each service takes to start when its database is full, and how much memory it takes.

One order goes through the services; its documents are copied a million times, which takes long. A
warehouse gets 100,000 articles and 50,000 shipments that wait. Then each service in turn is stopped
and started again: seconds from the new process until it is ready, and until it has answered its
first command, which is about one of the copies. The payment service gets a question, and the portal
a request for a page.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter, time

import httpx
from motor.motor_asyncio import AsyncIOMotorClient

from bench import copies, stock_fill
from bench.copies import Copy, order_id, order_number
from bench.flash_sale import ASSIGNED
from bench.orders import CUSTOMER, MARKET, SKUS, WAREHOUSE, carts
from bench.results import Figures
from bench.system import System, running
from ops.local.health import check
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from services.portal.auth.accounts import Accounts
from shared.contracts import Message, orders, payments, shipments
from shared.contracts.carts import CreateDraft
from shared.contracts.stock import Receive
from shared.contracts.topics import PORTAL, SHIPMENT_EVENTS, STARTED
from shared.site import load

ORDERS = 1_000_000
SKUS_IN_STOCK = 100_000
WAITING = 50_000
COMMANDS = 1000  # of each service, before its memory is measured again
AT_ONCE = 50
LOOK_SECONDS = 0.02
TARGET_SECONDS = 5
PASSWORD = "nobody else signs in here"

Command = Callable[[int], Message]  # about the copy with this number


async def measure(orders: int = ORDERS) -> Figures:
    """Seconds of each start, and megabytes of each process after it and after some commands."""
    started = perf_counter()
    async with running() as system:
        settings = system.settings
        mongo: AsyncIOMotorClient = AsyncIOMotorClient(settings.mongo.get_secret_value())
        try:
            empty = await _empty(system)
            number = await _first_order(system)
            databases = [settings.database_of(name) for name in STARTED]
            print(f"Copies one order {orders} times; this takes long.")
            first = await copies.originals(mongo, databases, {order_id(0): number}, order_id(0))
            wanted = (Copy(order_id(n), order_number(n)) for n in range(1, orders + 1))
            await copies.fill(mongo, first, wanted, orders)
            full = next(name for name in load(settings.site).warehouses if name != WAREHOUSE)
            await stock_fill.fill(mongo, settings, full, SKUS_IN_STOCK, WAITING)
            filled = perf_counter() - started
            token = await portal_token(mongo, system)
            async with CommandClient(settings) as client:
                found = await _Starts(system, client, token, orders).measure(_cases(full), empty)
                return {
                    "orders": orders,
                    "documents_per_order": len(first[0].documents),
                    "skus": SKUS_IN_STOCK,
                    "waiting": WAITING,
                    "filled_after_seconds": round(filled),
                    "target_seconds": TARGET_SECONDS,
                } | found
        finally:
            mongo.close()


def _cases(warehouse: str) -> Mapping[str, tuple[str, Command]]:
    """What is started and which command it gets first. The stock belongs to the shipments."""
    wanted = stock_fill.WANTED
    return {
        "order": ("order", lambda n: orders.AddNote(order_id=order_id(n), text="Called.")),
        "payment": ("payment", lambda n: payments.Explain(order_id=order_id(n))),
        "shipment": (
            "shipment",
            lambda n: shipments.Release(order_id=order_id(n), shipment_id="1"),
        ),
        "stock": (
            "shipment",
            lambda n: Receive(warehouse=warehouse, sku=wanted, quantity=1),
        ),
        "cart": (
            "cart",
            lambda n: CreateDraft(cart_id=f"draft-{n}", market=MARKET, customer=CUSTOMER),
        ),
    }


async def _first_order(system: System) -> str:
    """Places the order that is copied; returns its number once every process has handled it."""
    async with (
        CommandClient(system.settings) as client,
        reading(system.settings, [SHIPMENT_EVENTS.name]) as reader,
    ):
        for sku in SKUS:
            await client.send(Receive(warehouse=WAREHOUSE, sku=sku, quantity=10))
        ((cart, _),) = carts(order_id(0).removesuffix("-0"), 1, system.settings.site)
        await client.send(cart)
        while not any(s.type == ASSIGNED and s.subject == cart.key for s in await reader.batch()):
            pass
    return await _number(system)


async def _number(system: System) -> str:
    """The order's number in the portal's read model, once no process has unread records."""
    await system.settle(within=60)
    settings = system.settings
    mongo: AsyncIOMotorClient = AsyncIOMotorClient(settings.mongo.get_secret_value())
    try:
        shown = await mongo[settings.database_of(PORTAL)]["orders"].find_one({"_id": order_id(0)})
        if shown is None:
            raise RuntimeError("the portal doesn't show the order")
        return str(shown["row"]["number"])
    finally:
        mongo.close()


async def portal_token(mongo: AsyncIOMotorClient, system: System) -> str:
    """Creates an account that may do everything in the portal; returns a token of it."""
    accounts = Accounts(mongo[system.settings.database_of(PORTAL)])
    await accounts.add("bench", PASSWORD, ["supervisor"])
    return await accounts.issue_token("bench")


@dataclass(frozen=True)
class _Starts:
    """Starts of the services of a system that is full."""

    system: System
    client: CommandClient
    token: str
    orders: int

    async def measure(
        self, cases: Mapping[str, tuple[str, Command]], empty: Mapping[str, float]
    ) -> Figures:
        """Starts each service, sends it commands, and looks at its memory."""
        starts: dict[str, dict[str, float]] = {}
        services = {name: service for name, (service, _) in cases.items()} | {PORTAL: PORTAL}
        for name, (service, command) in cases.items():
            starts[name] = await self._start(service, partial(self._accepted, command(1)))
        starts[PORTAL] = await self._start(PORTAL, partial(self._page, 1))
        before = self.system.processes.megabytes()
        for _, command in cases.values():
            await self._send(command)
        await self._page(*range(1, min(COMMANDS, self.orders) + 1))
        after = self.system.processes.megabytes()
        return {
            "starts": {
                name: {"empty_ready_seconds": empty[services[name]], **found}
                for name, found in starts.items()
            },
            "megabytes": {
                name: {"started": round(before[name]), "after_commands": round(after[name])}
                for name in before
            },
        }

    async def _start(self, service: str, first: Callable[[], Awaitable[None]]) -> dict[str, float]:
        """Times a new process until it is ready, and until it has answered."""
        created, ready = await restart(self.system, service)
        await first()
        return {"ready_seconds": round(ready, 2), "answered_seconds": round(time() - created, 2)}

    async def _accepted(self, command: Message) -> None:
        reply = await self.client.send(command, actor="bench")
        if reply.outcome != "accepted":
            raise RuntimeError(f"{command.type}: {reply.reason}")

    async def _page(self, *numbers: int) -> None:
        """Loads the pages of orders."""
        portal = next(i for i in self.system.state.instances if i.service == PORTAL)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=portal.url, headers=headers, timeout=60) as web:
            for number in numbers:
                (await web.get(f"/orders/{order_id(number)}")).raise_for_status()

    async def _send(self, command: Command) -> None:
        """Sends commands about different orders; the first one has had its command."""
        numbers = range(2, min(COMMANDS, self.orders - 1) + 2)
        for start in range(0, len(numbers), AT_ONCE):
            part = numbers[start : start + AT_ONCE]
            await asyncio.gather(*(self._accepted(command(number)) for number in part))


async def _empty(system: System) -> dict[str, float]:
    """The seconds until each service is ready while there are no orders, to compare with."""
    return {name: round((await restart(system, name))[1], 2) for name in STARTED}


async def restart(system: System, service: str) -> tuple[float, float]:
    """Stops a process; the supervisor starts another one.

    Returns the time when that one was created, and the seconds until it was ready.
    """
    instance = next(i for i in system.state.instances if i.service == service)
    old = instance.process
    found = old.find() if old else None
    if found is None:
        raise RuntimeError(f"{service} doesn't run")
    found.terminate()
    while instance.process is None or instance.process == old:
        await asyncio.sleep(LOOK_SECONDS)
    while not (await asyncio.to_thread(check, instance)).ready:
        await asyncio.sleep(LOOK_SECONDS)
    return instance.process.created, time() - instance.process.created
