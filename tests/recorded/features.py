"""What there is to record: every type on every topic, every kind of thing in a journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from shared.contracts.base import import_all, models_on
from shared.contracts.topics import TOPICS
from shared.runtime.decider import Decider
from tests.recorded.recording import Message, Stream, Written
from tests.simulation.history import WITH_OPTIONAL

Feature = tuple[str, str]


def wanted() -> set[Feature]:
    """All of it."""
    import_all()
    deciders = [decider for service in WITH_OPTIONAL for decider in service.deciders]
    return {
        *((topic.name, model.type) for topic in TOPICS for model in models_on(topic)),
        *((f"{d.kind}/", event.type) for d in deciders for event in d.events),
        *((f"{d.kind}/", "accepted") for d in deciders),
        *((f"{d.kind}/", "rejected") for d in deciders if _takes_requests(d)),
        *((f"{d.kind}/", "snapshot") for d in deciders if d.long_lived),
        *((f"{d.kind}/", "erased") for d in deciders if d.tombstone),
        *(
            (f"{service.name}/", table.name)
            for service in WITH_OPTIONAL
            for table in service.tables
        ),
        *(("journal", kind) for kind in ("deferred", "settled", "republished", "blockers")),
        *(("journal", kind) for kind in ("actor", "reply_to", "correlation", "status")),
    }


def _takes_requests(decider: Decider[Any]) -> bool:
    """Whether a decider may refuse something: a fact is never refused."""
    return any(model.topic.from_outside for model in decider.handlers)


def of(one: Written) -> set[Feature]:
    """What `one` shows."""
    if isinstance(one, Message):
        return {(one.topic, one.headers.get("ce_type", ""))}
    if isinstance(one, Stream):
        return set(_of_stream(one))
    return {(f"{one.service}/", one.table)}


def covered(written: Iterable[Written]) -> set[Feature]:
    """What all of them show."""
    return {feature for one in written for feature in of(one)}


def _of_stream(one: Stream) -> Iterator[Feature]:
    kind = one.stream.partition("/")[0] + "/"
    if one.snapshot:
        yield kind, "snapshot"
    for document in one.documents:
        for name in ("settled", "republished"):
            if name in document:
                yield "journal", name
        if "erased" in document:
            yield kind, "erased"
        yield from ((kind, event["type"]) for event in document["events"] if "data" in event)
        for cause in document["causes"]:
            yield from (
                ("journal", name) for name in ("actor", "reply_to", "correlation") if name in cause
            )
            if outcome := cause.get("outcome"):
                yield kind, outcome["outcome"]
                if "status" in outcome:
                    yield "journal", "status"
                if outcome.get("reason", {}).get("blockers"):
                    yield "journal", "blockers"
            else:
                yield "journal", "deferred"
