"""Which streams are moved to the archive, and that messages about them are decided as ever."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import bson
import pytest

from shared.runtime.ports import Unavailable
from shared.runtime.processing.archiving import AT_ONCE, HOUR, Archiver
from tests.fakes import MemoryArchive
from tests.unit.runtime import tally as rules
from tests.unit.runtime.test_erasure import SECRET, forget, personal_data, told
from tests.unit.runtime.world import Process, World, add, record, store

DAY = timedelta(days=1)


async def archive(world: World, days: float = 2) -> int:
    """Makes one pass so many days later, for streams that are a day old."""
    process = world.process()
    archiver = Archiver(
        world.service,
        world.journal,
        MemoryArchive(world.journal),
        DAY,
        lambda: world.now() + days * DAY,
        process.context.metrics,
    )
    return await archiver.run()


async def full(world: World, name: str = "a") -> Process:
    process = world.process()
    await process.handle(add(name, 60, f"{name}1", reply=True), add(name, 40, f"{name}2"))
    return process


async def test_closed_stream_is_moved_and_an_open_one_stays(world: World) -> None:
    await full(world)
    await world.process().handle(add("b", 99, "b1"))

    assert await archive(world) == 1

    assert world.journal.is_archived("tally/a")
    assert not world.journal.is_archived("tally/b")


async def test_stream_stays_until_its_last_message_is_old_enough(world: World) -> None:
    await full(world)

    assert await archive(world, days=0.9) == 0
    assert await archive(world, days=1.1) == 1


async def test_stream_is_moved_once(world: World) -> None:
    await full(world)

    assert [await archive(world) for _ in range(3)] == [1, 0, 0]


async def test_stream_with_an_unpublished_document_stays(world: World) -> None:
    await full(world)
    world.journal.marks.clear()

    assert await archive(world) == 0


async def test_stream_with_a_deferred_outcome_stays(world: World) -> None:
    process = await full(world)
    await process.handle(record(rules.Ask(tally="a"), "q1", reply=True))
    assert await archive(world) == 0

    await process.handle(record(rules.Answer(tally="a"), "q2"))

    assert await archive(world) == 1


async def test_deleted_record_stays_where_it_is(world: World) -> None:
    process = await full(world)
    await process.handle(forget())

    assert await archive(world) == 0


async def test_long_lived_stream_stays(world: World) -> None:
    await world.process().handle(store("v", 100, "v1"))

    assert await archive(world) == 0


async def test_all_of_many_streams_are_moved_around_one_that_cannot_be_read(world: World) -> None:
    names = [f"t{n:03}" for n in range(2 * AT_ONCE + 3)]
    await world.process().handle(*(add(name, 100, name) for name in names))
    damaged = world.journal._documents["tally/t007@0000000001"]
    world.journal._documents["tally/t007@0000000001"] = damaged.replace(b"added.v1", b"added.v9")

    assert await archive(world) == len(names) - 1


async def test_repeat_gets_the_first_outcome_and_adds_nothing(world: World) -> None:
    await full(world)
    await archive(world)

    await world.process().handle(add("a", 60, "a1", reply=True))

    first, repeated = world.replies()
    assert repeated == first
    assert world.total("a") == 100


async def test_known_id_with_other_content_is_still_rejected(world: World) -> None:
    await full(world)
    await archive(world)

    await world.process().handle(add("a", 61, "a1", reply=True))

    assert world.outcomes() == [("a1", "accepted"), ("a1", "rejected")]


async def test_new_message_goes_on_from_the_archived_state(world: World) -> None:
    await full(world)
    await archive(world)

    await world.process().handle(add("a", 5, "a3"))

    assert world.events("a")[-1] == (3, 105)
    assert [d["version"] for d in world.journal.of("tally/a")] == [1, 2]
    assert "tally/a" in world.journal.archived


async def test_process_that_still_holds_an_archived_stream_goes_on_with_it(world: World) -> None:
    process = await full(world)
    await archive(world)

    await process.handle(add("a", 5, "a3"))

    assert world.events("a")[-1] == (3, 105)


async def test_process_with_an_old_copy_of_an_archived_stream_is_fenced(world: World) -> None:
    sleeper = world.process()
    await sleeper.handle(add("a", 10, "a0"))
    await world.process().handle(add("a", 50, "a1"))
    await world.process().handle(add("a", 40, "a2"))
    await archive(world)
    assert world.journal.is_archived("tally/a")

    await sleeper.handle(add("a", 1, "a3"))

    assert sleeper.context.metrics.conflicts._value.get() == 1
    assert world.events("a") == [(1, 10), (2, 60), (3, 100), (4, 101)]


async def test_archived_record_is_erased_when_it_is_deleted(world: World) -> None:
    await world.process().handle(told("m1"), add("a", 99, "m2"))
    await archive(world)
    assert world.journal.is_archived("tally/a")

    await world.process().handle(forget())

    assert personal_data(world) == []
    stored = [*world.journal._documents.values(), *world.journal.archived.values()]
    assert SECRET not in str([bson.decode(each) for each in stored])
    assert world.causes("tally/a") == ["m1", "m2", "f1"]


class Unready(MemoryArchive):
    """An archive that is prepared at the third attempt."""

    attempts = 0

    async def prepare(self) -> None:
        self.attempts += 1
        if self.attempts < 3:
            raise Unavailable("not yet")


async def test_passes_go_on_until_the_archive_answers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await full(world)
    metrics = world.process().context.metrics
    ready = Unready(world.journal)
    now = world.now() + 2 * DAY
    archiver = Archiver(world.service, world.journal, ready, DAY, lambda: now, metrics)
    sleep, slept = asyncio.sleep, list[float]()

    async def no_wait(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", no_wait)

    await archiver.start()
    for _ in range(1000):
        await sleep(0)
        if world.journal.is_archived("tally/a"):
            break
    await archiver.stop()

    assert world.journal.is_archived("tally/a")
    assert ready.attempts == 3
    assert HOUR in slept
