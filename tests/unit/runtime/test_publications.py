"""A document always yields the same records, each with a unique id."""

from typing import Any

import bson
from bson.codec_options import CodecOptions

from shared.contracts import Message
from shared.contracts.base import ID_PATTERN
from shared.runtime.ports import Document, Publication
from shared.runtime.processing.publications import Publications
from shared.runtime.processing.stream import Stream
from tests.unit.given import NOW
from tests.unit.order.builders import cart
from tests.unit.runtime import tally as rules
from tests.unit.runtime.test_stream import take
from tests.unit.runtime.world import data_of, headers_of, ids

AS_MONGO: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
PUBLICATIONS = Publications("tally", "eu-")


def document_of(*messages: Message, name: str = "a") -> tuple[Document, list[Message]]:
    stream = Stream(f"tally/{name}", rules.tally)
    for number, message in enumerate(messages):
        take(stream, message, f"m{number}")
    document, facts = stream.finish("w", 1, NOW)
    return document, list(facts)


def of(document: Document, facts: list[Message] | None = None) -> list[Publication]:
    return list(PUBLICATIONS.of(document, rules.tally, facts))


def through_mongo(document: Document) -> Document:
    return bson.decode(bson.encode(document), AS_MONGO)


def test_record_is_the_same_to_the_byte_before_and_after_the_journal() -> None:
    document, facts = document_of(
        rules.Add(tally="a", amount=3),
        rules.Ask(tally="a"),
        rules.Answer(tally="a", refusal="no"),
        rules.Add(tally="a", mood="no"),
    )

    live = of(document, facts)

    assert of(through_mongo(document)) == live
    assert of(through_mongo(through_mongo(document))) == live
    assert len(live) == 4 + 4, "two events and two echoes, and a reply for every message"


def test_order_with_everything_in_it_is_the_same_after_the_journal() -> None:
    from services.order.decider import decider

    stream = Stream("order/c-1", decider)
    money = {"order_discount": "1.10", "coupons": ["A"], "customer": {"name": "Zoë \u2028 \x00"}}
    take(stream, cart(**money), "m1")
    document, facts = stream.finish("w", 1, NOW)

    live = list(PUBLICATIONS.of(document, decider, facts))

    assert list(PUBLICATIONS.of(through_mongo(document), decider)) == live
    assert b'"1.10"' in (live[0].value or b"")


def test_events_of_a_stream_are_numbered_without_a_gap() -> None:
    stream, sequences = Stream("tally/a", rules.tally), []
    for batch in range(4):
        for n in range(batch + 1):
            take(stream, rules.Add(tally="a", mood="no" if n == 1 else "fine"), f"m{batch}.{n}")
        document, _ = stream.finish("w", batch, NOW)
        sequences += [
            int(headers_of(p)["ce_sequence"]) for p in of(document) if p.topic == "eu-tally.events"
        ]

    assert sequences == list(range(1, len(sequences) + 1))
    assert len(sequences) == 7


def test_only_events_carry_a_sequence() -> None:
    published = of(document_of(rules.Add(tally="a"))[0])
    numbered = [p.topic for p in published if "ce_sequence" in headers_of(p)]
    assert numbered == ["eu-tally.events"]


def test_ids_differ_and_say_where_they_come_from() -> None:
    published = of(document_of(rules.Add(tally="a"), rules.Add(tally="a"))[0])
    assert ids(published) == [
        "tally:a:1:0", "tally:a:1:1", "tally:a:1:2",
        "tally:a:2:0", "tally:a:2:1", "tally:a:2:2",
        "reply:m0", "reply:m1",
    ]  # fmt: skip


def test_ids_fit_the_contract_whatever_the_aggregate_is_called() -> None:
    import re

    long, longer = "x" * 63, "x" * 64
    published = [
        p for name in (long, longer) for p in of(document_of(rules.Add(tally=name), name=name)[0])
    ]

    events = [p for p in published if not ids([p])[0].startswith("reply:")]
    assert len(set(ids(events))) == len(events) == 6
    assert all(re.fullmatch(ID_PATTERN, one) for one in ids(published))


def test_topics_are_the_clusters_own_and_replies_go_where_they_were_asked_for() -> None:
    published = of(document_of(rules.Add(tally="a"))[0])
    assert [p.topic for p in published] == [
        "eu-tally.events", "eu-tally.echoes", "eu-tally.echoes", "r",
    ]  # fmt: skip
    assert [p.key for p in published] == [b"a", b"a", b"a", b"m0"]


def test_reply_says_all_that_the_contract_promises() -> None:
    accepted, rejected = of(document_of(rules.Add(tally="a", mood="no"), rules.Add(tally="a"))[0])[
        -2:
    ]
    if data_of(accepted)["outcome"] == "rejected":
        accepted, rejected = rejected, accepted

    assert data_of(accepted) == {
        "command_id": "m1", "outcome": "accepted", "subject": "a", "version": 1, "status": "at 1",
    }  # fmt: skip
    assert data_of(rejected) == {
        "command_id": "m0", "outcome": "rejected", "subject": "a", "version": 0,
        "reason": {"code": "no", "message": "I'd rather not.", "blockers": []},
    }  # fmt: skip
    assert headers_of(rejected)["ce_type"] == "waybill.reply.v1"


def test_deferred_command_has_no_reply_until_it_is_settled() -> None:
    assert [p.topic for p in of(document_of(rules.Ask(tally="a"))[0])] == ["eu-tally.events"]

    settled = of(document_of(rules.Ask(tally="a"), rules.Answer(tally="a", refusal="late"))[0])
    replies = {data_of(p)["command_id"]: data_of(p)["outcome"] for p in settled if p.topic == "r"}
    assert replies == {"m0": "rejected", "m1": "accepted"}
