"""What is traced of a batch and of its messages, and when a process traces at all."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import SpanKind, StatusCode

from shared.runtime import tracing
from shared.runtime.ports import Publication
from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings
from shared.runtime.tracing import tracing as tracing_module
from shared.runtime.tracing.otel import OtelTracing
from shared.runtime.tracing.tracing import is_wanted
from tests.unit.runtime.world import World, add, headers_of

ROOT = Path(__file__).parents[3]
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"  # of the world's records


class Traced:
    """A process that traces, and the spans that it has ended."""

    def __init__(self, provider: TracerProvider) -> None:
        self._exporter = InMemorySpanExporter()
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracing = OtelTracing(provider, "waybill-tally")

    def spans(self, name: str = "") -> list[ReadableSpan]:
        found = self._exporter.get_finished_spans()
        return [span for span in found if not name or span.name == name]

    def one(self, name: str) -> Any:
        (span,) = self.spans(name)
        return span


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Traced]:
    made = Traced(TracerProvider())
    monkeypatch.setattr(tracing_module, "_current", made.tracing)
    yield made
    made.tracing.stop()


def hexed(context: Any) -> tuple[str, str]:
    return f"{context.trace_id:032x}", f"{context.span_id:016x}"


async def test_message_has_a_span_in_the_trace_that_it_came_with(traced: Traced):
    await World().process().handle(add("a", 1, "m-1"))
    message, batch = traced.one("process tally.commands"), traced.one("process waybill-tally")
    assert hexed(message.parent) == (TRACE, SPAN)
    assert message.kind == batch.kind == SpanKind.CONSUMER
    assert message.attributes["messaging.system"] == "kafka"
    assert message.attributes["messaging.message.id"] == "m-1"
    assert message.attributes["messaging.kafka.message.key"] == "a"
    assert message.attributes["cloudevents.event_type"] == "test.tally.add.v1"


async def test_batch_has_a_trace_of_its_own_linked_with_its_messages(traced: Traced):
    await World().process().handle(add("a", 1, "m-1"), add("b", 1, "m-2", offset=1))
    batch = traced.one("process waybill-tally")
    assert batch.parent is None
    assert batch.attributes["messaging.batch.message_count"] == 2
    assert [hexed(link.context) for link in batch.links] == [(TRACE, SPAN)] * 2
    for message in traced.spans("process tally.commands"):
        assert [link.context.span_id for link in message.links] == [batch.context.span_id]
    steps = ["load", "decide", "append", "publish", "mark", "commit"]
    assert [span.name for span in traced.spans() if span.name in steps] == steps
    assert {traced.one(step).parent.span_id for step in steps} == {batch.context.span_id}


async def test_what_follows_from_a_message_continues_its_trace_after_a_crash_too(traced: Traced):
    world = World()
    await world.process().handle(add("a", 1, "m-1"))
    message = traced.one("process tally.commands")
    (event,) = [p for p in world.publisher.on("tally.events") if p.key == b"a"]
    own = "-".join(("00", *hexed(message.context), "01"))
    assert headers_of(event)["traceparent"] == own
    (document,) = world.journal.of("tally/a")
    assert document["causes"][0]["traceparent"] == own


async def test_spans_of_a_batch_that_fails_end_with_the_type_of_the_error_only(traced: Traced):
    process = World().process()

    async def commit() -> None:
        raise ValueError("Mercy Taylor")

    with suppress(ValueError):
        await process.processor.handle([add("a", 1, "m-1")], commit)
    for name in ("process waybill-tally", "process tally.commands", "commit"):
        span = traced.one(name)
        assert span.status.status_code == StatusCode.ERROR
        assert "Mercy" not in span.to_json()
        assert span.attributes["error.type"] == "ValueError"


async def test_span_of_a_dead_letter_has_failed(traced: Traced):
    await World().process().handle(add("a", 1, "m-1", mood="broken"))
    assert traced.one("process tally.commands").status.status_code == StatusCode.ERROR


def publication(topic: str, traceparent: str | None) -> Publication:
    headers = [("ce_id", b"e-1"), ("ce_type", b"waybill.order.placed.v1")]
    if traceparent:
        headers.append(("traceparent", traceparent.encode()))
    return Publication(topic, b"c-1", b"{}", headers)


def test_record_that_is_sent_names_the_span_of_its_sending(traced: Traced):
    with traced.tracing.publishing([publication("order.events", f"00-{TRACE}-{SPAN}-01")]) as sent:
        assert not traced.spans()  # until it is acknowledged
    span = traced.one("send order.events")
    assert hexed(span.parent) == (TRACE, SPAN)
    assert span.kind == SpanKind.PRODUCER
    assert span.attributes["messaging.message.id"] == "e-1"
    assert headers_of(sent[0])["traceparent"] == "-".join(("00", *hexed(span.context), "01"))
    assert [name for name, _ in sent[0].headers].count("traceparent") == 1


@pytest.mark.parametrize(
    ("topic", "traceparent"),
    [
        ("order.dead-letters", f"00-{TRACE}-{SPAN}-01"),  # it goes back as it came
        ("order.events", f"00-{TRACE}-{SPAN}-00"),  # nobody wants this trace
    ],
)
def test_record_stays_as_it_is(traced: Traced, topic: str, traceparent: str):
    given = publication(topic, traceparent)
    with traced.tracing.publishing([given]) as sent:
        assert sent == [given]
    assert not traced.spans()


def test_record_outside_of_a_batch_begins_a_trace(traced: Traced):
    with traced.tracing.publishing([publication("order.commands", None)]) as sent:
        pass
    span = traced.one("send order.commands")
    assert span.parent is None
    assert headers_of(sent[0])["traceparent"].split("-")[1] == hexed(span.context)[0]


@pytest.mark.parametrize("given", [None, "", "00-1", "nonsense", f"00-{'0' * 32}-{SPAN}-01"])
async def test_message_without_a_valid_trace_begins_one(traced: Traced, given: str | None):
    record = add("a", 1, "m-1")
    others = [header for header in record.headers if header[0] != "traceparent"]
    record.headers = [*others, ("traceparent", given.encode())] if given is not None else others
    await World().process().handle(record)
    assert traced.one("process tally.commands").parent is None


async def test_trace_that_isn_t_sampled_is_passed_on(monkeypatch: pytest.MonkeyPatch):
    made = Traced(TracerProvider(sampler=ParentBased(ALWAYS_OFF)))
    monkeypatch.setattr(tracing_module, "_current", made.tracing)
    world, record = World(), add("a", 1, "m-1")
    unsampled = f"00-{TRACE}-{SPAN}-00"
    others = [header for header in record.headers if header[0] != "traceparent"]
    record.headers = [*others, ("traceparent", unsampled.encode())]
    await world.process().handle(record)
    (event,) = [p for p in world.publisher.on("tally.events") if p.key == b"a"]
    assert headers_of(event)["traceparent"] == unsampled
    assert not made.spans()


async def test_request_is_a_span_by_its_route_and_without_its_query(traced: Traced):
    app = FastAPI()

    @app.get("/orders/{order_id}")
    async def show(order_id: str) -> str:
        return order_id

    @app.get("/health/live")
    async def live() -> str:
        return "live"

    traced.tracing.instrument(app)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
        await client.get("/health/live")
        await client.get("/orders/c-1?email=mercy@example.com")
    span = traced.one("GET /orders/{order_id}")
    assert traced.spans() == [span]
    assert span.kind == SpanKind.SERVER
    assert "mercy" not in span.to_json()


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"}, False),
    ],
)
def test_standard_variables_turn_it_on(environment: dict[str, str], wanted: bool):
    assert is_wanted(Settings(), environment) is wanted


def test_folder_turns_it_on(tmp_path: Path):
    assert is_wanted(Settings(trace_folder=tmp_path), {})
    assert not is_wanted(Settings(trace_folder=tmp_path), {"OTEL_SDK_DISABLED": "true"})


@pytest.mark.parametrize(
    "environment",
    [
        {"OTEL_TRACES_EXPORTER": "zipkin"},
        {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ],
)
def test_what_isn_t_supported_is_refused_by_its_name(environment: dict[str, str]):
    with pytest.raises(SettingsError, match="OTEL_"):
        is_wanted(Settings(), environment)


def test_nothing_is_traced_nor_imported_unless_asked_for():
    code = (
        "import sys; import services.portal.app, services.order.app; "
        "from shared.runtime import tracing; from shared.runtime.settings import Settings; "
        "tracing.set_up('order', Settings()); assert type(tracing.current()) is tracing.Tracing; "
        "print([name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_off_it_changes_nothing():
    off = tracing.Tracing()
    given = [publication("order.events", f"00-{TRACE}-{SPAN}-01")]
    with off.batch([]), off.step("load"), off.publishing(given) as sent:
        assert sent is given
