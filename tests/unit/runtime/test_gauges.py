"""The gauges of a process: how far behind it is, and what it hasn't published."""

from time import time
from typing import Any, cast

import pytest

from shared.runtime.http import health
from shared.runtime.http.health import Health
from shared.runtime.http.metrics import Metrics
from shared.runtime.processing.batch_runner import Abandoned
from tests.unit.runtime.world import World, add


class Connected:
    """Kafka and MongoDB as a process sees them."""

    def __init__(self, lag: int = 0, disk: bool = True) -> None:
        self.behind, self.disk, self.asked = lag, disk, 0
        self.assigned, self.polled = True, time()

    @property
    def admin(self) -> Any:
        return self

    def __getitem__(self, name: str) -> Any:
        return self

    def problems(self) -> list[str]:
        return []

    async def lag(self) -> int:
        return self.behind

    async def command(self, name: str) -> dict[str, int]:
        if name != "dbStats":
            return {}
        self.asked += 1
        return {"fsUsedSize": 3, "fsTotalSize": 4} if self.disk else {}

    def last_poll(self) -> float | None:
        return self.polled


class Timed:
    """A record with the time at which it was written."""

    def __init__(self, record: Any, age: float) -> None:
        self._record = record
        self.timestamp = int((time() - age) * 1000)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)


def health_of(process: Any, engines: Connected) -> Health:
    fake = cast("Any", engines)
    metrics = process.context.metrics
    made = Health(fake, process.processor, fake, metrics, database="waybill_tally")
    made.waiting_for = None
    return made


def value(process: Any, name: str, **labels: str) -> float | None:
    return process.context.metrics.registry.get_sample_value(f"waybill_{name}", labels)


async def test_age_is_that_of_the_oldest_record_of_a_batch():
    process, engines = World().process(), Connected(lag=1)
    measured = health_of(process, engines)
    ages = []

    async def measure() -> None:
        await measured.measure()
        ages.append(value(process, "oldest_record_seconds"))

    records = [Timed(add("a", 1, "m-1"), 5), Timed(add("a", 1, "m-2", offset=1), 300)]
    await process.processor.handle(records, measure)
    await measure()
    assert ages == [pytest.approx(300, abs=5)] * 2


async def test_who_has_read_everything_isn_t_behind():
    process, engines = World().process(), Connected(lag=0)
    await process.handle(Timed(add("a", 1, "m-1"), 300))
    await health_of(process, engines).measure()
    assert value(process, "oldest_record_seconds") == 0
    assert value(process, "ready") == 1


async def test_what_is_written_is_unpublished_until_kafka_has_it():
    world = World()
    process, engines = world.process(), Connected()
    measured, seen = health_of(process, engines), []
    world.publisher.faults.plan("publish", "before", "before")

    async def sleep(seconds: float) -> None:
        await measured.measure()
        seen.append(value(process, "unpublished_seconds"))

    process.processor._sleep = sleep
    await process.handle(add("a", 1, "m-1"))
    await measured.measure()
    assert len(seen) == 2
    assert 0 < seen[0] < seen[1]
    assert value(process, "unpublished_seconds") == 0


async def test_what_a_process_gave_away_isn_t_its_own_any_more():
    world = World()
    process = world.process()
    world.publisher.faults.plan("publish", "before", "before")

    async def give_away(seconds: float) -> None:
        await process.processor.give_up(0)

    process.processor._sleep = give_away
    with pytest.raises(Abandoned):
        await process.handle(add("a", 1, "m-1"))
    assert process.processor.unpublished_seconds() == 0


async def test_events_are_counted_by_type():
    process = World().process()
    await process.handle(add("a", 1, "m-1"), add("b", 1, "m-2", offset=1))
    (kind,) = {e["type"] for d in process.world.journal.of("tally/a") for e in d["events"]}
    assert value(process, "events_total", type=kind) == 2


async def test_silent_broker_is_down_and_so_is_one_that_was_never_reached():
    process, engines = World().process(), Connected()
    measured = health_of(process, engines)
    await measured.measure()
    assert value(process, "engine_up", engine="kafka") == 1
    engines.polled = time() - 2 * health.SILENT_SECONDS
    await measured.measure()
    assert value(process, "engine_up", engine="kafka") == 0

    starting = World().process()
    measured = health_of(starting, Connected())
    measured.waiting_for = "MongoDB"
    await measured.measure()
    assert value(starting, "engine_up", engine="kafka") is None
    measured.waiting_for = "Kafka: the password is wrong"
    await measured.measure()
    assert value(starting, "engine_up", engine="kafka") == 0


async def test_database_that_doesn_t_answer_is_down(monkeypatch: pytest.MonkeyPatch):
    process, engines = World().process(), Connected()
    measured = health_of(process, engines)
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.01)

    async def never(name: str) -> None:
        raise TimeoutError

    monkeypatch.setattr(engines, "command", never)
    await measured.measure()
    assert value(process, "engine_up", engine="mongodb") == 0
    assert value(process, "ready") == 0


async def test_disk_is_asked_for_once_a_minute():
    process, engines = World().process(), Connected()
    measured = health_of(process, engines)
    for _ in range(3):
        await measured.measure()
    assert engines.asked == 1
    assert value(process, "mongo_disk_used_bytes") == 3
    assert value(process, "mongo_disk_size_bytes") == 4


def test_process_says_when_it_started():
    registry = Metrics("order").registry
    assert 0 < (registry.get_sample_value("process_start_time_seconds") or 0) <= time()
