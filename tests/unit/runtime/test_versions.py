"""Journals, messages and tables of earlier versions are read as the present version."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from ops.inspect.journals import _today
from services.payment.gateway.request_store import StoredRequest, _document, _waiting
from shared.contracts import Message, Topic
from shared.contracts.base import message, model_for, models_on
from shared.contracts.payments import Request
from shared.runtime.decider.tables import Table
from shared.runtime.ports import Document, Entry
from shared.runtime.processing.decoding import Undecodable, decode_fact
from tests.cluster import command
from tests.fakes import MemoryRecord
from tests.unit.runtime import scales as rules
from tests.unit.runtime.scales import in_grams
from tests.unit.runtime.world import REPLIES, START, World, data_of, headers_of

BALANCE = Topic("balance.events", ("scales",), "As the tools find them.", facts=True)
V1, V2, V3 = rules.Weighed.types()


def before(*events: dict[str, Any], version: int = 1, kind: str = "weighed.v1") -> Document:
    """A document that the first version wrote to the journal of scales `a`."""
    return {
        "_id": f"scales/a@{version:010d}",
        "stream": "scales/a",
        "version": version,
        "first": version,
        "writer": "of-before",
        "batch": version,
        "at": START,
        "causes": [
            {"key": f"s#{version}", "id": str(version), "type": "test.scales.weigh.v1"}
            | {"outcome": {"outcome": "accepted", "version": version}}
        ],
        "events": [
            {"type": f"test.scales.{kind}", "data": orjson.dumps(data).decode(), "cause": 0}
            for data in events
        ],
    }


def asked(kind: str, data: Any, message_id: str = "m-1", offset: int = 0) -> MemoryRecord:
    """The record of a command of an earlier version."""
    value = data if isinstance(data, bytes) else orjson.dumps(data)
    sent = command(message_id, f"test.scales.{kind}", "scales.commands", "a", {}, replyto=REPLIES)
    return MemoryRecord(sent.topic, 0, offset, sent.key, value, sent.headers)


@pytest.fixture
def world() -> World:
    return World(rules.SERVICE)


async def test_journal_of_the_version_before_goes_on_as_if_nothing_had_changed(
    world: World,
) -> None:
    old = {"scales": "a", "pounds": 2}
    assert rules.BEFORE.event({"type": V1, "data": orjson.dumps(old)}) is not None
    await world.journal.append([before(old)])
    await world.journal.append([before({"scales": "a", "grams": 5}, version=2, kind="weighed.v2")])

    await world.process().handle(asked("weigh.v2", {"scales": "a", "grams": 1}))

    (reply,) = world.replies()
    assert (reply["status"], reply["version"]) == ("914 g", 3)
    last = world.journal.of("scales/a")[-1]["events"][0]
    assert (last["type"], orjson.loads(last["data"])) == (V3, {"scales": "a", "parts": [1]})


async def test_what_nobody_has_published_is_published_as_it_was_written(world: World) -> None:
    old = before({"pounds": 2, "scales": "a"})
    await world.journal.append([old])

    await world.process().handle(asked("weigh.v2", {"scales": "a", "grams": 1}))

    first, second = world.publisher.on(rules.EVENTS.name)
    assert headers_of(first)["ce_type"] == V1
    assert first.value == old["events"][0]["data"].encode()
    assert headers_of(second)["ce_type"] == V3
    assert [headers_of(one)["ce_sequence"] for one in (first, second)] == ["1", "2"]
    slips = world.publisher.on(rules.SLIPS.name)
    assert [data_of(slip)["grams"] for slip in slips] == [908, 1]


async def test_message_of_the_version_before_has_the_effect_of_a_new_one(world: World) -> None:
    await world.process().handle(asked("weigh.v1", {"scales": "a", "pounds": 2}))
    assert [reply["status"] for reply in world.replies()] == ["908 g"]
    assert world.journal.of("scales/a")[0]["causes"][0]["type"] == "test.scales.weigh.v1"


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"scales": "a"}, "pounds"),
        ({"scales": "a", "pounds": None}, "value"),
        ({"scales": "a", "pounds": [1]}, "grams"),
        ({"scales": "a", "pounds": "x"}, "grams"),
        ({"scales": "a", "pounds": 2**63 - 1}, "value"),
        ({"pounds": 1}, "scales"),
        ([1], "value"),
        (b"{", "value"),
        (b"[" * 2000, "value"),
    ],
)
async def test_what_is_wrong_with_an_old_message_is_named(
    world: World, value: Any, field: str
) -> None:
    await world.process().handle(asked("weigh.v1", value))
    (letter,) = world.publisher.on("scales.dead-letters")
    headers = headers_of(letter)
    assert (headers["waybill_code"], headers["waybill_field"]) == ("malformed", field)
    assert world.replies()[0]["reason"]["code"] == "malformed"


async def test_tombstone_of_the_version_before_still_erases(world: World) -> None:
    await world.journal.append([before({"scales": "a", "pounds": 2})])
    await world.journal.append([before({"scales": "a"}, version=2, kind="scrapped.v1")])

    await world.process().handle(asked("weigh.v2", {"scales": "a", "grams": 1}))

    (reply,) = world.replies()
    assert reply["reason"]["message"] == "Scrapped: nobody knows."
    weighed, scrapped, _ = world.journal.of("scales/a")
    assert weighed["erased"]
    assert "data" not in weighed["events"][0]
    assert scrapped["events"][0]["data"] == '{"scales":"a"}'


@pytest.mark.parametrize(
    "kept",
    [
        '{"box": "b", "pounds": 1}',  # kept before types were kept
        '{"box": "b", "pounds": 1, "type": "test.scales.tare.v1"}',
        '{"box": "b", "grams": 454, "type": "test.scales.tare.v2"}',
    ],
)
async def test_tables_are_read_in_the_version_in_which_they_were_kept(
    world: World, kept: str
) -> None:
    await world.tables.save([Entry("tare", "b", kept, 0, 0)])
    await world.process().handle(asked("weigh.v2", {"scales": "a", "grams": 1, "box": "b"}))
    assert [reply["status"] for reply in world.replies()] == ["455 g"]


async def test_old_record_of_a_table_is_kept_as_a_new_one(world: World) -> None:
    sent = command("t", "test.scales.tare.v1", "scales.tares", "b", {"box": "b", "pounds": 2})
    await world.process().handle(MemoryRecord(sent.topic, 0, 0, sent.key, sent.value, sent.headers))
    kept = (await world.tables.find("tare", ["b"]))["b"]
    assert kept is not None
    assert Table("tare", rules.Tare).read(kept) == rules.Tare(box="b", grams=908)


async def test_number_of_a_table_may_be_as_large_as_it_likes(world: World) -> None:
    data = b'{"box": "b", "grams": 99999999999999999999}'
    sent = command("t", "test.scales.tare.v2", "scales.tares", "b", {})
    await world.process().handle(MemoryRecord(sent.topic, 0, 0, sent.key, data, sent.headers))
    kept = (await world.tables.find("tare", ["b"]))["b"]
    assert kept is not None
    assert Table("tare", rules.Tare).read(kept) == rules.Tare(box="b", grams=10**20 - 1)


def test_decoded_fact_has_the_present_version() -> None:
    sent = command("e", V1, rules.EVENTS.name, "a", {"scales": "a", "pounds": 1, "more": "x"})
    record = MemoryRecord(sent.topic, 0, 0, sent.key, sent.value, sent.headers)
    envelope, data = decode_fact(record)
    assert (envelope.type, data) == (V3, {"scales": "a", "parts": [454], "more": "x"})
    broken = MemoryRecord(sent.topic, 0, 0, sent.key, b'{"scales": "a"}', sent.headers)
    with pytest.raises(Undecodable, match="pounds"):
        decode_fact(broken)


def test_journals_are_shown_in_their_present_version() -> None:
    @message("waybill.balance.read.v2", on=BALANCE, formerly={"waybill.balance.read.v1": in_grams})
    class _Read(Message):
        scales: str
        grams: int

    old = {"scales": "a", "pounds": 1}
    assert _today("waybill.balance.read.v1", old) == (_Read.type, {"scales": "a", "grams": 454})
    assert _today("waybill.balance.sold.v1", old) == ("waybill.balance.sold.v1", old)


def test_requests_to_providers_that_wait_say_which_version_they_are() -> None:
    request = Request.model_construct(provider="p", request_id="r")
    assert _document(StoredRequest(request))["type"] == Request.type
    whole = {
        "order_id": "o",
        "request_id": "r",
        "provider": "simulated",
        "action": "add",
        "payment_id": "p",
        "amount": "1.00",
        "currency": "USD",
        "method": "paypal",
        "transaction_type": "Sale",
        "reference": None,
        "provider_reference": None,
        "requested_at": "2026-11-22T20:00:00Z",
    }
    kept = {"request": orjson.dumps(whole).decode(), "asked": 1}
    kept |= {"correlation": None, "cause": None, "traceparent": None}
    assert _waiting(kept).request == _waiting({**kept, "type": Request.type}).request


def test_all_versions_are_one_class() -> None:
    assert {model_for(rules.EVENTS.name, name) for name in (V1, V2, V3)} == {rules.Weighed}
    assert models_on(rules.EVENTS).count(rules.Weighed) == 1


def test_another_type_is_no_version_of_this_one() -> None:
    with pytest.raises(TypeError, match="no version"):

        @message("test.scales.a.v2", on=rules.SLIPS, formerly={"test.scales.b.v1": dict})
        class _Wrong(Message):
            scales: str
