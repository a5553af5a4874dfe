"""Outages of Kafka and MongoDB, and lost answers, only cost time."""

import pytest

from tests.fakes import Moment
from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import World, add


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("method", ["load", "append", "publish", "mark"])
async def test_engine_that_fails_costs_time_and_nothing_else(
    world: World, method: str, moment: Moment
) -> None:
    process = world.process()
    faults = world.publisher.faults if method == "publish" else world.journal.faults
    await process.handle(add("a", 1, "m0"))
    process.context.cache.clear()
    faults.plan(method, moment, moment)

    await process.handle(add("a", 2, "m1", reply=True), add("b", 5, "m2", reply=True))

    assert (world.total("a"), world.total("b")) == (3, 5)
    assert world.causes("tally/a") == ["m0", "m1"]
    assert world.events("a") == [(1, 1), (2, 3)]
    assert set(world.outcomes()) == {("m1", "accepted"), ("m2", "accepted")}
    assert process.slept
    assert process.commits == 2


async def test_waiting_for_an_engine_grows_longer(world: World) -> None:
    process = world.process()
    world.publisher.faults.plan("publish", *["before"] * 12)

    await process.handle(add("a", 1, "m1"))

    assert len(process.slept) == 12
    assert process.slept[0] <= 0.05
    assert 2.5 <= process.slept[-1] <= 5


async def test_writer_has_a_new_name_after_a_failure(world: World) -> None:
    # Under the old name the mark of the next batch would vouch for what was never published.
    process = world.process()
    await process.handle(add("a", 1, "m0"))
    before = process.context.writer
    world.publisher.faults.plan("publish", "before")

    await process.handle(add("b", 1, "m1"))

    assert process.context.writer != before
    assert world.journal.marks[before] < process.context.batch + 1
    (document,) = world.journal.of("tally/b")
    assert document["writer"] == before
    assert world.journal.marks[before] < document["batch"], "published, but not by its writer"


async def test_publisher_starts_afresh_after_a_failure(world: World) -> None:
    world.publisher.faults.plan("publish", "after")
    world.publisher.faults.plan("renew", "before")

    await world.process().handle(add("a", 1, "m1"))

    assert world.publisher.renewed == 1
    assert world.events("a") == [(1, 1)]


async def test_part_of_a_batch_that_was_published_is_published_whole_again(world: World) -> None:
    world.publisher.part = 2
    process = world.process()

    await process.handle(*(add("a", 1, f"m{n}") for n in range(3)))

    assert world.events("a") == [(1, 1), (2, 2), (3, 3)]
    assert len(world.publisher.on(rules.EVENTS.name)) > 3


async def test_large_batch_of_which_a_part_fails_has_one_effect(world: World) -> None:
    process = world.process()
    world.journal.faults.plan("append", None, "after", "before")
    batch = [add(f"t{n % 40}", 1, f"m{n:03}", offset=n) for n in range(400)]

    await process.handle(*batch)

    assert {world.total(f"t{n}") for n in range(40)} == {10}
    for n in range(40):
        assert world.events(f"t{n}") == [(m, m) for m in range(1, 11)]


async def test_publisher_that_cannot_be_renewed_is_tried_again(world: World) -> None:
    world.publisher.faults.plan("publish", "before", "before")
    world.publisher.faults.plan("renew", RuntimeError("a bug"), "before")
    process = world.process()

    await process.handle(add("a", 1, "m1"))

    assert (world.events("a"), process.commits) == ([(1, 1)], 1)
