"""Kafka records as tests write and read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Sent:
    """A record to be written; `topic` is the contract's name."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Got:
    """A record that was read."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    raw: tuple[tuple[str, bytes | None], ...]

    @property
    def headers(self) -> dict[str, str]:
        """The headers as text."""
        return {name: (value or b"").decode(errors="replace") for name, value in self.raw}

    @property
    def type(self) -> str:
        """The CloudEvent's type."""
        return self.headers.get("ce_type", "")

    @property
    def data(self) -> Any:
        """The value as JSON."""
        return orjson.loads(self.value or b"null")


def command(message_id: str, type_name: str, topic: str, key: str, data: Any, **more: str) -> Sent:
    """A message in binary mode, written from the contract alone."""
    attributes = {"specversion": "1.0", "id": message_id, "source": "test", "type": type_name}
    headers = {f"ce_{name}": value for name, value in {**attributes, **more}.items()}
    return Sent(
        topic,
        key.encode(),
        orjson.dumps(data),
        (
            ("content-type", b"application/json"),
            *((name, value.encode()) for name, value in headers.items()),
        ),
    )
