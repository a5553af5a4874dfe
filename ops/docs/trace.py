"""Draws a trace that processes have written to `WAYBILL_TRACE_FOLDER`, as an SVG.

`python -m ops.docs.trace FOLDER --out trace.svg`. Each row is a message that a service
has worked on, under the one that caused it. Below its bar are thinner ones: when what followed was
sent, and when the portal had read that.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import Path

from ops.docs.spans import Span, read_spans, trace_of

WIDTH, LABELS, ROW, TOP, MARGIN = 1000, 400, 22, 64, 16
INDENT, MOST_INDENT = 9, 14
MONITOR = "waybill-portal"
CONSUMER = "CONSUMER"
SERVICES = ("waybill-cart", "waybill-order", "waybill-payment", "waybill-shipment", MONITOR)
# Distinct for people who see no red or green, on light and on dark ground.
COLOURS = dict(zip(SERVICES, ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#999999"), strict=True))
OTHER = "#777777"
MOST_TICKS = 6
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1f2933}.axis{stroke:#c5ced6}.small{font-size:11px;"
    "fill:#52606d}@media(prefers-color-scheme:dark){text{fill:#e4e7eb}.axis{stroke:#3e4c59}"
    ".small{fill:#9aa5b1}}"
)


@dataclass(frozen=True)
class Row:
    """A message that a service has worked on, how deep below the first one, and what followed."""

    span: Span
    depth: int
    sent: Sequence[Span]
    shown: Sequence[Span]


class NoTraceError(LookupError):
    """The folder has no such trace."""


def longest(spans: Sequence[Span]) -> str:
    """The id of the trace with the most messages. Raises `NoTraceError`."""
    counts = Counter(span.trace for span in spans if span.kind == "PRODUCER")
    if not counts:
        raise NoTraceError("the folder has no trace in which something was sent")
    return counts.most_common(1)[0][0]


def rows_of(trace: Sequence[Span]) -> list[Row]:
    """The rows of a trace, each message after the one that caused it."""
    known = {span.id for span in trace}
    below: dict[str | None, list[Span]] = {}
    for span in sorted(trace, key=lambda span: span.start):
        below.setdefault(span.parent if span.parent in known else None, []).append(span)
    return [row for first in below.get(None, []) for row in _rows(first, 0, below)]


def _rows(span: Span, depth: int, below: Mapping[str | None, Sequence[Span]]) -> Iterator[Row]:
    sent = list(_sent(span, below))
    after = [c for one in (span, *sent) for c in below.get(one.id, ()) if c.kind == CONSUMER]
    shown = [each for each in after if each.service == MONITOR]
    yield Row(span, depth, sent, shown)
    for each in sorted(after, key=lambda each: each.start):
        if each.service != MONITOR:
            yield from _rows(each, depth + 1, below)


def _sent(span: Span, below: Mapping[str | None, Sequence[Span]]) -> Iterator[Span]:
    """What followed from a message until somebody read it again.

    The answer of a payment provider follows from the request to it without a span between them.
    """
    for each in below.get(span.id, ()):
        if each.kind != CONSUMER:
            yield each
            yield from _sent(each, below)


def draw(trace: Sequence[Span]) -> str:
    """The SVG of a trace."""
    rows = rows_of(trace)
    began = min(span.start for span in trace)
    seconds = max(span.end for span in trace) - began
    height = TOP + ROW * len(rows) + MARGIN
    box = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="One order as a trace"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
        f"<style>{STYLE}</style>",
        *_legend(),
        *_axis(seconds, height),
    ]
    for number, row in enumerate(rows):
        parts += _row(row, TOP + ROW * number, began, seconds)
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> Iterator[str]:
    x = MARGIN
    for service, colour in COLOURS.items():
        name = service.removeprefix("waybill-")
        yield f'<rect x="{x}" y="14" width="12" height="12" rx="2" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="24">{name}</text>'
        x += 42 + 7 * len(name)
    yield (
        f'<text class="small" x="{WIDTH - MARGIN}" y="24" text-anchor="end">'
        "wide: worked on · thin: sent · grey: shown by the portal</text>"
    )


def _axis(seconds: float, height: int) -> Iterator[str]:
    step = tick_ms(seconds)
    for at in range(0, int(seconds * 1000) + 1, step):
        x = LABELS + (WIDTH - LABELS - MARGIN) * at / (seconds * 1000 or 1)
        anchor = "end" if x > WIDTH - 3 * MARGIN else "middle"
        text = f"{at} ms"
        yield f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{height - 8}"/>'
        yield f'<text class="small" x="{x:.1f}" y="{TOP - 14}" text-anchor="{anchor}">{text}</text>'


def tick_ms(seconds: float) -> int:
    """The milliseconds between two ticks: 1, 2 or 5 times a power of ten."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    return next(step for step in steps if seconds * 1000 / step < MOST_TICKS)


def _row(row: Row, y: int, began: float, seconds: float) -> Iterator[str]:
    scale = (WIDTH - LABELS - MARGIN) / (seconds or 1)

    def bar(span: Span, down: int, thick: int, colour: str) -> str:
        x = LABELS + (span.start - began) * scale
        wide = max(1.5, (span.end - span.start) * scale)
        place = f'x="{x:.1f}" y="{y + down}" width="{wide:.1f}" height="{thick}"'
        return f'<rect {place} rx="1.5" fill="{colour}"/>'

    colour = COLOURS.get(row.span.service, OTHER)
    x = MARGIN + INDENT * min(row.depth, MOST_INDENT)
    yield f'<rect x="{x}" y="{y + 4}" width="4" height="11" fill="{colour}"/>'
    yield f'<text x="{x + 9}" y="{y + 14}">{escape(_label(row.span))}</text>'
    yield bar(row.span, 2, 9, colour)
    for sent in row.sent:
        yield bar(sent, 12, 3, colour)
    for shown in row.shown:
        yield bar(shown, 16, 3, COLOURS[MONITOR])


def _label(span: Span) -> str:
    """What a message is, in short: `shipment.released`."""
    kind = str(span.attributes.get("cloudevents.event_type") or span.name)
    return kind.removeprefix("waybill.").removesuffix(".v1")


def main() -> None:
    """Draws the trace that is asked for, or the one with the most messages."""
    parser = argparse.ArgumentParser(prog="python -m ops.docs.trace", description=__doc__)
    parser.add_argument("folder", type=Path, help="what WAYBILL_TRACE_FOLDER was")
    parser.add_argument("--trace", help="the id of a trace; without it, the one with most messages")
    parser.add_argument("--out", type=Path, required=True, help="the SVG to write")
    asked = parser.parse_args()
    spans = read_spans(asked.folder)
    try:
        found = trace_of(spans, asked.trace or longest(spans))
        if not found:
            raise NoTraceError(f"the folder has no trace {asked.trace}")
    except NoTraceError as error:
        parser.error(str(error))
    asked.out.write_text(draw(found), encoding="utf-8")


if __name__ == "__main__":
    main()
