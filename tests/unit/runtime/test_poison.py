"""Messages that can't be handled become dead letters; the others in their batch are processed."""

from typing import Any

import pytest

from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import DEAD, World, add, headers_of, record, store


async def test_rule_that_raises_gets_three_tries_and_its_neighbours_go_on(world: World) -> None:
    process = world.process()

    await process.handle(
        add("a", 1, "m1", reply=True, offset=1),
        add("a", 1, "m2", "broken", reply=True, offset=2),
        add("a", 1, "m3", reply=True, offset=3),
        add("b", 1, "m4", reply=True, offset=4),
    )

    assert world.causes("tally/a") == ["m1", "m3"]
    assert world.causes("tally/b") == ["m4"]
    assert world.dead_ids() == ["m2"]
    assert dict(world.outcomes()) == {
        "m1": "accepted", "m2": "rejected", "m3": "accepted", "m4": "accepted",
    }  # fmt: skip
    assert process.context.tries["tally.commands", 0, 2] == 3
    assert process.commits == 1


async def test_rule_that_recovers_within_its_tries_is_no_dead_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide, calls = rules.tally.handlers[rules.Add], []

    def flaky(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) < 3:
            raise ConnectionError("not yet")
        return decide(*arguments)

    monkeypatch.setitem(rules.tally.handlers, rules.Add, flaky)  # type: ignore[arg-type]
    await world.process().handle(add("a", 1, "m1"))

    assert (world.total("a"), world.dead()) == (1, [])


async def test_inner_failure_is_told_in_general_and_kept_in_full(world: World) -> None:
    await world.process().handle(add("a", 1, "m1", "broken", reply=True))

    (reply,) = world.replies()
    assert reply["reason"]["code"] == "failed"
    assert "ZeroDivisionError" not in reply["reason"]["message"]
    (letter,) = world.dead()
    assert letter["waybill_code"] == "failed"
    assert letter["waybill_reason"] == "ZeroDivisionError: a mistake of ours"


async def test_field_that_makes_no_sense_to_the_rules_is_named_at_once(world: World) -> None:
    process = world.process()

    await process.handle(add("a", 1, "m1", "senseless", reply=True), add("a", 1, "m2"))

    assert world.causes("tally/a") == ["m2"]
    (letter,) = world.dead()
    assert letter["waybill_field"] == "mood"
    assert letter["waybill_reason"] == "mood: makes no sense"
    (reply,) = world.replies()
    assert reply["reason"] == {
        "code": "malformed", "message": "mood: makes no sense", "blockers": [],
    }  # fmt: skip
    assert process.context.tries == {}


async def test_dead_letter_is_the_record_byte_for_byte_and_says_whence(world: World) -> None:
    poison = add("a", 1, "m1", "broken", offset=41)
    poison.headers = [*poison.headers, ("x-own", b"\xff\x00"), ("x-none", None)]

    await world.process().handle(poison)

    (letter,) = world.publisher.on(DEAD)
    assert (letter.key, letter.value) == (poison.key, poison.value)
    assert list(letter.headers[: len(poison.headers)]) == poison.headers
    added = dict(letter.headers[len(poison.headers) :])
    assert added["waybill_topic"] == b"tally.commands"
    assert (added["waybill_partition"], added["waybill_offset"]) == (b"0", b"41")
    assert added["waybill_service"] == b"tally"
    assert added["waybill_at"].startswith(b"2026-11-22T20:00:00")


async def test_record_that_nobody_can_read_is_answered_all_the_same(world: World) -> None:
    broken = add("a", 1, "m1", reply=True)
    broken.value = b'{"tally": "a", "amount": "many"}'

    await world.process().handle(broken, add("a", 1, "m2"))

    assert world.total("a") == 1
    (reply,) = world.replies()
    assert (reply["command_id"], reply["outcome"]) == ("m1", "rejected")
    assert reply["reason"]["message"].startswith("amount: ")
    assert world.dead()[0]["waybill_field"] == "amount"


async def test_document_that_cannot_be_stored_is_taken_apart(world: World) -> None:
    batch = [add("a", 1, f"m{n}", offset=n, reply=True) for n in range(6)]
    batch[3] = add("a", 1, "m3", "unstorable", offset=3, reply=True)

    await world.process().handle(*batch, add("b", 1, "b1", offset=9))

    assert world.causes("tally/a") == ["m0", "m1", "m2", "m4", "m5"]
    assert world.events("a") == [(n, n) for n in range(1, 6)]
    assert world.causes("tally/b") == ["b1"]
    assert world.dead_ids() == ["m3"]
    assert sorted(world.outcomes()) == [
        ("m0", "accepted"), ("m1", "accepted"), ("m2", "accepted"),
        ("m3", "rejected"), ("m4", "accepted"), ("m5", "accepted"),
    ]  # fmt: skip


async def test_document_that_is_too_large_as_a_whole_is_written_in_pieces(world: World) -> None:
    world.journal.largest = 3_000

    await world.process().handle(*(add("a", 1, f"m{n}", offset=n) for n in range(30)))

    assert world.causes("tally/a") == [f"m{n}" for n in range(30)]
    assert world.events("a") == [(n, n) for n in range(1, 31)]
    assert world.dead() == []


async def test_event_whose_consequences_cannot_be_told_is_never_written(world: World) -> None:
    # Once written, it would have to be published by everybody who loads the stream.
    await world.process().handle(
        add("a", 1, "m1", offset=1), add("a", 1, "m2", "untellable", offset=2),
        add("a", 1, "m3", offset=3),
    )  # fmt: skip

    assert world.causes("tally/a") == ["m1", "m3"]
    assert world.dead_ids() == ["m2"]


