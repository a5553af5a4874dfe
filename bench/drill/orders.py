"""The orders of the restore drill: what a checkout and customer service send, and what is expected.

An order's number says everything about it, so the same messages can be sent again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from bench.orders import MARKET, WAREHOUSE
from bench.system import System
from ops.demo.checkout import converted, line, shipment
from ops.messaging.command_client import CommandClient
from shared.contracts import Message, payments, shipments
from shared.contracts import orders as order_messages
from shared.contracts.address import Address, Customer
from shared.contracts.replies import Reply
from shared.contracts.stock import Receive
from shared.site import Site, load

# What becomes of an order, by its number.
FATES = ("plain", "shipped", "unpaid", "short", "held", "canceled", "pending", "deleted", "noted")
CLOSED = ("shipped", "canceled")
SKUS = 500
RECEIVED = 100_000  # pieces of each article
SCARCE, SCARCE_PIECES = "SCARCE", 20
PIECES = 2  # of an order
SHIPPED_BY: Sequence[type[Message]] = (
    shipments.Release,
    shipments.AddToPicklist,
    shipments.Complete,
)
TOTAL = Decimal("24.90")  # two pieces for 10.00 and the shipping
AT = datetime(2026, 11, 28, tzinfo=UTC)
SENT_WITHIN = 300.0  # seconds
UNDER_WAY = 200  # messages
BEGIN = "drill-"

Outcomes = dict[str, Reply]
"""The outcome of each message, by its id."""


def order_id(number: int) -> str:
    """The id of an order; all have the same length."""
    return f"{BEGIN}{number:07d}"


def fate(number: int) -> str:
    """What becomes of an order."""
    return FATES[number % len(FATES)]


def secrets(number: int) -> list[str]:
    """The personal data of an order, which no other order has."""
    draw = Random(number)
    name = f"{_word(draw, 7)} {_word(draw, 9)}-{number}"
    street = f"{draw.randint(1, 999)} {_word(draw, 8)} Street {number}"
    return [name, f"{name.replace(' ', '.').lower()}@example.com", street]


def _word(draw: Random, length: int) -> str:
    return "".join(draw.choice("aeinrstlomdku") for _ in range(length)).title()


@dataclass(frozen=True)
class Sender:
    """Sends what places orders, and what becomes of them."""

    system: System
    client: CommandClient
    site: Site

    async def stock(self) -> None:
        """Receives enough of all articles but one."""
        wanted = dict.fromkeys((f"SKU-{n}" for n in range(SKUS)), RECEIVED) | {
            SCARCE: SCARCE_PIECES
        }
        await self._send(
            (f"stock-{sku}", Receive(warehouse=WAREHOUSE, sku=sku, quantity=quantity))
            for sku, quantity in wanted.items()
        )

    async def orders(self, numbers: Sequence[int]) -> Outcomes:
        """Places orders, and sends each its commands; the outcomes of all messages."""
        found = await self._send((f"checkout-{order_id(n)}", self._cart(n)) for n in numbers)
        await self.system.settle()  # what has stock and is paid may be released
        commands = [self._commands(number) for number in numbers]
        for at in range(max(map(len, commands))):
            found |= await self._send(each[at] for each in commands if at < len(each))
        await self.system.settle()
        return found

    async def again(self, numbers: Iterable[int]) -> Outcomes:
        """Repeats all messages about orders that have had their commands before."""
        return await self._send(each for number in numbers for each in self._messages(number))

    async def erase(self, number: int) -> Reply:
        """Deletes an order, whatever has become of it."""
        name = f"erase-{order_id(number)}"
        found = await self._send([(name, order_messages.Delete(order_id=order_id(number)))])
        await self.system.settle()
        return found[name]

    async def _send(self, messages: Iterable[tuple[str, Message]]) -> Outcomes:
        under_way = asyncio.Semaphore(UNDER_WAY)

        async def one(name: str, message: Message) -> tuple[str, Reply]:
            async with under_way:
                return name, await self.client.send(
                    message, command_id=name, actor="bench", timeout=SENT_WITHIN
                )

        return dict(await asyncio.gather(*(one(*each) for each in messages)))

    def _messages(self, number: int) -> list[tuple[str, Message]]:
        return [(f"checkout-{order_id(number)}", self._cart(number)), *self._commands(number)]

    def _cart(self, number: int) -> Message:
        name, email, street = secrets(number)
        draw, becomes = Random(number), fate(number)
        there = Address(
            name=name,
            line1=street,
            city=_word(draw, 8),
            region="WA",
            postal_code=f"{draw.randint(10000, 99999)}",
            country="US",
        )
        skus = [f"SKU-{n}" for n in draw.sample(range(SKUS), PIECES)]
        lines = [line(sku, f"Article {sku}", 1, "10.00") for sku in skus]
        if becomes == "short":
            lines = [line(SCARCE, "Scarce article", PIECES, "10.00")]
        return converted(
            self.site,
            MARKET,
            order_id(number),
            [shipment(self.site, MARKET, there, lines)],
            customer=Customer(customer_id=f"cu-{number}", name=name, email=email),
            paid=becomes not in ("unpaid", "pending"),
            at=AT,
        )

    def _commands(self, number: int) -> list[tuple[str, Message]]:
        """Each makes sense once the one before has its outcome."""
        order, becomes = order_id(number), fate(number)
        found: list[Message] = []
        if becomes == "shipped":
            found = [kind(order_id=order, shipment_id="1") for kind in SHIPPED_BY]
        elif becomes == "held":
            found = [order_messages.Hold(order_id=order, reason="Check the address.")]
        elif becomes == "canceled":
            found = [order_messages.Cancel(order_id=order)]
        elif becomes == "deleted":
            found = [order_messages.Delete(order_id=order)]
        elif becomes == "noted":
            found = [order_messages.AddNote(order_id=order, text=f"Rings twice, {number}.")]
        elif becomes == "pending":
            found = [
                payments.Add(
                    order_id=order,
                    payment_id="p-1",
                    method="credit-card",
                    transaction_type="Sale",
                    reference="simulate:time-out-2",
                )
            ]
        return [(f"{order}-{at}", message) for at, message in enumerate(found)]


@asynccontextmanager
async def sending(system: System) -> AsyncIterator[Sender]:
    """Connects a sender; always the same one, so its messages are known again."""
    async with CommandClient(system.settings, source="bench") as client:
        yield Sender(system, client, load(system.settings.site))


def expected(placed: Iterable[int], copied: Mapping[str, int], erased: str) -> dict[str, object]:
    """What `waybill backup reconcile` has to say of these orders.

    copied  how many copies there are, by what has become of the original
    erased  what had become of the one that was deleted afterwards
    """
    real = Counter(map(fate, placed))
    every = real + Counter(copied)
    every[erased] -= 1
    orders = every.total() - every["deleted"]
    allocated = sum(real[each] for each in ("plain", "held", "pending", "noted"))
    return {
        "orders": orders,
        "deleted": every["deleted"] + 1,
        "paid": {"USD": str((orders - every["unpaid"] - every["canceled"]) * TOTAL)},
        "on_hand": SKUS * RECEIVED + SCARCE_PIECES - PIECES * real["shipped"],
        "allocated": SCARCE_PIECES + PIECES * allocated,
        "waiting": real["short"] - SCARCE_PIECES // PIECES,
    }
