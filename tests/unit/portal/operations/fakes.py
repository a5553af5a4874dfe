"""A portal in memory, as far as its operations pages use it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.portal.operations import SystemHealth
from shared.dead_letters.dead_letter import DeadLetter
from shared.dead_letters.filters import Filter, page_of
from shared.dead_letters.operations import DeadLetterDetails, RedriveResult
from shared.dead_letters.redrive_plan import plan
from shared.monitoring.lag import Lag
from shared.monitoring.probe import Engine
from shared.monitoring.processes import Instance
from shared.runtime.ports import Unavailable
from tests.unit.dead_letters.builders import died, record
from tests.unit.portal.builders import PAGES

XSS_PAYLOAD = "<script>alert(1)</script>"
FIRST, SECOND = (replace(died(record(n)), reason=f"{XSS_PAYLOAD} {n}") for n in (1, 2))


class FakeDeadLetters:
    """The dead letters of a cluster."""

    def __init__(self) -> None:
        self.dead_letters: list[DeadLetter] = [FIRST, SECOND]
        self.calls: list[Any] = []
        self.fails: Exception | None = None

    async def page(self, filter_: Filter, after: str, limit: int) -> Any:
        self.calls.append(filter_)
        if self.fails:
            raise self.fails
        return page_of(self.dead_letters, filter_, after, limit)

    async def details(self, letter_id: str) -> DeadLetterDetails | None:
        found = [each for each in self.dead_letters if each.id == letter_id]
        content = {"text": XSS_PAYLOAD}
        return (
            DeadLetterDetails(found[0], content, {"x-own": XSS_PAYLOAD}, [FIRST], None)
            if found
            else None
        )

    async def preview(self, chosen: list[str], *, with_earlier: bool) -> Any:
        found = {each.id: each for each in self.dead_letters if each.id in chosen}
        return plan(self.dead_letters, chosen, with_earlier=with_earlier), found

    async def redrive(self, chosen: list[str], actor: str, **more: Any) -> list[RedriveResult]:
        self.calls.append((chosen, actor, more))
        return [RedriveResult(each, "refused", "masked", XSS_PAYLOAD) for each in chosen]

    async def drop(self, chosen: list[str], actor: str, note: str | None) -> list[RedriveResult]:
        self.calls.append((chosen, actor, note))
        return [RedriveResult(each, "dropped") for each in chosen]


class FakePortal:
    """A portal with these dead letters, and a Kafka that may be down."""

    def __init__(self) -> None:
        self.site = None
        self.settings = PAGES
        self.queries = self.orders = self.operations = self
        self.dead_letters = FakeDeadLetters()
        self.kafka_down = False

    async def with_timeout(self, work: Any) -> Any:
        return await work

    async def id_of(self, number: str) -> str | None:
        return "c-1" if number == "PO7" else None

    async def lag(self) -> list[Lag]:
        if self.kafka_down:
            raise Unavailable("Kafka: not there")
        order = lag("waybill-order", "order.commands", 0, 0)
        return [order, lag("waybill-cart", "cart.commands", 1, 5)]

    async def health(self) -> SystemHealth:
        down = Instance(
            name="order", address="10.0.0.3:8080", live=False, ready=False, because=[XSS_PAYLOAD]
        )
        engine = Engine(name="Kafka", address="k:9092", answers=True, says="27 topics")
        return SystemHealth(engines=[engine], processes=[down])


def lag(group: str, topic: str, partition: int, behind: int) -> Lag:
    return Lag(
        service=group.removeprefix("waybill-"),
        group=group,
        topic=topic,
        partition=partition,
        committed=10,
        end=10 + behind,
        behind=behind,
    )
