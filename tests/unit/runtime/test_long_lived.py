"""Long-lived streams load from snapshots, and recognize repeats however late."""

from collections.abc import Collection, Mapping

import pytest

from shared.runtime.ports import History
from tests.unit.runtime.world import Died, World, store


async def test_long_lived_stream_loads_from_its_snapshot(world: World) -> None:
    process = world.process()
    for n in range(250):
        await process.handle(store("v", 1, f"m{n}"))
    history = (await world.journal.load(["vault/v"]))["vault/v"]
    assert history.snapshot is not None
    assert history.snapshot["state"] == {"total": 200}
    assert len(history.documents) == 50

    await world.process().handle(store("v", 1, "last", reply=True))

    assert world.replies()[-1]["status"] == "at 251"
    assert world.replies()[-1]["version"] == 251


@pytest.mark.parametrize("who", ["same process", "another process"])
async def test_repeat_from_before_the_snapshot_is_answered_from_the_journal(
    world: World, who: str
) -> None:
    process = world.process()
    await process.handle(store("v", 7, "first", reply=True))
    for n in range(150):
        await process.handle(store("v", 1, f"m{n}"))

    late = process if who == "same process" else world.process()
    await late.handle(store("v", 7, "first", reply=True))

    assert world.total("v", "vault") == 157
    assert world.replies()[0] == world.replies()[1]


async def test_snapshot_that_fails_is_made_later(world: World) -> None:
    process = world.process()
    world.journal.faults.plan("snapshot", "before")

    for n in range(210):
        await process.handle(store("v", 1, f"m{n}"))

    assert world.total("v", "vault") == 210
    assert world.journal.snapshots


async def test_snapshot_that_can_never_be_written_stops_nothing(world: World) -> None:
    process = world.process()
    world.journal.faults.plan("snapshot", *[ValueError("too large")] * 1000)

    for n in range(210):
        await process.handle(store("v", 1, f"m{n}"))

    assert world.total("v", "vault") == 210
    assert process.commits == 210


async def test_unpublished_document_is_never_hidden_by_a_snapshot(world: World) -> None:
    dying = world.process()
    for n in range(99):
        await dying.handle(store("v", 1, f"m{n}"))
    world.publisher.faults.plan("publish", Died())
    with pytest.raises(Died):
        await dying.handle(store("v", 1, "m99"))

    heir = world.process()
    for n in range(99, 110):
        await heir.handle(store("v", 1, f"m{n}"))

    assert world.journal.snapshots
    assert [sequence for sequence, _ in world.events("v")] == list(range(1, 111))


@pytest.mark.parametrize("cached", [False, True])
async def test_what_another_adds_after_the_load_and_never_publishes_is_published(
    world: World, cached: bool
) -> None:
    # A zombie is in the midst of the batch that its heir has been given.
    zombie, heir = world.process(), world.process()
    if cached:
        await heir.handle(store("v", 1, "before"))
    batch = store("v", 7, "m1", reply=True), store("v", 8, "m2")
    written = False

    async def meanwhile(streams: Collection[str]) -> Mapping[str, History]:
        histories = await load(streams)
        return histories if written else await interrupted(histories)

    async def interrupted(histories: Mapping[str, History]) -> Mapping[str, History]:
        nonlocal written
        written = True
        world.publisher.faults.plan("publish", Died())
        with pytest.raises(Died):
            await zombie.handle(*batch)
        return histories

    load = world.journal.load
    if cached:
        await interrupted({})
    else:
        world.journal.load = meanwhile  # type: ignore[method-assign]
    await heir.handle(*batch)

    assert world.total("v", "vault") == 15 + cached
    assert [sequence for sequence, _ in world.events("v")] == list(range(1, 3 + cached))
    assert world.outcomes().count(("m1", "accepted")) >= 1
