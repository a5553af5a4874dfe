"""Was everything done once, and told in order? Asked of topics and journals, from outside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from tests.cluster import Cluster, Got, Sent

REPLIES = "waybill.replies"


def audit(cluster: Cluster, service: str, events: Collection[str]) -> dict[str, list[Any]]:
    """Checks a service's whole past against what it has published on its `events` topics.

    Returns its documents by stream.
    """
    streams: dict[str, list[Any]] = defaultdict(list)
    for document in cluster.journal(service):
        streams[document["stream"]].append(document)
    for stream, documents in streams.items():
        _is_whole(stream, documents)
    _is_told(streams, cluster.read(*events))
    return streams


def _is_whole(stream: str, documents: list[Any]) -> None:
    """No version is missing, no event uncounted, no cause there twice."""
    assert [d["version"] for d in documents] == list(range(1, len(documents) + 1)), stream
    sequence = 1
    for document in documents:
        assert document["first"] == sequence, document["_id"]
        sequence += len(document["events"])
    causes = Counter(cause["key"] for d in documents for cause in d["causes"])
    assert not [key for key, times in causes.items() if times > 1], stream


def _is_told(streams: dict[str, list[Any]], records: list[Got]) -> None:
    """Every event of every stream was published, in order, and a repeat is the same to the byte."""
    told: dict[str, dict[int, tuple[str, bytes | None]]] = defaultdict(dict)
    for record in records:
        kind, _, rest = record.headers["ce_id"].partition(":")
        sequence = int(record.headers["ce_sequence"])
        stream = f"{kind}/{(record.key or b'').decode()}"
        assert rest.endswith(f":{sequence}:0"), record.headers["ce_id"]
        this = (record.headers["ce_id"], record.value)
        first = told[stream].setdefault(sequence, this)
        assert this == first, f"{stream} says two things as {sequence}"
        assert len(told[stream]) >= sequence, f"{stream} has a gap before {sequence}"
    written = {name: sum(len(d["events"]) for d in those) for name, those in streams.items()}
    assert {name: len(seen) for name, seen in told.items()} == {
        name: number for name, number in written.items() if number
    }


def every_input_counted(streams: dict[str, list[Any]], inputs: Sequence[Sent]) -> None:
    """Each message is the cause of exactly one thing, and each key's messages in their order."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for documents in streams.values():
        for document in documents:
            key = document["stream"].partition("/")[2]
            found[key] += [(cause["type"], cause["id"]) for cause in document["causes"]]
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    types: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sent in inputs:
        headers = {name: (value or b"").decode() for name, value in sent.headers}
        place = (sent.topic, (sent.key or b"").decode())
        types[place].add(headers["ce_type"])
        if headers["ce_id"] not in wanted[place]:
            wanted[place].append(headers["ce_id"])
    for place, ids in wanted.items():
        assert [i for t, i in found[place[1]] if t in types[place]] == ids, place


def every_command_answered(cluster: Cluster, streams: dict[str, list[Any]]) -> None:
    """Each command that wanted one has a reply: the outcome that was recorded, and no other."""
    heard: dict[str, set[bytes | None]] = defaultdict(set)
    said: dict[str, str] = {}
    for record in cluster.read(REPLIES):
        heard[record.data["command_id"]].add(record.value)
        said[record.data["command_id"]] = record.data["outcome"]
    recorded: dict[str, str] = {}
    for documents in streams.values():
        for document in documents:
            for cause in [*document["causes"], *document.get("settled", ())]:
                if cause.get("reply_to") and "outcome" in cause:
                    recorded[cause["id"]] = cause["outcome"]["outcome"]
    assert said == recorded
    assert not [command for command, values in heard.items() if len(values) > 1]
