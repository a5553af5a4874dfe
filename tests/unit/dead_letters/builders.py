"""Builders of dead letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from shared.dead_letters.dead_letter import DeadLetter, dead_letter_of
from shared.runtime.ports import Publication
from shared.runtime.processing.dead_letters import FAILURE, DeadLetters
from tests.fakes import MemoryRecord

EPOCH = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PREFIX = "shop."


def record(offset: int, key: str | None = "c-1", **more: Any) -> MemoryRecord:
    """The record of a command."""
    topic = more.pop("topic", "order.commands")
    data = more.pop("data", {"order_id": key, "text": f"note {offset}"})
    headers = {
        "ce_specversion": "1.0",
        "ce_id": more.pop("message_id", f"m-{offset}"),
        "ce_source": "shop",
        "ce_type": "waybill.order.add-note.v1",
    }
    return MemoryRecord(
        PREFIX + topic,
        more.pop("partition", 0),
        offset,
        None if key is None else key.encode(),
        more.pop("value", orjson.dumps(data)),
        [(name, value.encode()) for name, value in headers.items()],
    )


def published(came: MemoryRecord, service: str = "order", code: str = FAILURE) -> Publication:
    """The dead letter that a service publishes about a record."""
    now = EPOCH + timedelta(seconds=came.offset)
    return DeadLetters(service, PREFIX).of(came, code, "", "RuntimeError: a mistake", now)


def stored(dead_letter: Publication, offset: int) -> MemoryRecord:
    """The dead letter as a record of its topic."""
    return MemoryRecord(
        dead_letter.topic, 0, offset, dead_letter.key, dead_letter.value, dead_letter.headers
    )


def died(came: MemoryRecord, service: str = "order", at: int | None = None) -> DeadLetter:
    """The dead letter of a record."""
    where = came.offset if at is None else at
    return dead_letter_of(stored(published(came, service), where), EPOCH, service, PREFIX)
