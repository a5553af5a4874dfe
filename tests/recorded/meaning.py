"""What is understood of something that was written: by decoding, by folding, by asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import orjson

from shared.contracts import Malformed
from shared.contracts.commands import INTERNAL
from shared.runtime.decider import Context, Decider, Rejected
from shared.runtime.decider.service import Service
from shared.runtime.ports import Document, History
from shared.runtime.processing.decoding import decode, decode_fact
from shared.runtime.processing.publications import Publications
from shared.runtime.processing.stream import AnyStream
from shared.runtime.processing.stream import Stream as Folded
from shared.site import Site, load
from tests.e2e.system import ADDRESS
from tests.recorded.recording import HERE, Message, Stream, Written
from tests.simulation.history import WITH_OPTIONAL
from tests.unit.given import NOW, numbers

SERVICES: Mapping[str, Service] = {service.name: service for service in WITH_OPTIONAL}
SITE: Site = load(HERE / "site.yaml")
Meaning = dict[str, Any]


def of(one: Written) -> Meaning:
    """What the present version understands."""
    if isinstance(one, Message):
        return _of_message(one)
    if isinstance(one, Stream):
        return _of_stream(one)
    table = next(t for t in SERVICES[one.service].tables if t.name == one.table)
    kept = table.read(one.data)
    return dict(kept) if isinstance(kept, Mapping) else kept.model_dump(mode="json")


def lacks(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """Where `now` doesn't say what `before` said. What it says besides is no harm.

    The sentences of an answer may change from version to version, its codes may not; blockers
    may be said where there were none, and a later version has more actions.
    """
    if place.startswith(".answers") and _are_actions(before) and _are_actions(now):
        before, now = _by_action(before), _by_action(now)
    if isinstance(before, dict) and isinstance(now, dict):
        for name, value in before.items():
            if place.startswith(".answers") and (name == "message" or value == []):
                continue
            yield from lacks(value, now.get(name), f"{place}.{name}")
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for position, value in enumerate(before):
            yield from lacks(value, now[position], f"{place}.{position}")
    elif before != now:
        yield f"{place}: {before!r} was meant, {now!r} is understood"


def _are_actions(answer: Any) -> bool:
    return isinstance(answer, list) and all("action" in each for each in answer)


def _by_action(answer: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"{a['action']} {a['subject']} {a.get('given')}": a for a in answer}


def _of_message(one: Message) -> Meaning:
    incoming = decode(one.record)
    assert incoming is not None, "its type isn't known any more"
    envelope = incoming.envelope
    meant: Meaning = {
        "class": type(incoming.message).__name__,
        "data": incoming.message.model_dump(mode="json"),
        "cause": envelope.cause,
        "correlation": envelope.correlation_id,
        "actor": envelope.actor,
        "reply_to": envelope.reply_to,
        "sequence": envelope.sequence,
        "goes_to": {
            service.name: stream
            for service in WITH_OPTIONAL
            if (stream := service.stream_of(incoming.message)) is not None
        },
    }
    if one.topic.endswith(".events"):
        meant["shown"] = decode_fact(one.record)[1]
    return meant


def _of_stream(one: Stream) -> Meaning:
    decider = SERVICES[one.service].decider_of(one.stream)
    stream = folded(one, decider)
    meant: Meaning = {
        "version": stream.version,
        "sequence": stream.sequence,
        "status": decider.status(stream.state),
        "waiting": sorted(stream.deferred),
        "outcomes": {
            key: outcome and outcome.document() for key, outcome in stream.outcomes.items()
        },
        "told": [told for d in one.documents if not d.get("erased") for told in _told(one, d)],
        "answers": [_answer(stream, question) for question in _questions(decider, stream)],
    }
    if one.snapshot is not None:
        short = folded(one, decider, snapshot=True)
        meant["since_snapshot"] = len(short.outcomes)
        again = [_answer(short, question) for question in _questions(decider, short)]
        assert again == meant["answers"], "a snapshot means what its documents mean"
    return meant


def folded(one: Stream, decider: Decider[Any], snapshot: bool = False) -> AnyStream:
    kept = one.snapshot if snapshot else None
    since = kept["version"] if kept else 0
    documents = [document for document in one.documents if document["version"] > since]
    return Folded.from_history(one.stream, decider, History(kept, documents))


def _told(one: Stream, document: Document) -> Iterator[Meaning]:
    """What is published because of a document; facts are, as they were written."""
    decider = SERVICES[one.service].decider_of(one.stream)
    events = iter(document["events"])
    for publication in Publications(one.service, "").of(document, decider):
        headers = {name: value.decode() for name, value in publication.headers}
        told: Meaning = {name: headers.get(f"ce_{name}") for name in ("id", "type", "sequence")}
        told["topic"], value = publication.topic, publication.value or b""
        if "ce_sequence" in headers:
            event = next(events)
            assert (value, told["type"]) == (event["data"].encode(), event["type"])
        else:
            told["data"] = orjson.loads(value)
        yield told


def _questions(decider: Decider[Any], stream: AnyStream) -> list[Any]:
    """All that can be asked of a stream; where nothing can, what would change it."""
    asked = decider.queries or [
        model for model in decider.handlers if model.topic.commands and model not in INTERNAL
    ]
    made = []
    for model in asked:
        content = {name: _FILLED[name] for name in model.model_fields if name in _FILLED}
        made.append(
            model.model_validate_json(orjson.dumps({**content, model.topic.key[0]: stream.id}))
        )
    return made


_FILLED = {"name": "Somebody Else", "address_id": "home", "address": ADDRESS}


def _answer(stream: AnyStream, question: Any) -> Any:
    decider = stream.decider
    later = NOW + timedelta(days=1)
    context = Context("recorded#q", "q", later, "csr:17", SITE, numbers())
    try:
        if decider.queries:
            said = decider.queries[type(question)](question, stream.state, context)
            owed = decider.owed(stream.state)
            return [_json(said), _json(owed)]
        return _json(decider.decide(question, stream.state, context).events)
    except Rejected as no:
        return _json(no.reason)
    except Malformed as no:
        return str(no)


def _json(said: Any) -> Any:
    if said is None:
        return None
    if isinstance(said, list | tuple):
        return [_json(each) for each in said]
    return said.model_dump(mode="json")
