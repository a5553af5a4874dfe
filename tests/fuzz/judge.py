"""Checks the results of inputs against the guarantees for every input."""

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
class Input:
    """An input with its decoded message or its refusal; neither if the service ignores it."""

    record: MemoryRecord
    incoming: Incoming | None = None
    refusal: Undecodable | None = None

    @classmethod
    def of(cls, record: MemoryRecord, service: Service) -> Input:
        """Decodes a record. Lets unexpected errors of `decode` through."""
        try:
            gone = removals(record, "", service.tables)
            return cls(record, incoming=None if gone else decode(record, "", service.reads))
        except Undecodable as no:
            return cls(record, refusal=no)

    @property
    def nothing(self) -> bool:
        """Whether the service ignores it."""
        return self.incoming is None and self.refusal is None and self.record.value is not None

    @property
    def position(self) -> tuple[str, int]:
        """The topic and offset that it came from."""
        return self.record.topic, self.record.offset


def judge(
    inputs: Sequence[Input], published: Sequence[Publication], service: Service, cache: StreamCache
) -> tuple[list[str], list[str]]:
    """Returns the result of each input, and what is wrong with the results."""
    dead_letters = {
        (headers["waybill_topic"], int(headers["waybill_offset"])): headers
        for one in published
        if one.topic.endswith(".dead-letters") and "waybill_offset" in (headers := _headers(one))
    }
    replies = {(one.key or b"").decode(): one for one in published if _is_reply(one)}
    results: list[str] = []
    wrong: list[str] = []
    for one in inputs:
        dead_letter = dead_letters.get(one.position)
        if dead_letter is not None:
            results.append(dead_letter["waybill_code"])
            wrong += _of_dead_letter(dead_letter)
        elif one.refusal is not None:
            wrong.append(f"{one.refusal} has no dead letter")
        wrong += [] if one.refusal is None else of_refusal(one.refusal)
        message_id, waits = _expected_reply(one, service, cache)
        if message_id in replies:
            result, words = _of_reply(replies[message_id])
            results += [] if dead_letter else [result]
            wrong += words
        elif message_id and not waits:
            wrong.append(f"{message_id} has no reply")
        elif dead_letter is None:
            results.append("deferred" if waits else "handled" if one.incoming else "ignored")
    return results, wrong


def of_refusal(no: Undecodable) -> list[str]:
    """Returns what is wrong with a refusal."""
    named = bool(no.error.field) and bool(no.error.message)
    return [] if named else [f"a refusal without field or message: {no.error!r}"]


def of_publications(published: Sequence[Publication]) -> Iterator[str]:
    """Everything published on topics of the contract can be decoded by the contract."""
    for one in published:
        if one.topic in _OURS:
            try:
                decode(MemoryRecord(one.topic, 0, 0, one.key, one.value, one.headers))
            except Undecodable as no:
                yield f"published, but can't be decoded: {one.topic} {one.value!r}: {no}"


def of_streams(service: Service, cache: StreamCache, journal: Journal) -> list[str]:
    """The cached streams equal those of the journal."""
    wrong = []
    for name in journal.streams:
        if name not in cache.absent([name]):
            there, decider = cache.get(name), service.decider_of(name)
            history = journal._history(name)
            again = Stream.from_history(name, decider, history)
            ours = (there.version, there.sequence, decider.status(there.state))
            theirs = (again.version, again.sequence, decider.status(again.state))
            if ours != theirs:
                wrong.append(f"{name} is {ours} in memory, but {theirs} in the journal")
    return wrong


def _expected_reply(one: Input, service: Service, cache: StreamCache) -> tuple[str | None, bool]:
    """Returns the id of a message that needs a reply, and whether the reply may come later."""
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


def _of_dead_letter(headers: dict[str, str]) -> Iterator[str]:
    if headers["waybill_code"] == "failed":
        yield f"a rule raised {headers['waybill_reason']}"
    elif not headers["waybill_reason"]:
        yield f"a dead letter without a reason: {headers}"
    elif not headers["waybill_field"] and headers["waybill_code"] != "rejected":
        yield f"a dead letter without a field, and no rule has refused it: {headers}"


def _of_reply(reply: Publication) -> tuple[str, list[str]]:
    data = orjson.loads(reply.value or b"{}")
    if data["outcome"] == "accepted":
        return "accepted", []
    reason = data.get("reason") or {}
    named = CODE.fullmatch(reason.get("code", "")) and reason.get("message")
    return f"rejected: {reason.get('code')}", [] if named else [
        f"a rejection without code or message: {data}"
    ]


def _is_reply(one: Publication) -> bool:
    """Whether it is a reply; dead letters have the original headers, which may say so too."""
    dead_letter = one.topic.endswith(".dead-letters")
    return not dead_letter and _headers(one).get("ce_type") == "waybill.reply.v1"


def _headers(one: Publication) -> dict[str, str]:
    return {name: (value or b"").decode(errors="replace") for name, value in one.headers}
