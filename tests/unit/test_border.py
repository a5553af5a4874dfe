"""The stricter validation of input from outside, for every message and field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from pydantic import BaseModel, ValidationError

from shared.contracts import Malformed, Message, border, field_errors
from shared.contracts.base import import_all, models_on
from shared.contracts.border import EARLIEST, LATEST
from shared.contracts.checkout import CartConverted
from shared.contracts.commands import INTERNAL, offered
from shared.contracts.orders import AddNote, Placed
from shared.contracts.topics import TOPICS
from shared.runtime.processing.decoding import Undecodable, decode
from tests.fakes import MemoryRecord
from tests.recorded.recording import Message as Recorded
from tests.recorded.recording import everything

import_all()
OUTSIDE = [
    model
    for topic in TOPICS
    if topic.takes_from_outside
    for model in models_on(topic)
    if model not in INTERNAL
]
INVISIBLE = ["", " ", "\u3000", "\u00a0", "\u200b", "\u2060\ufeff", "\u3164", "\u0301"]
UNSHOWABLE = ["a\x00b", "a\u202eb", "a\u2066b", "a\x07b", "a\x85b"]
PATHS: dict[type[Message], dict[str, Any]] = {
    model: data
    for one in everything()
    if isinstance(one, Recorded)
    for model in OUTSIDE
    if one.headers["ce_type"] == model.type
    for data in [orjson.loads(one.value)]
}


def texts(data: Any, model: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every text of a recorded message that isn't an id, a code or an amount."""
    if isinstance(data, dict):
        for name, inner in data.items():
            yield from texts(inner, model, (*path, name))
    elif isinstance(data, list):
        for position, inner in enumerate(data):
            yield from texts(inner, model, (*path, position))
    elif isinstance(data, str):
        yield path


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = orjson.loads(orjson.dumps(data))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def at(message: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        message = getattr(message, step, None) if isinstance(message, BaseModel) else message[step]
    return message


def test_messages_of_every_kind_are_tried() -> None:
    assert set(offered().values()) <= set(OUTSIDE)
    assert [model.type for model in OUTSIDE if model not in PATHS] == []


EVERY = [
    (model, path) for model, data in PATHS.items() for path in texts(data, model)
]  # several hundred


@pytest.mark.parametrize(
    ("model", "path"), EVERY, ids=[f"{m.type} {'.'.join(map(str, p))}" for m, p in EVERY]
)
def test_no_text_gets_in_that_cannot_be_shown(model: type[Message], path: tuple[Any, ...]) -> None:
    data = PATHS[model]
    for text in UNSHOWABLE:
        field = taken_or_field(model, put(data, path, text))
        assert field == ".".join(map(str, path)), (text, field)
    for text in INVISIBLE:
        found = taken_or_field(model, put(data, path, text))
        if isinstance(found, str):
            assert found == ".".join(map(str, path)), (text, found)
        else:
            assert at(found, path[:-1]) is not None
            assert not at(found, path), "what is blank is left out, or refused"
    given = at_data(data, path)
    padded = taken_or_field(model, put(data, path, f"\u3000 {given}\t "))
    assert isinstance(padded, Message), padded
    assert padded == border.read(model, orjson.dumps(data))


def at_data(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def taken_or_field(model: type[Message], data: Any) -> Message | str:
    try:
        return border.read(model, orjson.dumps(data))
    except Malformed as wrong:
        return wrong.field
    except ValidationError as error:
        return field_errors.first(error).field


CART = PATHS[CartConverted]


@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1899-12-30T00:00:00Z",
     "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "1970-01-01T00:00:00+00:01"],
)  # fmt: skip
def test_a_date_outside_1970_to_2199_is_refused(time: str) -> None:
    assert taken_or_field(CartConverted, {**CART, "converted_at": time}) == "converted_at"


def test_the_bounds_themselves_are_taken() -> None:
    for time in (EARLIEST, LATEST):
        cart = border.read(CartConverted, orjson.dumps({**CART, "converted_at": time}))
        assert isinstance(cart, CartConverted)
        assert cart.converted_at == time


def test_minus_zero_is_zero() -> None:
    cart = border.read(CartConverted, orjson.dumps({**CART, "order_discount": "-0.00"}))
    assert isinstance(cart, CartConverted)
    assert str(cart.order_discount) == "0.00"


def test_what_is_trimmed_is_judged_afterwards() -> None:
    note = {"order_id": " c-1 ", "text": "  two\nlines " + " " * 5000}
    found = border.read(AddNote, orjson.dumps(note))
    assert isinstance(found, AddNote)
    assert (found.order_id, found.text) == ("c-1", "two\nlines")


def test_a_line_break_belongs_to_notes_alone() -> None:
    customer = {**(CART.get("customer") or {}), "name": "Mercy\nTaylor"}
    assert taken_or_field(CartConverted, {**CART, "customer": customer}) == "customer.name"


PLACED = [
    one
    for one in everything()
    if isinstance(one, Recorded) and one.headers["ce_type"] == Placed.type
]


@pytest.mark.parametrize("placed", PLACED)
def test_events_of_earlier_versions_are_read_as_they_were_written(placed: Recorded) -> None:
    data = orjson.loads(placed.value)
    data["converted_at"] = "0001-01-01T00:00:00Z"
    data["shipments"][0]["address"]["name"] = " "
    headers = [(name, value.encode()) for name, value in placed.headers.items()]
    record = MemoryRecord(placed.topic, 0, 0, None, orjson.dumps(data), headers)
    read = decode(record)
    assert read is not None
    assert isinstance(read.message, Placed)
    assert read.message.converted_at == datetime(1, 1, 1, tzinfo=UTC)
    assert read.message.shipments[0].address.name == " "


WRONG: list[Any] = [None, True, 1.5, -1, 10**30, "", "x" * 5000, "?? ??", [], [1], {}, {"a": 1}]


@pytest.mark.parametrize("model", PATHS, ids=[model.type for model in PATHS])
def test_no_mistake_is_told_in_words_of_the_library(model: type[Message]) -> None:
    """Every field of every message gets an invalid value."""
    data = PATHS[model]
    told = 0
    for name in model.model_fields:
        for wrong in [*WRONG, ...]:
            changed = {k: v for k, v in {**data, name: wrong}.items() if v is not ...}
            try:
                border.read(model, orjson.dumps(changed))
            except ValidationError as error:
                for mistake in field_errors.mistakes(error):
                    told += 1
                    assert_plain(mistake.message)
                assert_plain(field_errors.first(error).message)
            except Malformed as error:
                assert_plain(error.message)
            except orjson.JSONEncodeError:
                continue
    assert told


# Words of the library, of code, and of sentences that nobody has thought of.
INSIDE = ("String should", "Input should", "Field required", "Value error", "pattern", "^[", "…")


def assert_plain(words: str) -> None:
    for inside in (*INSIDE, field_errors.SENTENCES["other"]):
        assert inside not in words, words


def test_a_record_without_any_header_says_what_an_event_needs() -> None:
    record = MemoryRecord("order.commands", 0, 0, None, b"{}", [])
    with pytest.raises(Undecodable, match="all headers of a CloudEvent: send ce_specversion"):
        decode(record)


def test_data_in_base64_is_read() -> None:
    event = (
        b'{"specversion":"1.0","id":"1","source":"t","type":"waybill.order.hold.v1",'
        b'"data_base64":"%s"}'
    )
    headers = [("content-type", b"application/cloudevents+json")]
    good = event % b"eyJvcmRlcl9pZCI6ImMtMSJ9"
    read = decode(MemoryRecord("order.commands", 0, 0, None, good, headers))
    assert read is not None
    assert read.message.key == "c-1"
    with pytest.raises(Undecodable, match="data_base64: must be the data's JSON in Base64"):
        decode(MemoryRecord("order.commands", 0, 0, None, event % b"***", headers))
