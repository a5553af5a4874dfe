"""Each deadline is told to the rules, whatever crashes, and whoever tells it too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.payment.gateway.deadlines import AT_ONCE, LEASE_SECONDS, Deadlines
from shared.contracts import Message
from shared.contracts.payments import AccountDeleted, Expire, Recorded
from shared.runtime.envelope import Envelope
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.processing.decoding import decode
from tests.fakes import MemoryRecord
from tests.unit.given import NOW
from tests.unit.payment.builders import recorded
from tests.unit.payment.gateway.memory_deadlines import MemoryDeadlines

END = NOW + timedelta(days=7)


class World:
    """Processes that share a store, a clock and a topic."""

    def __init__(self) -> None:
        self.store = MemoryDeadlines()
        self.now = NOW
        self.log: list[Publication] = []
        self.broken = 0
        self.deadlines = self.another()

    def another(self) -> Deadlines:
        return Deadlines(self.store, self._publish, lambda: self.now, "test.")

    async def _publish(self, one: Publication) -> None:
        if self.broken:
            self.broken -= 1
            raise Unavailable("Kafka")
        self.log.append(one)

    async def take(self, *events: Message) -> None:
        await self.deadlines.take((event, ENVELOPE) for event in events)

    @property
    def told(self) -> list[Message]:
        return [_read(one).message for one in self.log]

    @property
    def ids(self) -> set[bytes]:
        return {dict(one.headers)["ce_id"] for one in self.log}


ENVELOPE = Envelope("e-1", "waybill/payment", Recorded.type, correlation_id="k-1")


def _read(one: Publication) -> Any:
    return decode(MemoryRecord(one.topic, 0, 0, one.key, one.value, one.headers), "test.")


def authorized(payment_id: str = "a", order_id: str = "c-1", at: datetime | None = END) -> Recorded:
    made = recorded(payment_id, "Authorization", "9.00", paid="9.00", outstanding="0.00")
    return made.model_copy(update={"expires_at": at, "order_id": order_id})


def deleted(order_id: str = "c-1") -> AccountDeleted:
    return AccountDeleted(order_id=order_id, order_number="PO1", by=None, at=NOW)


TOLD = Expire(order_id="c-1", payment_id="a", expires_at=END)


async def test_a_deadline_is_told_once_when_it_comes():
    world = World()
    await world.take(authorized())
    world.now = END - timedelta(milliseconds=1)
    await world.deadlines.go_on()
    assert world.told == []
    world.now = END
    await world.deadlines.go_on()
    await world.another().go_on()
    assert world.told == [TOLD]
    envelope = _read(world.log[0]).envelope
    assert (envelope.correlation_id, envelope.causation_id) == ("k-1", "e-1")
    assert world.store.kept == {}


async def test_one_of_long_ago_is_told_at_once():
    world = World()
    await world.take(authorized(at=NOW - timedelta(days=300)))
    await world.deadlines.go_on()
    assert len(world.told) == 1


async def test_payments_that_never_expire_have_no_deadline():
    world = World()
    await world.take(authorized(at=None))
    assert world.store.kept == {}


async def test_if_telling_fails_another_process_tells_it_under_the_same_id():
    world = World()
    await world.take(authorized())
    world.now, world.broken = END, 1
    with pytest.raises(Unavailable):
        await world.deadlines.go_on()
    await world.another().go_on()
    assert world.told == []  # it may still be on its way
    world.now += timedelta(seconds=LEASE_SECONDS)
    await world.another().go_on()
    assert world.told == [TOLD]


async def test_a_repeat_has_the_same_id():
    world = World()
    for _ in range(2):  # the process died before it could commit
        await world.take(authorized())
        world.now = END
        await world.deadlines.go_on()
    assert (world.told, len(world.ids)) == ([TOLD, TOLD], 1)


async def test_deleted_orders_are_forgotten():
    world = World()
    await world.take(authorized("a", "c-1"), authorized("a", "c-2"))
    await world.take(deleted("c-1"))
    await world.take(authorized("b", "c-3"), deleted("c-3"))
    assert set(world.store.kept) == {("c-2", "a")}


async def test_more_than_go_at_once_are_told_one_round_later():
    world = World()
    await world.take(*(authorized(f"p-{n}") for n in range(AT_ONCE + 1)))
    world.now = END
    await world.deadlines.go_on()
    assert len(world.told) == AT_ONCE
    await world.deadlines.go_on()
    assert len(world.told) == AT_ONCE + 1
