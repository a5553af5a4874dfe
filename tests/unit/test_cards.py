"""Card numbers are detected in every field, with few false positives."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.contracts import Malformed, Message
from shared.contracts.base import ID_PATTERN, models_on
from shared.contracts.cards import card_field, card_numbers, has_card_number, masked
from shared.contracts.checkout import CartConverted
from shared.contracts.commands import offered
from shared.contracts.orders import Hold
from shared.contracts.topics import TOPICS
from shared.runtime.masking import masked_headers, masked_value
from shared.runtime.processing.decoding import Undecodable, decode
from tests.fakes import MemoryRecord

VISA = "4111111111111111"
WRITTEN = [
    VISA,
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111 - 1111 - 1111 - 1111",
    "4111\u00a01111\u200b1111\u20111111",
    "４１１１ １１１１ １１１１ １１１１",
    "378282246310005",
    "3782 822463 10005",
    "36 148 900 647 913",
    "5555555555554444",
    f"paid with {VISA}, thanks",
    f"card{VISA}x",
    "4111 1111 1111 1111 12 27 123",
    "room 12 4111111111111111",
]
FINE = [
    "",
    "SKU-40707827",
    "411111111111111",  # fails the check
    "4111 1111 1111 1112",
    "+1 206 555 0100, +1 206 555 0177",
    "2026-11-22T20:00:00Z",
    "12345678901234567890123",
]


def luhn(digits: str) -> str:
    """The digits with their check digit, calculated step by step."""
    for last in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(digits + last)):
            value = int(digit) * (2 if place % 2 else 1)
            total += value // 10 + value % 10
        if total % 10 == 0:
            return digits + last
    raise AssertionError


numbers = st.text("0123456789", min_size=12, max_size=18).map(luhn)
no_digits = st.text(
    st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="*"), max_size=30
)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_card_number_is_found_however_it_is_written(text):
    assert has_card_number(text)
    assert not has_card_number(masked(text))


@pytest.mark.parametrize("text", FINE)
def test_what_is_none_is_left_alone(text):
    assert not has_card_number(text)
    assert masked(text) == text


@given(numbers, st.lists(st.sampled_from([" ", "-", "", "\u2013", " - "]), min_size=19), no_digits)
def test_it_is_found_in_any_grouping_and_within_any_text(number, between, text):
    grouped = "".join(d + s for d, s in zip(number, between, strict=False)).rstrip(" -\u2013")
    said = f"{text}x{grouped}x{text}"
    assert has_card_number(said)
    hidden = masked(said)
    assert not has_card_number(hidden)
    assert len(hidden) == len(said)
    assert hidden.replace("*", "") == "".join(c for c in said if not c.isdecimal())


@given(numbers, st.integers(0, 18), st.integers(1, 9))
def test_one_wrong_digit_and_it_is_none(number, place, more):
    assume(place < len(number))
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert (0, len(wrong)) not in list(card_numbers(wrong))


@given(st.text("0123456789 -", max_size=14))
def test_fewer_than_thirteen_digits_are_none(text):
    assume(sum(c.isdigit() for c in text) < 13)
    assert not has_card_number(text)


def test_phones_and_parcels_are_refused_only_with_an_issuers_number():
    passing = luhn("994670123456")
    assert has_card_number(passing)
    assert not has_card_number(passing, issued=True)
    for card in (VISA, "378282246310005", "36148900647913", "6011000990139424", "2223003122003222"):
        assert has_card_number(card, issued=True)


# Every field of everything that may be asked

FREE = "4111 1111 1111 1111"
ADDRESS = {
    "name": "Mercy", "line1": "1 Pike Pl", "line2": "x", "city": "Seattle", "region": "WA",
    "postal_code": "98101", "country": "US", "phone": "1",
}  # fmt: skip
CART: dict[str, Any] = {
    "cart_id": "c-1", "market": "US", "currency": "USD", "converted_at": "2026-11-22T20:00:00Z",
    "customer": {"name": "Mercy", "email": "m@example.com", "phone": "1"},
    "shipments": [{
        "shipping_method": "standard", "shipping_cost": "4.90", "address": ADDRESS,
        "lines": [{"sku": "A", "name": "Dress", "quantity": 1, "placed_price": "1.00"}],
    }],
    "payments": [{"payment_id": "p", "method": "check", "transaction_type": "Sale",
                  "amount": "1.00", "status": "Processed", "reference": "x"}],
}  # fmt: skip
IN_A_CART: list[tuple[Any, ...]] = [
    ("customer", "name"),
    ("customer", "email"),
    ("customer", "phone"),
    *(("shipments", 0, "address", name) for name in ADDRESS if name != "country"),
    ("shipments", 0, "lines", 0, "name"),
    ("payments", 0, "reference"),
]


def with_card(path: tuple[Any, ...]) -> dict[str, Any]:
    """The cart with a card number in this field."""
    changed: Any = orjson.loads(orjson.dumps(CART))
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = {"email": f"{VISA}@example.com", "postal_code": VISA}.get(path[-1], FREE)
    return changed


@pytest.mark.parametrize("path", IN_A_CART, ids=lambda path: ".".join(map(str, path)))
def test_every_free_text_of_a_cart_is_refused_by_its_name(path):
    with pytest.raises(Undecodable) as refused:
        decode(as_record(CartConverted, with_card(path)))
    assert refused.value.error.field == ".".join(map(str, path))
    assert "1111" not in str(refused.value)


def free_texts(model: type[BaseModel]) -> Iterator[tuple[Any, ...]]:
    """The paths of all free texts of a message, by its JSON schema."""
    schema = model.model_json_schema()

    def ways(part: dict[str, Any], path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        part = {**schema["$defs"][part["$ref"].split("/")[-1]], **part} if "$ref" in part else part
        for choice in part.get("anyOf", ()):
            yield from ways(choice, path)
        for name, inner in part.get("properties", {}).items():
            yield from ways(inner, (*path, name))
        if "items" in part:
            yield from ways(part["items"], (*path, 0))
        exact = {"enum", "const", "format", "examples"} & part.keys()
        if part.get("type") == "string" and not exact and part.get("pattern") != ID_PATTERN:
            yield path

    return ways(schema, ())


def asked() -> list[Any]:
    """Every command and cart, with each of its free texts."""
    assert offered(), "every module of the contract is imported"
    models = [model for topic in TOPICS if not topic.facts for model in models_on(topic)]
    return [
        pytest.param(model, path, id=f"{model.type}-{'.'.join(map(str, path))}")
        for model in models
        for path in dict.fromkeys(free_texts(model))
    ]


def built(kind: Any, path: tuple[Any, ...]) -> Any:
    """A minimal message with a card number at the end of the path."""
    if get_origin(kind) in (Annotated, Union, UnionType, tuple):
        inner = [one for one in get_args(kind) if one is str or get_args(one) or is_model(one)]
        value = built(inner[0], path[1:] if get_origin(kind) is tuple else path)
        return (value,) if get_origin(kind) is tuple else value
    if not path:
        return FREE
    fields = kind.model_fields
    inner = built(fields[path[0]].annotation, path[1:])
    return kind.model_construct(**{**dict.fromkeys(fields), path[0]: inner})


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


@pytest.mark.parametrize(("model", "path"), asked())
def test_every_free_text_that_may_be_asked_is_looked_at(model, path):
    assert card_field(built(model, path)) == ".".join(map(str, path))


def as_record(model: type[Message], data: dict[str, Any], **more: str) -> MemoryRecord:
    attributes = {"specversion": "1.0", "id": "m", "source": "t", "type": model.type, **more}
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    return MemoryRecord(model.topic.name, 0, 0, None, orjson.dumps(data), headers)


def test_the_cart_itself_is_fine():
    assert decode(as_record(CartConverted, CART)) is not None


def test_an_actor_is_free_text_as_well():
    with pytest.raises(Undecodable) as refused:
        decode(as_record(Hold, {"order_id": "o"}, actor=f"csr {FREE}"))
    assert refused.value.error.field == "ce_actor"


def test_ids_are_not_looked_at():
    data = {"order_id": VISA, "reason": "x"}
    assert decode(as_record(Hold, data)) is not None


def test_an_article_may_have_a_barcode_in_its_name():
    line = {**CART["shipments"][0]["lines"][0], "name": f"Dress {luhn('994670123456')}"}
    data = {**CART, "shipments": [{**CART["shipments"][0], "lines": [line]}]}
    incoming = decode(as_record(CartConverted, data))
    assert incoming is not None
    assert card_field(incoming.message) is None


def test_the_words_of_a_mistake_hold_no_card_number():
    record = as_record(Hold, {"order_id": "o"})
    record.key = FREE.encode()
    with pytest.raises(Undecodable) as refused:
        decode(record)
    assert isinstance(refused.value.error, Malformed)
    assert "1111" not in str(refused.value)


# Dead letters


@pytest.mark.parametrize("path", IN_A_CART, ids=lambda path: ".".join(map(str, path)))
def test_what_is_copied_holds_no_card_number(path):
    value = masked_value(orjson.dumps(with_card(path)))
    assert value is not None
    assert b"1111" not in value
    assert orjson.loads(value)["cart_id"] == "c-1"


def test_what_holds_none_is_copied_byte_for_byte():
    for value in (b'{ "a" : "caf\\u00e9 \\/" }', b"\xff\x00 no json", b"", None):
        assert masked_value(value) == value


@given(numbers)
def test_escapes_numbers_names_and_garbage_hide_nothing(number):
    escaped = "".join(f"\\u{ord(digit):04x}" for digit in number)
    for value in (
        f'{{"x":"{escaped}"}}',
        f'{{"x":{{"{number}":1}}}}',
        f'["a",["{number}"]]',
        f'{{"x": "{number}',
    ):
        copied = masked_value(value.encode())
        assert copied is not None
        assert number.encode() not in copied
        assert escaped.encode() not in copied
    as_number = masked_value(b'{"x":%s}' % str(int(number)).encode())
    assert as_number is not None
    if not number.startswith("0") and int(number) < 2**63:
        assert number.encode() not in as_number


def test_ids_and_money_are_copied_as_they_are():
    value = orjson.dumps({"cart_id": VISA, "sku": VISA, "amount": "411111111111111.00"})
    assert masked_value(value) == value
    headers = [("ce_id", VISA.encode()), ("ce_actor", FREE.encode()), ("x", b"\xff")]
    assert masked_headers(headers) == [
        ("ce_id", VISA.encode()),
        ("ce_actor", b"**** **** **** ****"),
        ("x", b"\xff"),
    ]


def test_an_id_that_is_none_is_masked():
    assert masked_value(orjson.dumps({"sku": FREE})) == b'{"sku":"**** **** **** ****"}'
