"""Erasure of deleted records: only the tombstone remains, whichever process dies at which step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.runtime.processing.erasure import ERASED
from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import REPLIES, Died, World, add, headers_of, record

SECRET = "Mercy Taylor, 1 Pike Pl"


def told(message_id: str, mood: rules.Mood = "fine", **more: object) -> object:
    """An addition with a remark that must not be found after the erasure."""
    asked = rules.Add(tally="a", amount=1, mood=mood, remark=SECRET)
    return record(asked, message_id, reply=True, **more)  # type: ignore[arg-type]


def forget(message_id: str = "f1") -> object:
    return record(rules.Forget(tally="a"), message_id, reply=True)


def personal_data(world: World) -> list[str]:
    """The personal data that the journal still has."""
    personal = (SECRET, REPLIES, "csr:17", "00-0af7")
    last = '"by":"csr:17"'
    kept = [str(document).replace(last, "") for document in world.journal.of("tally/a")]
    return [word for word in personal for document in kept if word in document]


async def test_nothing_is_left_but_the_tombstone_the_counts_and_the_causes(world: World) -> None:
    process = world.process()
    await process.handle(told("m1"), told("m2", "no"))
    await process.handle(record(rules.Ask(tally="a"), "q1", reply=True), told("m3"))
    assert personal_data(world)

    await process.handle(told("m4"), forget())

    assert personal_data(world) == []
    assert world.causes("tally/a") == ["m1", "m2", "q1", "m3", "m4", "f1"]
    first, *_, last = world.journal.of("tally/a")
    assert [(e["type"], "data" in e) for e in last["events"]] == [
        ("test.tally.added.v1", False),
        ("test.tally.forgotten.v1", True),
    ]
    assert [cause["outcome"]["outcome"] for cause in first["causes"]] == ["accepted", "rejected"]
    assert [kept["outcome"]["outcome"] for kept in last["settled"]] == ["accepted"]


async def test_all_of_it_was_published_before(world: World) -> None:
    process = world.process()
    await process.handle(told("m1"))
    await process.handle(told("m2"), forget())

    sequences = [int(headers_of(p)["ce_sequence"]) for p in world.publisher.on(rules.EVENTS.name)]
    assert sequences == [1, 2, 3]
    assert world.outcomes() == [("m1", "accepted"), ("m2", "accepted"), ("f1", "accepted")]
    assert process.steps[-4:] == ["published", "erased", "marked", "committed"]


async def test_other_streams_of_the_batch_keep_what_they_say(world: World) -> None:
    process = world.process()
    await process.handle(told("m1"), add("b", 7, "b1"))
    await process.handle(forget(), add("b", 1, "b2"))

    assert world.total("b") == 8
    assert world.journal.of("tally/b")[0].get("erased") is None


@pytest.mark.parametrize("step", ["loaded", "decided", "appended", "published", "erased"])
async def test_who_takes_over_from_a_dead_process_publishes_and_then_erases(
    world: World, step: str
) -> None:
    await world.process().handle(told("m1"), told("m2", "no"))
    dying, batch = world.process(), [told("m3"), forget()]

    def die(on_step: str) -> None:
        if on_step == step:
            raise Died

    dying.context.on_step = die
    with pytest.raises(Died):
        await dying.handle(*batch)
    if step != "erased":
        assert personal_data(world), "it died before"

    await world.process().handle(*batch)

    assert personal_data(world) == []
    assert world.causes("tally/a") == ["m1", "m2", "m3", "f1"]
    seen = [int(headers_of(p)["ce_sequence"]) for p in world.publisher.on(rules.EVENTS.name)]
    assert list(dict.fromkeys(seen)) == [1, 2, 3], "told in order, and none left out"
    assert set(world.outcomes()) >= {("m3", "accepted"), ("f1", "accepted")}


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_engine_that_fails_while_it_erases_is_waited_for(world: World, moment: str) -> None:
    process = world.process()
    await process.handle(told("m1"))
    world.journal.faults.plan("erase", moment)  # type: ignore[arg-type]

    await process.handle(forget())

    assert personal_data(world) == []
    assert (len(process.slept), process.commits) == (1, 2)
    assert world.causes("tally/a") == ["m1", "f1"]


async def test_erasing_that_was_cut_short_is_finished_and_nothing_erased_is_published(
    world: World,
) -> None:
    process = world.process()
    await process.handle(told("m1"))
    await process.handle(told("m2"))
    whole = dict(world.journal._documents)
    await process.handle(forget())
    # Of three documents two are erased, and no mark was ever seen.
    world.journal._documents["tally/a@0000000002"] = whole["tally/a@0000000002"]
    world.journal.marks.clear()
    written = len(world.publisher.log)

    await world.process().handle(told("m2"))

    assert personal_data(world) == []
    again = [headers_of(p)["ce_sequence"] for p in world.publisher.log[written:] if (
        p.topic == rules.EVENTS.name)]  # fmt: skip
    assert again == ["2"], "only the whole one"


async def test_erasing_twice_changes_nothing(world: World) -> None:
    await world.process().handle(told("m1"), forget())
    once = list(world.journal.documents)

    await world.process().handle(told("m1"), forget())

    assert world.journal.documents == once


@pytest.mark.parametrize("fresh", [True, False])
async def test_repeats_of_what_was_erased_get_their_verdict_and_no_words(
    world: World, fresh: bool
) -> None:
    process = world.process()
    await process.handle(told("m1"), told("m2", "no"), forget())
    world.publisher.log.clear()

    await (world.process() if fresh else process).handle(told("m1"), told("m2", "no"), forget())

    assert world.causes("tally/a") == ["m1", "m2", "f1"]
    yes, no, gone = world.replies()
    assert (yes["outcome"], yes["version"]) == ("accepted", 1)
    assert (no["outcome"], no["reason"]) == (
        "rejected", {"code": "no", "message": ERASED, "blockers": []})  # fmt: skip
    assert (gone["outcome"], gone["version"], gone["status"]) == ("accepted", 2, "Deleted")


@pytest.mark.parametrize("fresh", [True, False])
async def test_deleted_record_takes_nothing_more_and_counts_on(world: World, fresh: bool) -> None:
    process = world.process()
    await process.handle(told("m1"), forget())
    world.publisher.log.clear()

    await (world.process() if fresh else process).handle(told("m2"), forget("f2"))

    refused, again = world.replies()
    assert refused["reason"]["code"] == "deleted"
    assert refused["reason"]["message"] == "Tally a was deleted by csr:17."
    assert (again["outcome"], again["version"]) == ("accepted", 2)
    assert world.publisher.on(rules.EVENTS.name) == []


async def test_question_about_a_deleted_record_hears_that_it_is_gone(world: World) -> None:
    await world.process().handle(forget(), record(rules.How(tally="a"), "h1", reply=True))
    (answer,) = [reply for reply in world.replies() if reply["command_id"] == "h1"]
    assert answer["reason"]["code"] == "deleted"


async def test_zombie_that_decides_beside_a_deletion_is_refused_like_everybody(
    world: World,
) -> None:
    zombie, heir = world.process(), world.process()
    await zombie.handle(told("m1"))
    await heir.handle(forget())

    await zombie.handle(told("m2"))

    assert [reply["outcome"] for reply in world.replies()] == ["accepted", "accepted", "rejected"]
    assert world.events("a") == [(1, 1)]


def test_long_lived_streams_have_no_tombstone() -> None:
    with pytest.raises(TypeError, match="long-lived"):
        replace(rules.vault, tombstone=rules.Forgotten)
