"""Tracing with OpenTelemetry's SDK, named by its semantic conventions.

A batch mixes the traces of many orders. So it has a trace of its own, with its steps and requests
to MongoDB, and each message has a span in the trace that it came with. Links connect the two.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.environment_variables import OTEL_BSP_MAX_QUEUE_SIZE
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.semconv._incubating.attributes import cloudevents_attributes as event
from opentelemetry.semconv._incubating.attributes import db_attributes as db
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.semconv.attributes import error_attributes as error
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, get_current_span, use_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.runtime.envelope import Envelope
from shared.runtime.kafka.consumer import group_of
from shared.runtime.ports import Headers, Publication, Record
from shared.runtime.settings import Settings
from shared.runtime.tracing.tracing import Tracing, sends_otlp

# A batch of 500 messages has some thousand spans, which end at once.
QUEUE = 20_000
NOT_TRACED = "health/,metrics$"
TRACEPARENT = "traceparent"
QUERY = "url.query"
URLS = ("http.url", "http.target", "url.full", QUERY)
_UNSAMPLED = b"-00"
_PROPAGATOR = TraceContextTextMapPropagator()

Position = tuple[str, int, int]
Attributes = dict[str, Any]


@dataclass
class _Batch:
    """The batch in progress: its span, and those of its messages by position."""

    span: Span
    messages: dict[Position, Span] = field(default_factory=dict)


_BATCH: ContextVar[_Batch | None] = ContextVar("batch", default=None)


class OtelTracing(Tracing):
    """Traces with the tracers of a provider.

    group  the consumer group of the process, with the prefix
    """

    def __init__(self, provider: TracerProvider, group: str) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("waybill")
        self._group = group

    @contextmanager
    def batch(self, records: Sequence[Record]) -> Iterator[None]:
        """See `Tracing`."""
        topics = {record.topic for record in records}
        attributes = self._processing() | {messaging.MESSAGING_BATCH_MESSAGE_COUNT: len(records)}
        if len(topics) == 1:
            attributes[messaging.MESSAGING_DESTINATION_NAME] = topics.pop()
        links = [link for record in records if (link := _link(_header(record.headers)))]
        span = self._tracer.start_span(
            f"process {self._group}", Context(), SpanKind.CONSUMER, attributes, links
        )
        batch = _Batch(span)
        token = _BATCH.set(batch)
        try:
            with _current(span):
                yield
        except BaseException as failure:
            for message in batch.messages.values():
                _fail(message, failure)
            raise
        finally:
            for message in batch.messages.values():
                message.end()
            _BATCH.reset(token)

    def received(self, record: Record, envelope: Envelope | None = None) -> str | None:
        """See `Tracing`."""
        came = envelope.traceparent if envelope else _header(record.headers)
        batch, position = _BATCH.get(), _position(record)
        if batch is None or position in batch.messages:
            return came
        linked = Link(batch.span.get_span_context())
        attributes = self._processing() | _of_record(record)
        attributes |= _of_envelope(envelope) if envelope else _of_headers(record.headers)
        span = self._tracer.start_span(
            f"process {record.topic}", _context(came), SpanKind.CONSUMER, attributes, [linked]
        )
        if not span.is_recording() and came:
            return came
        batch.messages[position] = span
        return _traceparent(span)

    def failed(self, record: Record) -> None:
        """See `Tracing`."""
        batch = _BATCH.get()
        if batch and (span := batch.messages.get(_position(record))):
            span.set_attribute(error.ERROR_TYPE, "dead-letter")
            span.set_status(Status(StatusCode.ERROR, "it became a dead letter"))

    def step(self, name: str) -> Any:
        """See `Tracing`."""
        return _current(self._tracer.start_span(name))

    def database(self, operation: str, database: str, collection: str, size: int = 1) -> Any:
        """See `Tracing`."""
        attributes: dict[str, Any] = {
            db.DB_SYSTEM_NAME: "mongodb",
            db.DB_NAMESPACE: database,
            db.DB_COLLECTION_NAME: collection,
            db.DB_OPERATION_NAME: operation,
        }
        if size > 1:
            attributes[db.DB_OPERATION_BATCH_SIZE] = size
        name = f"{operation} {collection}"
        return _current(self._tracer.start_span(name, None, SpanKind.CLIENT, attributes))

    @contextmanager
    def publishing(self, publications: Sequence[Publication]) -> Iterator[Sequence[Publication]]:
        """See `Tracing`."""
        spans: list[Span] = []
        traced = [self._with_span(one, spans) for one in publications]
        try:
            yield traced
        except BaseException as failure:
            for span in spans:
                _fail(span, failure)
            raise
        finally:
            for span in spans:
                span.end()

    def _with_span(self, one: Publication, spans: list[Span]) -> Publication:
        """The record with the `traceparent` of a span that is added to `spans`, if it has one."""
        came = next((value for name, value in one.headers if name == TRACEPARENT), b"")
        # In a batch, what has no trace is a reply: its command's trace shows it as processed.
        outside = _BATCH.get() is None
        if one.topic.endswith(".dead-letters") or came.endswith(_UNSAMPLED):
            return one
        if not came and not outside:
            return one
        span = self._tracer.start_span(
            f"send {one.topic}",
            _context(came.decode(errors="replace")) if came else None,
            SpanKind.PRODUCER,
            _sending(one),
        )
        spans.append(span)
        others = [header for header in one.headers if header[0] != TRACEPARENT]
        return replace(one, headers=[*others, (TRACEPARENT, _traceparent(span).encode())])

    def instrument(self, app: Any) -> None:
        """See `Tracing`."""
        FastAPIInstrumentor.instrument_app(
            app,
            tracer_provider=self._provider,
            excluded_urls=NOT_TRACED,
            exclude_spans=["receive", "send"],
            server_request_hook=_without_query,
        )

    def stop(self) -> None:
        """See `Tracing`."""
        self._provider.shutdown()

    def _processing(self) -> dict[str, Any]:
        return {
            messaging.MESSAGING_SYSTEM: "kafka",
            messaging.MESSAGING_OPERATION_NAME: "process",
            messaging.MESSAGING_OPERATION_TYPE: "process",
            messaging.MESSAGING_CONSUMER_GROUP_NAME: self._group,
        }


def start(service: str, settings: Settings) -> OtelTracing:
    """Starts tracing as the environment and the settings say."""
    provider = TracerProvider(resource=_resource(service))
    if sends_otlp(os.environ):
        provider.add_span_processor(_queued(OTLPSpanExporter()))
    if settings.trace_folder is not None:
        name = f"{service}-{os.getpid()}-{uuid4().hex[:8]}.jsonl"
        provider.add_span_processor(_queued(_to_file(settings.trace_folder / name)))
    return OtelTracing(provider, settings.topic(group_of(service)))


def _queued(exporter: Any) -> BatchSpanProcessor:
    # The variable of the standard has a smaller default.
    size = None if OTEL_BSP_MAX_QUEUE_SIZE in os.environ else QUEUE
    return BatchSpanProcessor(exporter, max_queue_size=size)


def _to_file(file: Path) -> ConsoleSpanExporter:
    """Writes spans to a file, one JSON object a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # It is open for as long as the process lives.
    return ConsoleSpanExporter(out=file.open("a", encoding="utf-8"), formatter=_line)


