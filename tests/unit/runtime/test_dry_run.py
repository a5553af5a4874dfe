"""A dry run says what a command would do now, and has no effect."""

import pytest

from shared.runtime.processing.decoding import Undecodable, decode
from tests.fakes import MemoryRecord
from tests.unit.order.builders import cart
from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import World, add, record, store


def tried(amount: int, message_id: str, mood: rules.Mood = "fine", **more):
    """The record of an addition that is only tried out."""
    return add("a", amount, message_id, mood, reply=True, dry_run=True, **more)


async def test_dry_run_tells_the_events_and_records_nothing(world: World) -> None:
    process = world.process()
    await process.handle(add("a", 1, "m1"))

    await process.handle(tried(2, "d1"))

    (reply,) = world.replies()
    assert (reply["outcome"], reply["version"]) == ("accepted", 2)
    (event,) = reply["dry_run"]["events"]
    assert event["type"] == rules.Added.type
    assert event["data"]["amount"] == 2
    assert world.causes("tally/a") == ["m1"]
    assert len(world.journal.documents) == 1


async def test_command_with_the_id_of_a_dry_run_is_carried_out(world: World) -> None:
    process = world.process()
    await process.handle(tried(2, "m1"))

    await process.handle(add("a", 3, "m1", reply=True))
    await process.handle(tried(4, "m1"))

    run, done, again = world.replies()
    assert "dry_run" not in done
    assert (run["version"], done["version"], again["version"]) == (1, 1, 2)
    assert world.causes("tally/a") == ["m1"]


async def test_dry_run_after_a_dry_run_starts_from_the_same_state(world: World) -> None:
    process = world.process()

    await process.handle(tried(2, "d1"), tried(3, "d2"), add("a", 1, "m1", reply=True))

    assert [reply["version"] for reply in world.replies()] == [1, 1, 1]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (tried(1, "d1", "no"), "no"),
        (tried(1, "d1", "senseless"), "malformed"),
        (tried(1, "d1", expected=7), "version-conflict"),
    ],
)
async def test_refused_dry_run_tells_why_and_is_no_dead_letter(
    world: World, record: object, code: str
) -> None:
    await world.process().handle(record)

    (reply,) = world.replies()
    assert (reply["outcome"], reply["reason"]["code"]) == ("rejected", code)
    assert world.dead() == []
    assert world.journal.documents == []


async def test_dry_run_on_a_long_lived_stream_changes_nothing(world: World) -> None:
    process = world.process()
    await process.handle(
        store("a", 5, "d1", reply=True, dry_run=True), store("a", 1, "m1", reply=True)
    )

    run, done = world.replies()
    assert run["dry_run"]["events"] != []
    assert done["version"] == 1


def test_only_commands_can_be_tried_out() -> None:
    with pytest.raises(Undecodable, match="ce_dryrun"):
        decode(record(cart(), "d1", dry_run=True))


@pytest.mark.parametrize("value", [b"yes", b"1"])
def test_dry_run_is_true_or_false(value: bytes) -> None:
    plain = add("a", 1, "d1")
    asked = MemoryRecord(
        plain.topic, 0, 0, plain.key, plain.value, [*plain.headers, ("ce_dryrun", value)]
    )

    with pytest.raises(Undecodable, match="ce_dryrun: must be true or false"):
        decode(asked)