async def test_stream_that_cannot_be_read_holds_nobody_else_up(world: World) -> None:
    await world.process().handle(add("a", 1, "m1"), add("b", 1, "m2"))
    world.journal.marks.clear()
    damaged = world.journal._documents["tally/a@0000000001"]
    world.journal._documents["tally/a@0000000001"] = damaged.replace(b"added.v1", b"added.v9")

    await world.process().handle(add("a", 1, "m3", offset=1), add("b", 1, "m4", offset=2))

    assert world.causes("tally/b") == ["m2", "m4"]
    assert world.dead_ids() == ["m3"]
    assert world.causes("tally/a") == ["m1"]


async def test_poison_in_a_long_lived_stream_leaves_it_whole(world: World) -> None:
    await world.process().handle(
        store("v", 1, "m1", offset=1), store("v", 1, "m2", "broken", offset=2),
        store("v", 1, "m3", "unstorable", offset=3), store("v", 1, "m4", offset=4),
    )  # fmt: skip

    assert world.causes("vault/v") == ["m1", "m4"]
    assert world.dead_ids() == ["m2", "m3"]


async def test_many_kinds_of_poison_in_one_batch(world: World) -> None:
    moods: list[rules.Mood] = ["fine", "broken", "no", "unstorable", "senseless", "untellable"]
    batch = [add("a", 1, f"{mood}{n}", mood, offset=n) for n, mood in enumerate(moods * 5)]

    await world.process().handle(*batch)

    good = [f"{mood}{n}" for n, mood in enumerate(moods * 5) if mood in ("fine", "no")]
    assert world.causes("tally/a") == good
    assert world.events("a") == [(n, n) for n in range(1, 6)]
    assert sorted(world.dead_ids()) == sorted(
        f"{mood}{n}" for n, mood in enumerate(moods * 5) if mood not in ("fine", "no")
    )


async def test_dead_letters_survive_a_broker_that_is_away(world: World) -> None:
    world.publisher.faults.plan("publish", "before", "before", "after")

    broken = add("a", 1, "m1", "broken", reply=True)
    await world.process().handle(broken, add("a", 1, "m2"))

    assert set(world.dead_ids()) == {"m1"}
    assert world.events("a") == [(1, 1)]
    assert ("m1", "rejected") in world.outcomes()


async def test_bug_of_the_runtime_holds_the_batch_and_passes_nothing_over(
    world: World, logged: list[Any]
) -> None:
    # What escaped would be swallowed by the subscriber, and the next commit would go past it.
    world.journal.faults.plan("append", TypeError("a mistake in the journal"), None)
    process = world.process()

    await process.handle(add("a", 1, "m1"))

    assert (world.total("a"), process.commits) == (1, 1)
    assert [e["log_level"] for e in logged if "failed" in e["event"]] == ["error"]


async def test_bug_of_the_decoder_costs_one_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.runtime.processing import processor

    decode = processor.decode

    def buggy(one: Any, *rest: Any) -> Any:
        if one.offset == 2:
            raise RecursionError("too deep")
        return decode(one, *rest)

    monkeypatch.setattr(processor, "decode", buggy)
    await world.process().handle(*(add("a", 1, f"m{n}", offset=n) for n in range(4)))

    assert world.causes("tally/a") == ["m0", "m1", "m3"]
    assert world.dead_ids() == ["m2"]


@pytest.mark.parametrize("where", ["key", "header name", "id", "correlation", "key and value"])
async def test_letter_about_a_huge_record_still_fits_into_a_record(
    world: World, where: str
) -> None:
    huge = 2_000_000
    poison = add("a", 1, "m1", reply=True)
    if where == "key":
        poison.key = b"\xfe" * huge
    elif where == "header name":
        poison.headers = [*poison.headers, ("ce_" + "x" * huge, b"\xff")]
    elif where in ("id", "correlation"):
        name = {"id": "ce_id", "correlation": "ce_correlationid"}[where]
        poison.headers = [(n, v) for n, v in poison.headers if n != name]
        poison.headers = [*poison.headers, (name, b"x" * huge)]
    else:
        poison.key, poison.value = b"k" * huge, b"{" * huge * 2

    await world.process().handle(poison, add("a", 1, "m2"))

    assert world.causes("tally/a") == ["m2"]
    assert any(p.topic == DEAD for p in world.publisher.log)
    for publication in world.publisher.log:
        named = sum(len(name) + len(value or b"") for name, value in publication.headers)
        size = len(publication.key or b"") + len(publication.value or b"") + named
        assert size < 4.1 * 1024 * 1024
        assert len(headers_of(publication).get("waybill_reason", "")) <= 1000


async def test_record_larger_than_any_topic_takes_is_cut_and_says_so(world: World) -> None:
    # A compressed batch may hold it. It must not be lost, nor hold up its partition.
    bomb = add("a", 1, "m1")
    bomb.value = b" " * 20_000_000

    await world.process().handle(bomb)

    (letter,) = world.publisher.on(DEAD)
    assert letter.value == b" " * 1024 * 1024
    assert headers_of(letter)["waybill_field"] == "value"
    assert headers_of(letter)["waybill_cut"].startswith("the first of 20000")


async def test_tombstone_without_a_key_is_a_dead_letter_that_kafka_takes(world: World) -> None:
    nothing = record(rules.Add(tally="a"), "m1")
    nothing.key = nothing.value = None

    await world.process().handle(nothing)

    (letter,) = world.publisher.on(DEAD)
    assert (letter.key, letter.value) == (None, b"")
