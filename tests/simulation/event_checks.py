"""Compares topics with journals: nothing missing, nothing invented, everything in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

from shared.contracts import model_for
from shared.runtime.decider import Decider
from shared.runtime.decider.service import Service
from shared.runtime.ports import Document
from shared.runtime.processing.publications import Publications
from tests.fakes import MemoryRecord
from tests.simulation.kafka import Log


class EventChecks:
    """Compares journals with topics."""

    def __init__(
        self,
        services: Mapping[str, Service],
        streams: Mapping[str, list[Document]],
        log: Log,
        erased: Collection[str],
    ) -> None:
        self._erased = [f"{stream.replace('/', ':', 1)}:" for stream in erased]
        self._services = services
        self._streams = streams
        self._log = log
        self._owners = {
            decider.kind: (service.name, decider)
            for service in services.values()
            for decider in service.deciders
        }

    def wrong(self) -> Iterator[str]:
        """Yields every violation."""
        yield from self._gaps()
        yield from self._published()
        yield from self._order()
        yield from self._taken_in()

    def _gaps(self) -> Iterator[str]:
        """Documents and events of a stream have no gaps, and no cause appears twice."""
        for stream, documents in self._streams.items():
            versions = [document["version"] for document in documents]
            if versions != list(range(1, len(versions) + 1)):
                yield f"{stream}: versions {versions}"
            sequence = 0
            for document in documents:
                if document["first"] != sequence + 1:
                    yield f"{document['_id']}: begins at {document['first']}, not {sequence + 1}"
                sequence += len(document["events"])
            causes = [cause["key"] for document in documents for cause in document["causes"]]
            if len(causes) != len(set(causes)):
                twice = {cause for cause in causes if causes.count(cause) > 1}
                yield f"{stream}: taken in twice: {twice}"

    def _published(self) -> Iterator[str]:
        """The topics have exactly the messages that follow from the journals."""
        due = self._due()
        for topic, message in due.keys() - self._there.keys():
            yield f"{topic}: {message} was never published"
        for (topic, message), records in self._there.items():
            if not self._ours(records[0]) or topic.endswith(".dead-letters"):
                continue
            if (topic, message) in due:
                if any(record.value != due[topic, message] for record in records):
                    yield f"{topic}: {message} says something else than the journal"
            elif not message.startswith(("reply:", "reused:", "answer:", *self._erased)):
                yield f"{topic}: {message} follows from nothing"

    def _due(self) -> dict[tuple[str, str], bytes | None]:
        """Returns every message that follows from the journals, by topic and id."""
        return {
            (one.topic, dict(one.headers)["ce_id"].decode()): one.value
            for stream, documents in self._streams.items()
            for service, decider in [self._owner(stream)]
            for document in documents
            if not document.get("erased")
            for one in Publications(service, "").of(document, decider)
        }

    @cached_property
    def _there(self) -> dict[tuple[str, str], list[MemoryRecord]]:
        """All records by topic and message id."""
        found: dict[tuple[str, str], list[MemoryRecord]] = defaultdict(list)
        for (topic, _), records in self._log.partitions.items():
            for record in records:
                found[topic, dict(record.headers).get("ce_id", b"").decode()].append(record)
        return found

    def _order(self) -> Iterator[str]:
        """Readers see each stream's events in order, possibly repeated, without gaps."""
        seen: dict[tuple[str, str], int] = {}
        for (topic, _), records in self._log.partitions.items():
            for record in records:
                headers = dict(record.headers)
                if not topic.endswith(".events") or "ce_sequence" not in headers:
                    continue
                stream = (topic, headers["ce_id"].decode().rpartition(":")[0].rpartition(":")[0])
                sequence = int(headers["ce_sequence"])
                last = seen.get(stream, 0)
                if sequence > last + 1:
                    yield f"{topic}: {stream[1]} jumps from {last} to {sequence}"
                seen[stream] = max(last, sequence)

    def _taken_in(self) -> Iterator[str]:
        """Every message that a service reads is a cause in its stream."""
        causes = {
            stream: {cause["key"] for document in documents for cause in document["causes"]}
            for stream, documents in self._streams.items()
        }
        for service in self._services.values():
            topics = {topic.name for topic in service.topics}
            for record in self._log.all(topics):
                stream, cause = _goes_to(service, record)
                if stream and cause not in causes.get(stream, ()):
                    yield f"{service.name}: {cause} on {record.topic} never reached {stream}"

    def _ours(self, record: MemoryRecord) -> bool:
        """Whether a service published it, and not a provider or another sender."""
        source = dict(record.headers).get("ce_source", b"").decode()
        return source.removeprefix("waybill/") in self._services

    def _owner(self, stream: str) -> tuple[str, Decider[Any]]:
        return self._owners[stream.partition("/")[0]]


def _goes_to(service: Service, record: MemoryRecord) -> tuple[str | None, str]:
    headers = {name: value.decode() for name, value in record.headers}
    cause = f"{headers.get('ce_source')}#{headers.get('ce_id')}"
    model = model_for(record.topic, headers.get("ce_type", ""))
    decider = service.routes.get(model) if model else None
    recorded = decider is not None and model in decider.handlers
    if not recorded or decider is None or headers["ce_id"].startswith("poison"):
        return None, cause
    return f"{decider.kind}/{(record.key or b'').decode()}", cause
