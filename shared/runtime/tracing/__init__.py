"""Tracing of messages and requests with OpenTelemetry. Off, and not imported, unless asked for."""

from shared.runtime.tracing.tracing import Tracing, current, set_up

__all__ = ["Tracing", "current", "set_up"]