def _line(span: ReadableSpan) -> str:
    return f"{span.to_json(indent=None)}\n"


def _resource(service: str) -> Resource:
    named = OTELResourceDetector().detect().attributes
    known = {"service.name": f"waybill-{service}", "service.instance.id": str(uuid4())}
    return Resource.create({name: value for name, value in known.items() if name not in named})


def _without_query(span: Span, _: Attributes) -> None:
    """Takes the query out of a request's attributes: people search for names and emails."""
    for name, value in dict(getattr(span, "attributes", None) or {}).items():
        if name in URLS and isinstance(value, str):
            span.set_attribute(name, value.partition("?")[0] if name != QUERY else "")


def _position(record: Record) -> Position:
    return record.topic, record.partition, record.offset


def _header(headers: Headers) -> str | None:
    for name, value in headers:
        if name.lower() == TRACEPARENT:
            return value.decode(errors="replace") if value else None
    return None


def _context(traceparent: str | None) -> Context:
    """The context of a trace; an empty one, in which a new trace begins, without a valid one."""
    if not traceparent:
        return Context()
    return _PROPAGATOR.extract({TRACEPARENT: traceparent}, Context())


def _link(traceparent: str | None) -> Link | None:
    context = get_current_span(_context(traceparent)).get_span_context()
    return Link(context) if context.is_valid else None


def _traceparent(span: Span) -> str:
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


@contextmanager
def _current(span: Span) -> Iterator[None]:
    """Makes a span the current one of the block, and ends it.

    Of an exception only its type is recorded: its text may quote an order.
    """
    try:
        with use_span(span, record_exception=False, set_status_on_exception=False):
            yield
    except BaseException as failure:
        _fail(span, failure)
        raise
    finally:
        span.end()


def _fail(span: Span, failure: BaseException) -> None:
    span.set_attribute(error.ERROR_TYPE, type(failure).__name__)
    span.set_status(Status(StatusCode.ERROR, type(failure).__name__))


def _of_record(record: Record) -> Attributes:
    return {
        messaging.MESSAGING_DESTINATION_NAME: record.topic,
        messaging.MESSAGING_DESTINATION_PARTITION_ID: str(record.partition),
        messaging.MESSAGING_KAFKA_OFFSET: record.offset,
        messaging.MESSAGING_KAFKA_MESSAGE_KEY: (record.key or b"").decode(errors="replace"),
    }


def _of_envelope(envelope: Envelope) -> Attributes:
    return {
        messaging.MESSAGING_MESSAGE_ID: envelope.id,
        messaging.MESSAGING_MESSAGE_CONVERSATION_ID: envelope.correlation_id or envelope.id,
        event.CLOUDEVENTS_EVENT_ID: envelope.id,
        event.CLOUDEVENTS_EVENT_SOURCE: envelope.source,
        event.CLOUDEVENTS_EVENT_TYPE: envelope.type,
    }


def _of_headers(headers: Headers) -> Attributes:
    """The attributes of a message that isn't decoded, if it is in binary mode."""
    names = {"ce_id": messaging.MESSAGING_MESSAGE_ID, "ce_type": event.CLOUDEVENTS_EVENT_TYPE}
    return {
        names[name]: (value or b"").decode(errors="replace")
        for name, value in headers
        if name in names
    }


def _sending(one: Publication) -> dict[str, Any]:
    """The attributes of a record that is sent."""
    return {
        messaging.MESSAGING_SYSTEM: "kafka",
        messaging.MESSAGING_OPERATION_NAME: "send",
        messaging.MESSAGING_OPERATION_TYPE: "send",
        messaging.MESSAGING_DESTINATION_NAME: one.topic,
        messaging.MESSAGING_KAFKA_MESSAGE_KEY: (one.key or b"").decode(errors="replace"),
        **_of_headers(one.headers),
    }
