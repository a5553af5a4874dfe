"""Consumer groups on Kafka."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import uuid4

from shared.contracts import Topic
from shared.runtime.kafka.consumer import Consumer, group_of
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.ports import Publisher
from shared.runtime.settings import Settings
from tests.cluster import SESSION_MS, Cluster
from tests.integration.runtime.groups import PATIENCE, PAUSE, Joined, Reader, Scenario


@dataclass(frozen=True)
class _Service:
    name: str
    topics: Sequence[Topic]


@dataclass
class KafkaMember:
    """A consumer on its own thread and event loop, so that it can be stopped alone."""

    consumer: Callable[[], Consumer]
    awake: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        self.awake.set()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._live())
        except BaseException as failure:  # noqa: BLE001 - whoever waits for it is told
            self.failure = failure
        finally:
            self._loop.close()

    async def _live(self) -> None:
        consumer = self.consumer()
        await consumer.start()
        await self._end.wait()
        await consumer.stop()

    async def leave(self) -> None:
        """See `Joined`."""
        self.awake.set()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
        await asyncio.to_thread(self._thread.join, PATIENCE)
        assert not self._thread.is_alive()

    async def freeze(self) -> None:
        """See `Joined`. Blocks its event loop on purpose."""
        self.awake.clear()
        self.awake.wait(PATIENCE)

    def wake(self) -> None:
        """See `Joined`."""
        self.awake.set()


class KafkaWorld:
    """Topics on Kafka for one test."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._name = uuid4().hex[:8]
        plain = [f"{self._name}.{letter}" for letter in "ab"]
        cluster.create(*plain)
        self._plain = plain
        self._settings = Settings(kafka=cluster.engines.kafka, topic_prefix=cluster.prefix)
        self._publisher = KafkaPublisher(self._settings, "test")
        self._members: list[KafkaMember] = []
        self.topics = [cluster.prefix + name for name in plain]

    @property
    def publisher(self) -> Publisher:
        """See `World`."""
        return cast("Publisher", self._publisher)

    async def join(self, name: str, reader: Reader, *, freezes: bool = False) -> Joined:
        """See `World`. Others are not given up for dead because the machine is slow."""
        session = SESSION_MS if freezes else int(PATIENCE * 1000)
        settings = self._settings.model_copy(update={"session_timeout_ms": session})
        service = _Service(self._name, [Topic(n, ("order_id",), "A test's.") for n in self._plain])
        member = KafkaMember(lambda: Consumer(service, settings, reader))
        self._members.append(member)
        await self.until(lambda: "given" in reader.told)
        return member

    async def until(self, condition: Callable[[], object]) -> None:
        """See `World`."""
        for _ in range(int(PATIENCE / PAUSE)):
            for member in self._members:
                if member.failure is not None:
                    raise member.failure
            if condition():
                return
            await asyncio.sleep(PAUSE)
        raise AssertionError(f"not within {PATIENCE:g} s")

    async def behind(self) -> int:
        """See `World`."""
        return await asyncio.to_thread(self._cluster.behind, group_of(self._name), self._plain)

    def play(self, scenario: Scenario) -> None:
        """Runs a scenario; all members leave in any case."""
        asyncio.run(self._play(scenario))

    async def _play(self, scenario: Scenario) -> None:
        await self._publisher.start()
        try:
            await scenario(self)
        finally:
            for member in self._members:
                await member.leave()
            await self._publisher.stop()
