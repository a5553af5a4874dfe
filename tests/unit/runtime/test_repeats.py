"""A repeated message has one effect, and gets the outcome of the first."""

import pytest

from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import REPLIES, World, add, ids, record


@pytest.mark.parametrize("later", ["same batch", "same process", "another process"])
async def test_repeat_has_no_effect_and_gets_the_first_outcome(world: World, later: str) -> None:
    process = world.process()
    first = [add("a", 1, "m1", reply=True), add("a", 1, "m2", "no", reply=True)]
    if later == "same batch":
        await process.handle(*first, add("a", 5, "m3"), *first)
    else:
        await process.handle(*first, add("a", 5, "m3"))
        await (process if later == "same process" else world.process()).handle(*first)

    assert world.causes("tally/a") == ["m1", "m2", "m3"]
    assert world.total("a") == 6
    assert world.outcomes().count(("m1", "accepted")) == 2
    assert world.outcomes().count(("m2", "rejected")) == 2
    assert len({r["status"] for r in world.replies()}) == 1, "the first outcome, not the present"
    replies = world.publisher.on(REPLIES)
    assert len(set(ids(replies))) == 2, "and the reply is recognisably the same"


async def test_same_id_of_another_source_is_another_message(world: World) -> None:
    await world.process().handle(add("a", 1, "m1"), add("a", 1, "m1", source="other"))

    assert world.total("a") == 2


async def test_rejection_is_recorded_because_recording_is_what_passes_the_fence(
    world: World,
) -> None:
    await world.process().handle(add("a", 1, "m1", "no"))

    (document,) = world.journal.documents
    assert document["events"] == []
    assert document["causes"][0]["outcome"]["reason"]["code"] == "no"


async def test_version_that_has_moved_on_is_a_rejection(world: World) -> None:
    process = world.process()

    await process.handle(
        add("a", 1, "m1", expected=0, reply=True),
        add("a", 1, "m2", expected=0, reply=True),
        add("a", 1, "m3", expected=1, reply=True),
        add("a", 1, "m1", expected=0, reply=True),
    )

    assert world.total("a") == 2
    assert sorted(world.outcomes()) == [
        ("m1", "accepted"), ("m1", "accepted"), ("m2", "rejected"), ("m3", "accepted"),
    ]  # fmt: skip
    (refused,) = [reply for reply in world.replies() if reply["command_id"] == "m2"]
    assert (refused["reason"]["code"], refused["version"]) == ("version-conflict", 1)


@pytest.mark.parametrize("later", ["same process", "another process"])
async def test_version_still_holds_if_something_was_only_written_down_beside(
    world: World, later: str
) -> None:
    process = world.process()
    await process.handle(add("a", 1, "m1"), add("a", 0, "note1"), add("a", 0, "note2"))
    if later == "another process":
        process = world.process()

    await process.handle(
        add("a", 1, "m2", expected=0, reply=True),
        add("a", 1, "m3", expected=4, reply=True),
        add("a", 0, "m4", expected=1, reply=True),
        add("a", 0, "m5", expected=3, reply=True),
        add("a", 1, "m6", expected=2, reply=True),
        add("a", 1, "m7", expected=5, reply=True),
    )

    told = {reply["command_id"]: (reply["outcome"], reply["version"]) for reply in world.replies()}
    assert told == {
        "m2": ("rejected", 3), "m3": ("rejected", 3), "m4": ("accepted", 4),
        "m5": ("accepted", 5), "m6": ("accepted", 6), "m7": ("rejected", 6),
    }  # fmt: skip


async def test_deferred_outcome_is_told_once_it_is_known(world: World) -> None:
    process = world.process()
    await process.handle(record(rules.Ask(tally="a"), "q1", reply=True))
    await process.handle(record(rules.Ask(tally="a"), "q1", reply=True))
    assert world.replies() == []

    await world.process().handle(record(rules.Answer(tally="a", refusal="too late"), "x1"))
    await world.process().handle(record(rules.Ask(tally="a"), "q1", reply=True))

    assert world.outcomes() == [("q1", "rejected")] * 2
    assert world.replies()[0] == world.replies()[1]
