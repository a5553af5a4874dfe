"""The picture of a trace, from the lines that the SDK writes."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Link, SpanKind, set_span_in_context

from ops.docs.spans import Span, read_spans, trace_of, unconnected
from ops.docs.trace import NoTraceError, draw, longest, main, rows_of, tick_ms
from shared.runtime.tracing.otel import _to_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An order service and a portal have written: placed → sent → shown and reserved → held."""
    parts = [
        (service, TracerProvider(resource=Resource.create({"service.name": f"waybill-{service}"})))
        for service in ("order", "shipment", "portal")
    ]
    for service, provider in parts:
        file = tmp_path / f"{service}.jsonl"
        provider.add_span_processor(SimpleSpanProcessor(_to_file(file)))
    order, shipment, portal = (provider.get_tracer("test") for _, provider in parts)
    kind = "cloudevents.event_type"
    placed = order.start_span("p", kind=SpanKind.CONSUMER, attributes={kind: "waybill.a.<b>.v1"})
    sent = order.start_span("send", set_span_in_context(placed), SpanKind.PRODUCER)
    for tracer in (shipment, portal):
        link = [Link(placed.get_span_context())]
        below = set_span_in_context(sent)
        tracer.start_span("process", below, SpanKind.CONSUMER, links=link).end()
    sent.end()
    placed.end()
    order.start_span("another trace").end()
    for _, provider in parts:
        provider.shutdown()
    return tmp_path


def test_spans_are_read_as_they_were_written(folder: Path):
    spans = read_spans(folder)
    trace = trace_of(spans, longest(spans))
    assert len(spans) == len(trace) + 1
    placed = next(span for span in trace if span.parent is None)
    assert (placed.service, placed.kind, placed.name) == ("waybill-order", "CONSUMER", "p")
    assert [span.links for span in trace if span.links] == [(placed.id,)] * 2
    assert all(span.start <= span.end for span in trace)
    assert unconnected(trace, []) == [placed]


def test_line_that_is_being_written_is_left_out(folder: Path):
    whole = read_spans(folder)
    with (folder / "order.jsonl").open("a") as file:
        file.write('{"name": "half')
    assert read_spans(folder) == whole


def test_rows_are_what_services_did_and_the_portal_is_beside_them(folder: Path):
    spans = read_spans(folder)
    placed, reserved = rows_of(trace_of(spans, longest(spans)))
    assert (placed.depth, reserved.depth) == (0, 1)
    assert reserved.span.service == "waybill-shipment"
    assert [span.service for span in placed.shown] == ["waybill-portal"]
    assert [span.kind for span in placed.sent] == ["PRODUCER"]


def test_answer_that_follows_from_a_request_is_a_row_below_its_sender():
    def span(name: str, kind: str, parent: str | None, service: str = "payment") -> Span:
        return Span("t", name, parent, name, kind, f"waybill-{service}", 0.0, 1.0, {}, ())

    rows = rows_of(
        [
            span("add", "CONSUMER", None),
            span("request", "PRODUCER", "add"),
            span("answer", "PRODUCER", "request"),
            span("settle", "CONSUMER", "answer"),
            span("recorded", "PRODUCER", "settle"),
            span("shown", "CONSUMER", "recorded", "portal"),
        ]
    )
    assert [(row.span.name, row.depth) for row in rows] == [("add", 0), ("settle", 1)]
    assert [span.name for span in rows[0].sent] == ["request", "answer"]
    assert [span.name for span in rows[1].shown] == ["shown"]


def test_picture_has_a_bar_for_every_span_and_escapes_texts(folder: Path):
    spans = read_spans(folder)
    trace = trace_of(spans, longest(spans))
    picture = ElementTree.fromstring(draw(trace))
    name = "{http://www.w3.org/2000/svg}"
    bars = [bar for bar in picture.iter(f"{name}rect") if bar.get("rx") == "1.5"]
    assert len(bars) == len(trace)
    assert "a.<b>" in {text.text for text in picture.iter(f"{name}text")}


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(0.0, 1), (0.004, 1), (0.1, 20), (0.99, 200), (2.832, 500), (3.0, 1000), (60.0, 20_000)],
)
def test_ticks_are_at_round_times(seconds: float, step: int):
    assert tick_ms(seconds) == step


def test_folder_without_a_trace_says_so(tmp_path: Path, monkeypatch, capsys):
    with pytest.raises(NoTraceError):
        longest([])
    arguments = ["trace", str(tmp_path), "--out", str(tmp_path / "x.svg")]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit):
        main()
    assert "no trace" in capsys.readouterr().err
