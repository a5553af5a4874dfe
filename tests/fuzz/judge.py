"""Whether what became of some inputs is what is promised of every input."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from shared.contracts.topics import TOPICS
from shared.runtime.decider.service import Service
from shared.runtime.envelope import Incoming
from shared.runtime.ports import Publication
from shared.runtime.processing.cache import StreamCache
from shared.runtime.processing.decoding import Undecodable, decode
from shared.runtime.processing.stream import Stream
from shared.runtime.processing.table_entries import removals
from tests.fakes import MemoryRecord
from tests.simulation.journal import Journal

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OURS = {topic.name for topic in TOPICS}


@dataclass(frozen=True)
class Given:
    """An input, and how it is read: one of the two, or none where it is passed over."""

    record: MemoryRecord
    incoming: Incoming | None = None
    refusal: Undecodable | None = None

    @classmethod
    def of(cls, record: MemoryRecord, service: Service) -> Given:
        """Reads it. Raises what `decode` may not raise."""
        try:
            gone = removals(record, "", service.tables)
            return cls(record, incoming=None if gone else decode(record, "", service.reads))
        except Undecodable as no:
            return cls(record, refusal=no)

    @property
    def nothing(self) -> bool:
        """Whether the service has no use for it."""
        return self.incoming is None and self.refusal is None and self.record.value is not None

    @property
    def place(self) -> tuple[str, int]:
        """Where it came from."""
        return self.record.topic, self.record.offset


def judge(
    given: Sequence[Given], published: Sequence[Publication], service: Service, cache: StreamCache
) -> tuple[list[str], list[str]]:
    """What became of each input, and what is wrong with that."""
    letters = {
        (headers["waybill_topic"], int(headers["waybill_offset"])): headers
        for one in published
        if one.topic.endswith(".dead-letters") and "waybill_offset" in (headers := _headers(one))
    }
    replies = {(one.key or b"").decode(): one for one in published if _is_reply(one)}
    became: list[str] = []
    wrong: list[str] = []
    for one in given:
        letter = letters.get(one.place)
        if letter is not None:
            became.append(letter["waybill_code"])
            wrong += _of_letter(letter)
        elif one.refusal is not None:
            wrong.append(f"{one.refusal} is no dead letter")
        wrong += [] if one.refusal is None else of_refusal(one.refusal)
        told, waits = _asked(one, service, cache)
        if told in replies:
            verdict, words = _of_reply(replies[told])
            became += [] if letter else [verdict]
            wrong += words
        elif told and not waits:
            wrong.append(f"nobody was told of {told}")
        elif letter is None:
            became.append("deferred" if waits else "taken in" if one.incoming else "passed over")
    return became, wrong


def of_refusal(no: Undecodable) -> list[str]:
    """What is wrong with how something was refused."""
    named = bool(no.error.field) and bool(no.error.message)
    return [] if named else [f"a refusal that names nothing: {no.error!r}"]


def of_publications(published: Sequence[Publication]) -> Iterator[str]:
    """What is published on our topics can be read by whoever reads our contract."""
    for one in published:
        if one.topic in _OURS:
            try:
                decode(MemoryRecord(one.topic, 0, 0, one.key, one.value, one.headers))
            except Undecodable as no:
                yield f"published what can't be read: {one.topic} {one.value!r}: {no}"


def of_streams(service: Service, cache: StreamCache, journal: Journal) -> list[str]:
    """What is in memory is what the journal says."""
    wrong = []
    for name in journal.streams:
        if name not in cache.absent([name]):
            there, decider = cache.get(name), service.decider_of(name)
            history = journal._history(name)
            again = Stream.from_history(name, decider, history)
            ours = (there.version, there.sequence, decider.status(there.state))
            theirs = (again.version, again.sequence, decider.status(again.state))
            if ours != theirs:
                wrong.append(f"{name} is {ours} in memory, and {theirs} in the journal")
    return wrong


def _asked(one: Given, service: Service, cache: StreamCache) -> tuple[str | None, bool]:
    """The id under which somebody waits for an outcome, and whether it may come later."""
    if one.refusal is not None:
        return (one.refusal.command_id if one.refusal.reply_to else None), False
    if one.incoming is None:
        return None, False
    envelope, name = one.incoming.envelope, service.stream_of(one.incoming.message)
    if not envelope.reply_to or name is None:
        return None, False
    stream = cache.get(name) if name not in cache.absent([name]) else None
    waits = stream is not None and stream.outcomes.get(envelope.cause, stream) is None
    return envelope.id, waits


def _of_letter(letter: dict[str, str]) -> Iterator[str]:
    if letter["waybill_code"] == "failed":
        yield f"a rule raised {letter['waybill_reason']}"
    elif not letter["waybill_field"] or not letter["waybill_reason"]:
        yield f"a dead letter that names nothing: {letter}"


def _of_reply(reply: Publication) -> tuple[str, list[str]]:
    told = orjson.loads(reply.value or b"{}")
    if told["outcome"] == "accepted":
        return "accepted", []
    reason = told.get("reason") or {}
    named = CODE.fullmatch(reason.get("code", "")) and reason.get("message")
    return f"rejected: {reason.get('code')}", [] if named else [
        f"a refusal that names nothing: {told}"
    ]


def _is_reply(one: Publication) -> bool:
    """Dead letters have the headers of what died, whatever these call it."""
    letter = one.topic.endswith(".dead-letters")
    return not letter and _headers(one).get("ce_type") == "waybill.reply.v1"


def _headers(one: Publication) -> dict[str, str]:
    return {name: (value or b"").decode(errors="replace") for name, value in one.headers}
