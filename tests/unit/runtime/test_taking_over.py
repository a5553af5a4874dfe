"""Processes that die, and processes that take over: nothing is lost, repeated or out of order."""

import pytest

from shared.runtime.processing.batch_runner import Abandoned
from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import Died, World, add, record


@pytest.mark.parametrize("step", ["decoded", "loaded", "decided", "appended", "published"])
async def test_who_takes_over_publishes_what_was_left_before_anything_new(
    world: World, step: str
) -> None:
    dying, batch = world.process(), [add("a", 1, "m1", reply=True), add("b", 1, "m2")]

    def die(on_step: str) -> None:
        if on_step == step:
            raise Died

    dying.context.on_step = die
    with pytest.raises(Died):
        await dying.handle(*batch)
    assert dying.commits == 0

    await world.process().handle(*batch, add("a", 10, "m3"))

    assert (world.total("a"), world.total("b")) == (11, 1)
    assert world.events("a") == [(1, 1), (2, 11)]
    assert ("m1", "accepted") in world.outcomes()


async def test_what_is_published_again_is_the_same_to_the_byte(world: World) -> None:
    process = world.process()
    await process.handle(add("a", 1, "m1", reply=True), record(rules.Ask(tally="a"), "q1"))
    await process.handle(record(rules.Answer(tally="a"), "x1"))
    first, world.publisher.log = world.publisher.log, []
    world.journal.marks.clear()

    await world.process().handle(add("a", 1, "m2"))

    again = world.publisher.log[: len(first)]
    assert again == first
    assert len(first) == 5, "two events, two echoes, a reply"


async def test_what_was_published_again_is_not_published_a_third_time(world: World) -> None:
    await world.process().handle(add("a", 1, "m1"))
    world.journal.marks.clear()
    await world.process().handle(add("a", 1, "m2"))
    written = len(world.publisher.log)

    await world.process().handle(add("a", 1, "m2"))

    assert len(world.publisher.log) == written


async def test_conflict_with_another_process_is_decided_anew(world: World) -> None:
    zombie, heir = world.process(), world.process()
    await zombie.handle(add("a", 1, "m1"))
    await heir.handle(add("a", 10, "m2"))

    await zombie.handle(add("a", 100, "m3"), add("a", 10, "m2"))

    assert world.causes("tally/a") == ["m1", "m2", "m3"]
    assert world.events("a") == [(1, 1), (2, 11), (3, 111)]


async def test_conflict_on_one_stream_leaves_the_others_alone(world: World) -> None:
    zombie, heir = world.process(), world.process()
    await zombie.handle(add("a", 1, "m1"), add("b", 1, "m2"))
    await heir.handle(add("a", 10, "m3"))

    await zombie.handle(add("a", 100, "m4"), add("b", 100, "m5"))

    assert (world.total("a"), world.total("b")) == (111, 101)
    assert len(world.journal.of("tally/b")) == 2


async def test_zombie_tells_nobody_of_an_outcome_that_was_not_recorded(world: World) -> None:
    # The same message twice in a batch: the second would be answered from the first, in memory.
    zombie, heir = world.process(), world.process()
    await zombie.handle(add("a", 1, "m1"))
    await heir.handle(add("a", 1, "m2"))
    late = add("a", 1, "m3", expected=1, reply=True)

    await zombie.handle(late, late)

    assert set(world.outcomes()) == {("m3", "rejected")}


async def test_zombie_buries_nothing_for_a_state_that_is_past(world: World) -> None:
    zombie, heir = world.process(), world.process()
    await zombie.handle(add("a", 9, "m1"))
    await heir.handle(add("a", -9, "m2"))

    await zombie.handle(add("a", 1, "m3"), add("a", 1, "m4", limit=9, reply=True))

    assert world.dead() == []
    assert world.causes("tally/a") == ["m1", "m2", "m3", "m4"]
    assert world.outcomes() == [("m4", "accepted")]


async def test_batch_that_an_engine_holds_up_is_abandoned_when_the_partitions_go(
    world: World,
) -> None:
    process = world.process()
    world.publisher.faults.plan("publish", "before", "before")
    give_up = process.processor.give_up

    async def taken_away(seconds: float) -> None:
        await give_up(0)

    process.processor._sleep = taken_away
    with pytest.raises(Abandoned):
        await process.handle(add("a", 1, "m1"))
    assert process.commits == 0

    with pytest.raises(Abandoned):
        await process.handle(add("b", 1, "m2"))
    process.processor.resume()
    await process.handle(add("b", 1, "m3"))
    assert (world.total("b"), process.commits) == (1, 1)


async def test_abandoned_batch_is_published_by_whoever_gets_it(world: World) -> None:
    # Even after the process that abandoned it has gone on, and marked what it wrote since.
    process = world.process()
    world.publisher.faults.plan("publish", "before")
    unavailable = process.processor.give_up

    def step(on_step: str) -> None:
        if on_step == "appended":
            process.processor._generation += 1  # the partitions are being taken away

    process.context.on_step = step
    with pytest.raises(Abandoned):
        await process.handle(add("a", 1, "m1"))
    assert world.total("a") == 1
    assert world.events("a") == []
    process.context.on_step = lambda step: None
    await unavailable(0)
    process.processor.resume()
    for n in range(3):
        await process.handle(add("b", 1, f"b{n}"))

    await world.process().handle(add("a", 1, "m1"), add("a", 1, "m2"))

    assert world.events("a") == [(1, 1), (2, 2)]


async def test_nothing_in_memory_is_believed_after_a_rebalance(world: World) -> None:
    process = world.process()
    await process.handle(add("a", 1, "m1"))
    await process.processor.give_up(0)
    await world.process().handle(add("a", 1, "m2"))
    process.processor.resume()

    await process.handle(add("a", 1, "m3"))

    assert process.context.metrics.conflicts._value.get() == 0
    assert world.causes("tally/a") == ["m1", "m2", "m3"]


async def test_memory_is_bounded_between_batches(world: World) -> None:
    process = world.process()
    process.context.cache._limit = 10

    await process.handle(*(add(f"t{n}", 1, f"m{n}") for n in range(25)))

    assert len(process.context.cache) == 10
    await process.handle(*(add(f"t{n}", 1, f"again{n}") for n in range(25)))
    assert {world.total(f"t{n}") for n in range(25)} == {2}
