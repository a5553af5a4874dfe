"""A message under a known id must have the content of the first message with this id."""

from __future__ import annotations

import pytest

from tests.unit.runtime import tally as rules
from tests.unit.runtime.digests import forget_digests, verdicts
from tests.unit.runtime.world import (
    DEAD,
    REPLIES,
    World,
    add,
    data_of,
    ids,
    record,
    store,
)


@pytest.mark.parametrize("later", ["same batch", "same process", "another process"])
async def test_a_known_message_id_with_other_content_is_refused(world: World, later: str) -> None:
    process = world.process()
    first, other = add("a", 1, "m1", reply=True), add("a", 2, "m1", reply=True)
    if later == "same batch":
        await process.handle(first, other)
    else:
        await process.handle(first)
        await (process if later == "same process" else world.process()).handle(other)

    assert world.total("a") == 1
    assert verdicts(world) == [("m1", "accepted", None), ("m1", "rejected", "id-reused")]
    (letter,) = world.dead()
    assert (letter["ce_id"], letter["waybill_code"]) == ("m1", "rejected")
    assert letter["waybill_field"] == "ce_id"
    (kept,) = world.publisher.on(DEAD)
    assert data_of(kept)["amount"] == 2, "nothing is lost"
    assert len(set(ids(world.publisher.on(REPLIES)))) == 2, "two answers, not one told twice"


async def test_another_type_under_a_known_id_is_other_content(world: World) -> None:
    await world.process().handle(
        record(rules.Answer(tally="a"), "m1", reply=True),
        record(rules.Forget(tally="a"), "m1", reply=True),
    )

    assert verdicts(world) == [("m1", "accepted", None), ("m1", "rejected", "id-reused")]


async def test_a_refused_message_may_not_come_with_other_content_either(world: World) -> None:
    process = world.process()
    await process.handle(add("a", 1, "m1", "no", reply=True), add("a", 1, "m1", reply=True))

    assert verdicts(world) == [("m1", "rejected", "no"), ("m1", "rejected", "id-reused")]
    assert world.total("a") == 0


async def test_other_content_is_refused_while_the_first_outcome_is_awaited(world: World) -> None:
    process = world.process()
    await process.handle(record(rules.Ask(tally="a"), "q1", reply=True))
    await process.handle(add("a", 1, "q1", reply=True))
    assert verdicts(world) == [("q1", "rejected", "id-reused")]

    await process.handle(record(rules.Answer(tally="a"), "x1"))

    assert verdicts(world)[1:] == [("q1", "accepted", None)]


async def test_what_counts_is_the_content_alone(world: World) -> None:
    process = world.process()
    first = add("a", 1, "m1", reply=True)
    await process.handle(first)
    again = record(rules.Add(tally="a", amount=1), "m1", reply=True, expected=7)
    again.value = b'{ "amount" : 1, "of_later": true, "tally": "a" }'
    again.headers = [
        (name, b"00-11111111111111111111111111111111-2222222222222222-00")
        if name == "traceparent"
        else (name, value)
        for name, value in again.headers
    ] + [("ce_time", b"2026-11-23T00:00:00Z")]
    await process.handle(again)

    assert verdicts(world) == [("m1", "accepted", None)] * 2
    assert world.dead() == []


@pytest.mark.parametrize("snapshots", [False, True])
async def test_long_lived_streams_know_the_contents_that_a_snapshot_left_behind(
    world: World, snapshots: bool
) -> None:
    process = world.process()
    await process.handle(store("v", 1, "m1", reply=True))
    for n in range(120 if snapshots else 1):
        await process.handle(store("v", 1, f"n{n}"))
    assert bool(world.journal.snapshots) is snapshots

    heir = world.process()
    await heir.handle(store("v", 5, "m1", reply=True), store("v", 1, "m1", reply=True))

    assert sorted(verdicts(world)[1:]) == [
        ("m1", "accepted", None),
        ("m1", "rejected", "id-reused"),
    ]
    assert world.dead_ids() == ["m1"]


async def test_documents_of_version_0_1_have_no_digest_and_the_first_outcome_is_told(
    world: World,
) -> None:
    await world.process().handle(add("a", 1, "m1", reply=True))
    forget_digests(world)

    await world.process().handle(add("a", 2, "m1", reply=True))

    assert verdicts(world) == [("m1", "accepted", None)] * 2
    assert world.dead() == []


async def test_a_digest_of_another_form_or_version_is_not_compared(world: World) -> None:
    await world.process().handle(add("a", 1, "m1", reply=True))
    forget_digests(world, "1.v0:00000000000000000000000000000000")

    await world.process().handle(add("a", 2, "m1", reply=True))

    assert verdicts(world) == [("m1", "accepted", None)] * 2


async def test_services_may_say_more_when_they_publish_their_own_again(world: World) -> None:
    process = world.process()
    ours = [add("a", amount, "m1", source="waybill/cart", reply=True) for amount in (1, 2)]
    await process.handle(*ours)

    assert verdicts(world) == [("m1", "accepted", None)] * 2
    assert world.dead() == []


async def test_a_deleted_record_keeps_no_digest_not_even_of_what_comes_later(world: World) -> None:
    process = world.process()
    await process.handle(add("a", 1, "m1"), record(rules.Ask(tally="a"), "q1"))
    assert "digest" in str(world.journal.of("tally/a"))
    await process.handle(add("a", 2, "m2"), record(rules.Forget(tally="a"), "f1"))
    await process.handle(add("a", 3, "m3", reply=True))
    await world.process().handle(add("a", 4, "m3", reply=True))

    assert "digest" not in str(world.journal.of("tally/a"))
    assert verdicts(world) == [("m3", "rejected", "deleted")] * 2
