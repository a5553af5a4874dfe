"""The gateway over fakes: a request store in memory, a manual clock, a provider with a ledger."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from services.payment.gateway.gateway import Gateway
from services.payment.gateway.metrics import GatewayMetrics
from services.payment.gateway.provider import Answer, Later
from services.payment.gateway.request_store import Backlog, StoredRequest
from shared.contracts.payments import Request
from shared.runtime.ports import Publication, Unavailable
from tests.unit.given import NOW
from tests.unit.payment.gateway.test_simulated_provider import request

YES = Answer("processed", "psp-1")


class MemoryRoom:
    """`RequestStore`; several gateways may share it, as processes share MongoDB."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    async def keep(self, requests: Collection[StoredRequest], now: datetime) -> None:
        for one in requests:
            self.kept.setdefault(one.request.request_id, [one, now, now])

    async def due(
        self, provider: str, now: datetime, until: datetime, most: int
    ) -> Sequence[StoredRequest]:
        found = []
        for entry in self.kept.values():
            if entry and entry[0].request.provider == provider and entry[1] and entry[1] <= now:
                entry[:2] = replace(entry[0], asked=entry[0].asked + 1), until
                found.append(entry[0])
        return found[:most]

    async def postpone(self, request_id: str, until: datetime | None) -> None:
        if self.kept[request_id]:
            self.kept[request_id][1] = until

    async def close(self, request_ids: Collection[str], now: datetime) -> None:
        self.kept |= dict.fromkeys(request_ids)

    async def backlog(self) -> Mapping[str, Backlog]:
        there = [entry for entry in self.kept.values() if entry]
        names = {entry[0].request.provider for entry in there}
        return {
            name: Backlog(len(of), min(entry[2] for entry in of))
            for name in names
            if (of := [entry for entry in there if entry[0].request.provider == name])
        }


class Ledger:
    """A provider that moves money once for each key, and misbehaves as `say` wants."""

    def __init__(self, say: Callable[[Request, int], Any] = lambda request, times: YES) -> None:
        self._say = say
        self.times: Counter[str] = Counter()
        self.moved: dict[str, Answer] = {}

    async def ask(self, request: Request) -> Answer | Later:
        self.times[request.request_id] += 1
        said = self._say(request, self.times[request.request_id])
        if isinstance(said, Exception):
            self.moved.setdefault(request.request_id, YES)  # it has moved, and nobody heard
            raise said
        if said is None:
            self.moved.setdefault(request.request_id, YES)
            await asyncio.Event().wait()
        if isinstance(said, Answer):
            return self.moved.setdefault(request.request_id, said)
        return said


class World:
    """One or several gateways that share a room, a provider and topics."""

    def __init__(self, provider: Any, room: MemoryRoom | None = None) -> None:
        self.room = room or MemoryRoom()
        self.provider = provider
        self.now = NOW
        self.log: list[Publication] = []
        self.broken = 0
        self.registry = CollectorRegistry()
        self.gateway = self.another(self.registry)

    def another(self, registry: CollectorRegistry | None = None) -> Gateway:
        """One more process."""
        meters = GatewayMetrics(registry or CollectorRegistry())
        made = Gateway(self.room, self._publish, lambda: self.now, meters, patience=0.02)
        made.providers = {"simulated": self.provider}
        return made

    async def _publish(self, one: Publication) -> None:
        if self.broken:
            self.broken -= 1
            raise Unavailable("Kafka")
        self.log.append(one)

    async def take(self, *requests: Request) -> None:
        """Requests come, and are asked once."""
        await self.gateway.take([StoredRequest(each) for each in requests])
        await self.gateway.drain()

    async def later(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)
        await self.gateway.go_on()
        await self.gateway.drain()

    @property
    def answers(self) -> list[dict[str, Any]]:
        """What was answered."""
        return [orjson.loads(one.value or b"") for one in self.log]

    @property
    def ids(self) -> list[str]:
        """The answers' ids."""
        return [dict(one.headers)["ce_id"].decode() for one in self.log]


def numbered(n: int, **more: Any) -> Request:
    """Of an order of its own."""
    return request(order_id=f"c-{n}", request_id=f"c-{n}:1", **more)
