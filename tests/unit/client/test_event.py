"""Records as tools see them: never an error, whatever they hold."""

from typing import Any

import orjson
import pytest
from aiokafka import ConsumerRecord

from waybill_client.event import event_of


def record(value: bytes | None, headers: dict[str, bytes], key: bytes | None = b"c-1") -> Any:
    return ConsumerRecord(
        topic="test.order.events",
        partition=1,
        offset=2,
        timestamp=1_700_000_000_000,
        timestamp_type=0,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=3,
        serialized_value_size=0,
        headers=tuple(headers.items()),
    )


def test_binary_mode_is_read() -> None:
    headers = {"ce_type": b"waybill.order.held.v1", "ce_subject": b"c-1", "ce_id": b"7"}

    found = event_of(record(b'{"order_id": "c-1"}', headers), "test.")

    assert (found.topic, found.type, found.subject) == (
        "order.events",
        "waybill.order.held.v1",
        "c-1",
    )
    assert found.data == {"order_id": "c-1"}


def test_structured_mode_is_read() -> None:
    event = {"type": "waybill.order.held.v1", "id": "7", "data": {"order_id": "c-1"}}
    headers = {"content-type": b"application/cloudevents+json"}

    found = event_of(record(orjson.dumps(event), headers))

    assert (found.type, found.data) == ("waybill.order.held.v1", {"order_id": "c-1"})


@pytest.mark.parametrize("value", [None, b"", b"\xff\xfe", b"[1, 2]", b"{", b'"text"', b"null"])
@pytest.mark.parametrize("kind", [b"application/json", b"application/cloudevents+json", b"\xff"])
def test_nonsense_is_shown_as_it_is(value: bytes | None, kind: bytes) -> None:
    found = event_of(record(value, {"content-type": kind}, key=None))
    assert (found.type, found.key, found.offset) == ("", "", 2)
