"""Reads the spans that processes have written to `WAYBILL_TRACE_FOLDER`, a JSON object a line."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Span:
    """A span of a trace. `start` and `end` are Unix times in seconds."""

    trace: str
    id: str
    parent: str | None
    name: str
    kind: str
    service: str
    start: float
    end: float
    attributes: dict[str, Any]
    links: tuple[str, ...]

    @classmethod
    def from_json(cls, line: str) -> Self:
        """The span that the SDK has written. Raises `ValueError` or `KeyError` for other text."""
        read = json.loads(line)
        return cls(
            trace=_hex(read["context"]["trace_id"]),
            id=_hex(read["context"]["span_id"]),
            parent=_hex(read["parent_id"]) if read["parent_id"] else None,
            name=read["name"],
            kind=read["kind"].removeprefix("SpanKind."),
            service=read["resource"]["attributes"]["service.name"],
            start=_seconds(read["start_time"]),
            end=_seconds(read["end_time"]),
            attributes=read["attributes"],
            links=tuple(_hex(link["context"]["span_id"]) for link in read["links"]),
        )


def read_spans(folder: Path) -> list[Span]:
    """All spans of a folder, by their start. A line that is being written is left out."""
    lines = [
        line
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True)
        if line.endswith("}\n")
    ]
    return sorted(map(Span.from_json, lines), key=lambda span: span.start)


def trace_of(spans: Iterable[Span], trace: str) -> list[Span]:
    """The spans of one trace."""
    return [span for span in spans if span.trace == trace]


def unconnected(trace: Collection[Span], roots: Collection[str]) -> list[Span]:
    """The spans of a trace whose parent is neither in it nor among `roots`, ids from outside."""
    known = {span.id for span in trace} | {*roots}
    return [span for span in trace if span.parent not in known]


def _hex(text: str) -> str:
    return text.removeprefix("0x")


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
