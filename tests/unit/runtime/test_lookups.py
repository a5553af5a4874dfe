"""Look-ups of decisions: entries of compacted topics, and other streams of the service."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Message
from shared.runtime.decider.service import Service
from shared.runtime.decider.tables import Table
from shared.runtime.http.asyncapi import describe
from shared.runtime.settings import Settings
from tests.examples import examples
from tests.fakes import MemoryRecord, Moment
from tests.unit.runtime import tally
from tests.unit.runtime import till as rules
from tests.unit.runtime.till import Charge, Choose, Copy, Rate
from tests.unit.runtime.world import Died, World, headers_of, record

FIVE = Rate(land="uk", name="low", amount=5)
NINE = Rate(land="uk", name="low", amount=9)


@pytest.fixture
def world() -> World:
    return World(rules.SERVICE)


def rate(message: Message, offset: int, partition: int = 0) -> MemoryRecord:
    made = record(message, f"r{partition}-{offset}", offset=offset)
    made.partition = partition
    return made


def removal(key: bytes | None, offset: int) -> MemoryRecord:
    return MemoryRecord(rules.RATES.name, 0, offset, key, None, [])


def chosen(till: str, key: str = "uk/low") -> MemoryRecord:
    return record(Choose(till=till, rate=key), f"choose-{till}-{key}")


def charge(till: str, message_id: str, **more: Any) -> MemoryRecord:
    return record(Charge(till=till), message_id, **more)


def charged(world: World, till: str) -> list[int]:
    events = [event for d in world.journal.of(f"till/{till}") for event in d["events"]]
    return [json.loads(e["data"])["amount"] for e in events if e["type"].endswith("charged.v1")]


def refusals(world: World) -> dict[str, str]:
    """The code of each rejection, by command id."""
    return {r["command_id"]: r["reason"]["code"] for r in world.replies() if r.get("reason")}


async def test_decision_sees_the_entry_that_came_with_it(world: World) -> None:
    await world.process().handle(charge("a", "m1"), chosen("b"), rate(FIVE, 0))
    await world.process().handle(chosen("a"), rate(NINE, 1), charge("a", "m2"), charge("b", "m3"))

    assert (charged(world, "a"), charged(world, "b")) == ([9], [9])


async def test_what_was_never_heard_of_isn_t_what_was_removed(world: World) -> None:
    process = world.process()
    await process.handle(chosen("a"), charge("a", "m1", reply=True))
    await process.handle(rate(FIVE, 0), removal(b"uk/low", 1), charge("a", "m2", reply=True))
    await process.handle(rate(NINE, 2), charge("a", "m3", reply=True))

    assert refusals(world) == {"m1": "unheard-of", "m2": "removed"}
    assert charged(world, "a") == [9]


async def test_removal_of_what_was_never_heard_of_says_that_it_was_there(world: World) -> None:
    await world.process().handle(removal(b"uk/low", 7), chosen("a"), charge("a", "m1", reply=True))
    assert refusals(world) == {"m1": "removed"}


@pytest.mark.parametrize("key", [None, b"", b"uk", b"uk/low/far", b"uk/\xff", b"uk/a b", b"/low"])
async def test_removal_with_a_key_that_cannot_be_is_a_dead_letter(
    world: World, key: bytes | None
) -> None:
    process = world.process()
    await process.handle(removal(key, 0), chosen("a"))

    (letter,) = world.publisher.on("till.dead-letters")
    assert headers_of(letter)["waybill_field"] == "key"
    assert process.commits == 1


async def test_entry_that_breaks_the_contract_is_a_dead_letter(world: World) -> None:
    poison = rate(FIVE, 0)
    poison.value = b'{"land": "uk", "name": "low", "amount": "five"}'
    await world.process().handle(poison, rate(NINE, 1), chosen("a"), charge("a", "m1"))

    (letter,) = world.publisher.on("till.dead-letters")
    assert headers_of(letter)["waybill_field"] == "amount"
    assert charged(world, "a") == [9]


async def test_other_messages_of_the_topic_are_passed_over(world: World) -> None:
    process = world.process()
    await process.handle(rate(rules.Remark(land="uk", name="low"), 0))

    assert world.publisher.log == []
    assert process.commits == 1


async def test_state_decides_what_is_looked_up_even_within_a_batch(world: World) -> None:
    # What the second choice looks up can't be known before it is decided: the rest goes again.
    process = world.process()
    other = Rate(land="uk", name="high", amount=20)
    await process.handle(
        rate(FIVE, 0), rate(other, 1),
        chosen("a"), charge("a", "m1"), charge("a", "m2"),
        chosen("a", "uk/high"), charge("a", "m3"), chosen("b"), charge("b", "m4"),
    )  # fmt: skip

    assert (charged(world, "a"), charged(world, "b")) == ([5, 5, 20], [5])
    assert world.causes("till/a") == [
        "choose-a-uk/low", "m1", "m2", "choose-a-uk/high", "m3",
    ]  # fmt: skip


async def test_table_is_asked_once_for_a_whole_batch(world: World) -> None:
    process = world.process()
    tills = [f"t{n}" for n in range(20)]
    await process.handle(rate(FIVE, 0), *(chosen(t) for t in tills))

    await process.handle(*(charge(t, f"{t}-{n}") for t in tills for n in range(2)))

    assert world.tables.finds == [("rate", frozenset({"uk/low"}))]
    assert all(charged(world, t) == [5, 5] for t in tills)


async def test_who_looks_nothing_up_asks_nothing(world: World) -> None:
    await world.process().handle(chosen("a"), chosen("b"))
    assert world.tables.finds == []


async def test_another_stream_is_seen_as_the_journal_has_it(world: World) -> None:
    # Not as this process remembers it: somebody else may own it, and its reply has been heard.
    here, elsewhere = world.process(), world.process()
    await here.handle(chosen("a", "uk/low"))
    await elsewhere.handle(chosen("a", "uk/high"))

    await here.handle(record(Copy(till="b", other="a"), "m1"))

    assert [e["data"] for d in world.journal.of("till/b") for e in d["events"]] == [
        '{"till":"b","rate":"uk/high"}'
    ]


async def test_stream_without_an_event_was_never_heard_of(world: World) -> None:
    process = world.process()
    await process.handle(charge("a", "m1", reply=True))
    await process.handle(record(Copy(till="b", other="a"), "m2", reply=True))

    assert refusals(world) == {"m1": "unheard-of", "m2": "unknown-till"}


async def test_conflict_looks_up_anew(world: World) -> None:
    zombie, heir = world.process(), world.process()
    await zombie.handle(rate(FIVE, 0), chosen("a"))
    await heir.handle(rate(NINE, 1), rate(Rate(land="se", name="x", amount=1), 2))
    await heir.handle(chosen("a", "se/x"))

    await zombie.handle(charge("a", "m1"))

    assert charged(world, "a") == [1]


@pytest.mark.parametrize("key", ["broken", "nonsense"])
async def test_mistake_in_what_is_looked_up_costs_one_message(world: World, key: str) -> None:
    process = world.process()
    await process.handle(chosen("a", key), chosen("b"), rate(FIVE, 0))
    await process.handle(charge("a", "m1", reply=True), charge("b", "m2"), charge("a", "m3"))

    assert charged(world, "b") == [5]
    assert refusals(world) == {"m1": "failed"}
    letters = world.publisher.on("till.dead-letters")
    assert [headers_of(letter)["ce_id"] for letter in letters] == ["m1", "m3"]


async def test_entry_that_cannot_be_read_costs_those_who_look_it_up(world: World) -> None:
    process = world.process()
    await process.handle(rate(FIVE, 0), chosen("a"), chosen("b", "se/x"))
    world.tables._data["rate", "se/x"] = '{"land": 1}'

    await process.handle(charge("a", "m1"), charge("b", "m2", reply=True))

    assert charged(world, "a") == [5]
    assert refusals(world) == {"m2": "failed"}


async def test_stream_that_cannot_be_read_costs_those_who_look_it_up(world: World) -> None:
    process = world.process()
    await process.handle(chosen("a"))
    (document,) = world.journal.of("till/a")
    document["_id"], document["version"] = "till/a@0000000002", 2
    document["events"][0]["type"] = "unknown"
    await world.journal.append([document])

    await process.handle(record(Copy(till="b", other="a"), "m1", reply=True), chosen("c"))

    assert refusals(world) == {"m1": "failed"}
    assert world.causes("till/c") == ["choose-c-uk/low"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("method", ["save", "find"])
async def test_table_out_of_reach_costs_time_and_nothing_else(
    world: World, method: str, moment: Moment
) -> None:
    world.tables.faults.plan(method, moment, moment)
    process = world.process()

    await process.handle(chosen("a"), rate(FIVE, 0), charge("a", "m1"))

    assert charged(world, "a") == [5]
    assert process.slept
    assert process.commits == 1


@pytest.mark.parametrize(
    "step", ["decoded", "kept", "loaded", "decided", "appended", "published", "marked"]
)
async def test_who_takes_over_keeps_what_was_left(world: World, step: str) -> None:
    dying, batch = world.process(), [rate(FIVE, 0), chosen("a"), charge("a", "m1")]

    def die(on_step: str) -> None:
        if on_step == step:
            raise Died

    dying.context.on_step = die
    with pytest.raises(Died):
        await dying.handle(*batch)

    await world.process().handle(*batch, charge("a", "m2"))

    assert charged(world, "a") == [5, 5]


async def test_zombie_that_keeps_something_late_changes_nothing(world: World) -> None:
    await world.process().handle(rate(NINE, 1))
    await world.process().handle(rate(FIVE, 0), chosen("a"), charge("a", "m1"))

    assert charged(world, "a") == [9]


async def test_batch_that_only_keeps_is_committed(world: World) -> None:
    process = world.process()
    await process.handle(rate(FIVE, 0))

    assert process.steps == ["decoded", "kept", "marked", "committed"]
    assert world.journal.documents == []


@examples(100)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30))
async def test_repeats_in_any_order_end_with_the_last_offset(
    deliveries: list[tuple[int, bool]],
) -> None:
    # Offset n carries amount n, or removes where n is a multiple of three; in batches of any size.
    world = World(rules.SERVICE)
    batch: list[MemoryRecord] = []
    for offset, cut in deliveries:
        amount = Rate(land="uk", name="low", amount=offset)
        batch.append(removal(b"uk/low", offset) if offset % 3 == 0 else rate(amount, offset))
        if cut:
            await world.process().handle(*batch)
            batch = []
    await world.process().handle(*batch, chosen("a"), charge("a", "end", reply=True))

    if not deliveries:
        assert refusals(world) == {"end": "unheard-of"}
    elif (last := max(offset for offset, _ in deliveries)) % 3 == 0:
        assert refusals(world) == {"end": "removed"}
    else:
        assert charged(world, "a") == [last]


def test_table_is_of_a_compacted_topic() -> None:
    with pytest.raises(TypeError, match=r"tally\.events"):
        Table("added", tally.Added)


def test_table_has_a_name_of_its_own() -> None:
    with pytest.raises(TypeError, match="name"):
        Service("till", [rules.till], tables=[Table("till", Rate)])
    with pytest.raises(TypeError, match="name"):
        replace(rules.SERVICE, tables=[Table("rate", Rate), Table("rate", rules.Rate)])


def test_service_says_that_it_reads_the_topic() -> None:
    assert rules.RATES in rules.SERVICE.topics
    document = describe(rules.SERVICE, Settings()).to_jsonable()
    assert "receive-rates" in document["operations"]
