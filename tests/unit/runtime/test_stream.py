"""A stream in memory equals the one loaded from its journal."""

from typing import Any

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Malformed, Message
from shared.runtime.decider import Context
from shared.runtime.envelope import Envelope, Incoming
from shared.runtime.ports import Document, History
from shared.runtime.processing.stream import Stream
from tests.examples import examples
from tests.fakes import MemoryRecord
from tests.unit.given import NOW, SITE
from tests.unit.runtime import tally as rules

AS_MONGO: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


def incoming(message: Message, message_id: str, expected: int | None = None) -> Incoming:
    envelope = Envelope(
        id=message_id, source="test", type=message.type, reply_to="r", expected_version=expected
    )
    record = MemoryRecord(message.topic.name, 0, 0, message.key.encode(), b"", envelope.headers())
    return Incoming(message, envelope, record)


def take(stream: Stream[Any], message: Message, message_id: str, **more: Any) -> None:
    one = incoming(message, message_id, **more)
    cause = one.envelope.cause
    stream.take(one, Context(cause, message_id, NOW, None, SITE, lambda: "PO1"))


def new() -> Stream[rules.Tally]:
    return Stream("tally/a", rules.tally)


def kept(stream: Stream[Any]) -> Document:
    """The draft as MongoDB would return it."""
    document, _ = stream.finish("w", 1, NOW)
    return bson.decode(bson.encode(document), AS_MONGO)


def replayed(*documents: Document) -> Stream[rules.Tally]:
    return Stream.from_history("tally/a", rules.tally, History(documents=list(documents)))


def memory_of(stream: Stream[rules.Tally]) -> tuple[Any, ...]:
    """The complete state of a stream, for comparison."""
    waiting = stream.state.total, stream.state.waiting
    return waiting, stream.version, stream.sequence, stream.outcomes, stream.deferred


messages = st.one_of(
    st.builds(
        rules.Add,
        tally=st.just("a"),
        amount=st.integers(-5, 5),
        mood=st.sampled_from(["fine", "no"]),
    ),
    st.just(rules.Ask(tally="a")),
    st.builds(rules.Answer, tally=st.just("a"), refusal=st.none() | st.just("no")),
)


@examples(150)
@given(st.lists(st.lists(messages, min_size=1, max_size=4), max_size=6))
def test_replay_comes_to_what_was_lived_through(batches: list[list[Message]]) -> None:
    stream, documents = new(), []
    for number, batch in enumerate(batches):
        for position, message in enumerate(batch):
            take(stream, message, f"m{number}.{position}")
        documents.append(kept(stream))

    assert memory_of(replayed(*documents)) == memory_of(stream)
    assert stream.version == len(batches)
    assert stream.sequence == sum(len(document["events"]) for document in documents)


def test_document_names_its_place_its_causes_and_its_first_event() -> None:
    stream = new()
    take(stream, rules.Add(tally="a", amount=1), "m1")
    kept(stream)
    take(stream, rules.Add(tally="a", amount=2), "m2")
    take(stream, rules.Add(tally="a", mood="no"), "m3")
    take(stream, rules.Add(tally="a", amount=3), "m4")

    document = kept(stream)

    assert (document["_id"], document["version"]) == ("tally/a@0000000002", 2)
    assert document["first"] == 2
    assert [cause["key"] for cause in document["causes"]] == ["test#m2", "test#m3", "test#m4"]
    assert [event["cause"] for event in document["events"]] == [0, 2]
    assert "settled" not in document


def test_draft_is_used_up_when_it_is_finished() -> None:
    stream = new()
    take(stream, rules.Add(tally="a"), "m1")
    kept(stream)
    assert kept(stream)["causes"] == []


def test_outcome_tells_the_version_and_status_of_its_own_moment() -> None:
    stream = new()
    take(stream, rules.Add(tally="a", amount=1), "m1")
    take(stream, rules.Add(tally="a", amount=1), "m2")

    first = replayed(kept(stream)).outcomes["test#m1"]

    assert first is not None
    assert (first.outcome, first.version, first.status) == ("accepted", 1, "at 1")


def test_rejection_keeps_its_reason() -> None:
    stream = new()
    take(stream, rules.Add(tally="a", mood="no"), "m1")

    outcome = replayed(kept(stream)).outcomes["test#m1"]

    assert outcome is not None
    assert outcome.reason is not None
    assert (outcome.outcome, outcome.reason.message) == ("rejected", "I'd rather not.")
    assert outcome.status is None


def test_deferred_outcome_waits_until_it_is_settled() -> None:
    stream = new()
    take(stream, rules.Ask(tally="a"), "q1")
    asked = kept(stream)
    assert replayed(asked).outcomes == {"test#q1": None}
    assert replayed(asked).deferred["test#q1"].reply_to == "r"

    take(stream, rules.Answer(tally="a"), "x1")
    settled = kept(stream)

    after = replayed(asked, settled)
    assert after.deferred == {}
    outcome = after.outcomes["test#q1"]
    assert outcome is not None
    assert (outcome.outcome, outcome.version) == ("accepted", 1)


def test_settlement_in_the_same_batch_as_its_question() -> None:
    stream = new()
    take(stream, rules.Ask(tally="a"), "q1")
    take(stream, rules.Answer(tally="a", refusal="no"), "x1")

    document = kept(stream)

    assert "outcome" not in document["causes"][0]
    assert [one["id"] for one in document["settled"]] == ["q1"]
    assert memory_of(replayed(document)) == memory_of(stream)


def test_outcome_is_settled_once() -> None:
    stream = new()
    take(stream, rules.Ask(tally="a"), "q1")
    take(stream, rules.Answer(tally="a"), "x1")
    take(stream, rules.Answer(tally="a", refusal="no"), "x2")

    assert len(kept(stream)["settled"]) == 1


@pytest.mark.parametrize("expected", [0, 2])
def test_version_that_is_not_the_present_one_is_refused(expected: int) -> None:
    stream = new()
    take(stream, rules.Add(tally="a"), "m1")

    take(stream, rules.Add(tally="a"), "m2", expected=expected)

    outcome = stream.outcomes["test#m2"]
    assert outcome is not None
    assert outcome.reason is not None
    assert outcome.reason.code == "version-conflict"
    assert stream.state.total == 1


def test_message_that_makes_no_sense_leaves_no_trace() -> None:
    stream = new()
    take(stream, rules.Add(tally="a"), "m1")
    before = memory_of(stream)

    with pytest.raises(Malformed):
        take(stream, rules.Add(tally="a", mood="senseless"), "m2")

    assert memory_of(stream) == before
    assert len(kept(stream)["causes"]) == 1


def test_snapshot_stands_for_the_documents_before_it() -> None:
    stream: Stream[rules.Tally] = Stream("vault/v", rules.vault)
    documents = []
    for n in range(3):
        take(stream, rules.Store(tally="v", amount=n + 1), f"m{n}")
        documents.append(kept(stream))
    snapshot = stream.snapshot()
    take(stream, rules.Store(tally="v", amount=10), "m3")
    last = kept(stream)

    loaded = Stream.from_history("vault/v", rules.vault, History(snapshot, [last]))

    assert (loaded.state.total, loaded.version, loaded.sequence) == (16, 4, 4)
    assert loaded.snapshot_version == 3
    assert list(loaded.outcomes) == ["test#m3"], "the journal knows the others"
    assert all(document["long_lived"] for document in documents)


def test_stream_that_ends_keeps_no_snapshot() -> None:
    with pytest.raises(TypeError):
        new().snapshot()
