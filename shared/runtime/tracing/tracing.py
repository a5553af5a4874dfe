"""What the runtime traces, and whether it does.

There is one tracing in a process, as there is one log. It does nothing until `set_up` has found in
the environment that traces are wanted; only then is OpenTelemetry imported (`otel.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from os import environ
from typing import TYPE_CHECKING, Any

from shared.runtime.secrets import SettingsError

if TYPE_CHECKING:  # the client for other systems has this module, but no settings of services
    from shared.runtime.envelope import Envelope
    from shared.runtime.ports import Publication, Record
    from shared.runtime.settings import Settings

_NOTHING: AbstractContextManager[None] = nullcontext()
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
PROTOCOL = "http/protobuf"


class Tracing:
    """Traces nothing. Its methods say what a tracing does."""

    def batch(self, records: Sequence[Record]) -> AbstractContextManager[None]:
        """The span of a batch: a trace of its own, linked with the message of every record.

        All spans of messages that `received` begins in the block end with it.
        """
        return _NOTHING

    def received(self, record: Record, envelope: Envelope | None = None) -> str | None:
        """Begins the span of a message within a batch, in the trace that the message is part of.

        Without an envelope, the record's headers name the trace. Returns the `traceparent` of
        everything that follows from the message. A repeat, for the same record, begins nothing.
        """
        return envelope.traceparent if envelope else None

    def failed(self, record: Record) -> None:
        """Marks the span of a message as failed: its record becomes a dead letter."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """The span of a step of a batch."""
        return _NOTHING

    def database(
        self, operation: str, database: str, collection: str, size: int = 1
    ) -> AbstractContextManager[None]:
        """The span of a request to MongoDB; `size` is the number of documents or keys."""
        return _NOTHING

    def publishing(
        self, publications: Sequence[Publication]
    ) -> AbstractContextManager[Sequence[Publication]]:
        """The spans of records that the block sends; yields the records with their `traceparent`.

        Dead letters stay as they are: they are sent back byte for byte.
        """
        return nullcontext(publications)

    def instrument(self, app: Any) -> None:
        """Traces the requests to a FastAPI application, except those for health and metrics."""

    def stop(self) -> None:
        """Sends what is left; waits for that, so call it in a thread."""


_current = Tracing()


def current() -> Tracing:
    """The tracing of this process."""
    return _current


def set_up(service: str, settings: Settings) -> None:
    """Starts tracing if the environment asks for it. Raises `SettingsError`."""
    global _current
    if is_wanted(settings, environ):
        from shared.runtime.tracing.otel import start  # it costs time and memory

        _current = start(service, settings)


def is_wanted(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Whether traces are wanted. Raises `SettingsError` for what can't be had."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return settings.trace_folder is not None or sends_otlp(environment)


def sends_otlp(environment: Mapping[str, str]) -> bool:
    """Whether traces go to a collector. Raises `SettingsError` for what can't be had."""
    exporter = environment.get("OTEL_TRACES_EXPORTER", "")
    if exporter not in ("", "otlp", "none"):
        raise SettingsError(f"OTEL_TRACES_EXPORTER: {exporter} isn't supported, but otlp and none")
    wanted = exporter != "none" and (
        exporter == "otlp" or any(environment.get(name) for name in ENDPOINTS)
    )
    for name in PROTOCOLS:
        if wanted and environment.get(name, PROTOCOL) != PROTOCOL:
            raise SettingsError(f"{name}: only {PROTOCOL} is supported")
    return wanted
