"""A question is answered from everything before it, and records nothing."""

import pytest

from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import REPLIES, World, add, headers_of, ids, record, store


def how(message_id: str, mood: rules.Mood = "fine", **more):
    """The record of a question."""
    return record(rules.How(tally="a", mood=mood), message_id, reply=True, **more)


def told(world: World) -> list[tuple[str, int | None, str]]:
    """Question id, version and content of each answer."""
    return [
        (reply["command_id"], reply["version"], reply["actions"][0]["subject"])
        for reply in world.replies()
        if "actions" in reply
    ]


async def test_question_is_answered_from_everything_before_it_in_the_batch(world: World) -> None:
    process = world.process()

    await process.handle(how("q1"), add("a", 1, "m1"), how("q2"), add("a", 2, "m2"), how("q3"))

    assert told(world) == [("q1", 0, "at-0"), ("q2", 1, "at-1"), ("q3", 2, "at-3")]
    counted = process.context.metrics.registry.get_sample_value
    assert counted("waybill_queries_total", {"type": "test.tally.how.v1"}) == 3


async def test_question_is_recorded_nowhere_and_asked_again_it_is_answered_anew(
    world: World,
) -> None:
    process = world.process()
    await process.handle(how("q1"))
    await process.handle(add("a", 1, "m1"))

    await process.handle(how("q1"))
    await world.process().handle(how("q1"))

    assert told(world) == [("q1", 0, "at-0"), ("q1", 1, "at-1"), ("q1", 1, "at-1")]
    assert world.causes("tally/a") == ["m1"]
    assert len(world.journal.documents) == 1
    first, second, third = ids(world.publisher.on(REPLIES))
    assert first != second, "another answer is another record"
    assert second == third, "the same answer is the same record"


async def test_question_about_a_long_lived_stream_is_answered_as_well(world: World) -> None:
    question = record(rules.HowVault(tally="a"), "q1", reply=True)

    await world.process().handle(store("a", 5, "m1"), question)

    assert told(world) == [("q1", 1, "at-5")]


async def test_refused_question_is_told_why(world: World) -> None:
    await world.process().handle(how("q1", "no"), how("q2", expected=7))

    first, second = world.replies()
    assert (first["outcome"], first["reason"]["code"]) == ("rejected", "no")
    assert (second["outcome"], second["reason"]["code"]) == ("rejected", "version-conflict")
    assert world.journal.documents == []


@pytest.mark.parametrize(("mood", "code"), [("senseless", "malformed"), ("broken", "failed")])
async def test_question_that_fails_is_a_dead_letter_and_blocks_nothing(
    world: World, mood: rules.Mood, code: str
) -> None:
    process = world.process()

    await process.handle(add("a", 1, "m1"), how("q1", mood), add("a", 1, "m2"), how("q2"))

    assert world.causes("tally/a") == ["m1", "m2"]
    assert [(headers["ce_id"], headers["waybill_code"]) for headers in world.dead()] == [
        ("q1", code)
    ]
    assert told(world) == [("q2", 2, "at-2")]
    assert process.commits == 1


async def test_nobody_is_told_what_could_not_be_written(world: World) -> None:
    """Answers come from recorded state: that of a stale stream waits until it is decided again."""
    process = world.process()

    await process.handle(add("a", 1, "m1"), add("a", 1, "m2", "unstorable"), how("q1"))

    assert world.causes("tally/a") == ["m1"]
    assert told(world) == [("q1", 1, "at-1")]


async def test_answer_is_of_what_another_process_has_written(world: World) -> None:
    late, fast = world.process(), world.process()
    await late.handle(add("a", 1, "m1"))
    await fast.handle(add("a", 1, "m2"))

    await late.handle(add("a", 1, "m3"), how("q1"))

    assert told(world) == [("q1", 3, "at-3")], "the fence was hit, and the stream was decided again"


async def test_question_without_a_reply_topic_is_nobodys(world: World) -> None:
    await world.process().handle(record(rules.How(tally="a"), "q1"))

    assert world.replies() == []
    assert [headers_of(p) for p in world.publisher.on(REPLIES)] == []
