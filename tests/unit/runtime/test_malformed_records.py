"""A record that breaks the contract is refused with the name of the wrong field."""

from typing import Any

import pytest

from shared.contracts.checkout import CartConverted
from shared.runtime.kafka.connection import MAX_VALUE
from tests.fakes import MemoryRecord
from tests.unit.runtime.cloud_events import (
    CART,
    CHECKOUT,
    attributes,
    binary,
    decoded,
    refused,
    structured,
)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (binary(specversion="0.3"), "ce_specversion"),
        (binary(specversion=""), "ce_specversion"),
        (binary(id=""), "ce_id"),
        (binary(source=""), "ce_source"),
        (binary(type=""), "ce_type"),
        (binary(type="waybill.order.sung.v1"), "ce_type"),
        (binary(id="x" * 257), "ce_id"),
        (binary(id="a\nb"), "ce_id"),
        (binary(actor="csr\x00"), "ce_actor"),
        (binary(time="yesterday"), "ce_time"),
        (binary(time="2026-11-22T20:00:00"), "ce_time"),
        (binary(expectedversion="-1"), "ce_expectedversion"),
        (binary(expectedversion="1.0"), "ce_expectedversion"),
        (binary(expectedversion="٣"), "ce_expectedversion"),
        (binary(expectedversion="9" * 16), "ce_expectedversion"),
        (binary(key=b"c-2"), "key"),
        (binary(key=b""), "key"),
        (binary(key=b"\xff"), "key"),
        (binary(b""), "value"),
        (binary(None), "value"),
        (binary(b"{"), "value"),
        (binary(b"\xff\xfe"), "value"),
        (binary(b"[" * 100_000), "value"),
        (binary([]), "value"),
        (binary(b" " * (MAX_VALUE + 1)), "value"),
        (binary({}), "order_id"),
        (binary({"order_id": 7}), "order_id"),
        (binary({"order_id": "c 1"}), "order_id"),
        (binary({"order_id": "x" * 65}), "order_id"),
        (binary({"order_id": "c-1", "reason": "x" * 2001}), "reason"),
        (structured(b""), "value"),
        (structured(b"{"), "value"),
        (structured([1]), "value"),
        (structured({}), "data"),
        (structured({**attributes()}), "data"),
        (structured(data=None), "value"),
        (structured(data={"order_id": 7}), "order_id"),
        (structured(specversion=1.0), "ce_specversion"),
        (structured(id=None), "ce_id"),
        (structured(b'{"data": ' + b"[" * 600 + b"]" * 600 + b"}"), "data"),
        (structured(b"[" * 100_000), "value"),
        (structured(b" " * (MAX_VALUE + 1)), "value"),
    ],
)
def test_wrong_record_names_its_field(record: MemoryRecord, field: str) -> None:
    error = refused(record).error
    assert error.field == field
    assert error.message


def test_attribute_that_is_no_text_is_named_and_its_sender_is_told() -> None:
    record = binary(replyto="tool.replies")
    record.headers = [("ce_actor", b"\xff"), *record.headers, ("ce_other", b"\xff")]

    no = refused(record)

    assert no.error.field == "ce_actor"
    assert (no.command_id, no.reply_to) == ("m-1", "tool.replies")


def test_binary_record_without_headers_lacks_its_version() -> None:
    record = binary()
    record.headers = []
    assert refused(record).error.field == "ce_specversion"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "XXQ"}, "currency"),
        ({"converted_at": 1}, "converted_at"),
        ({"converted_at": "2026-11-22T20:00:00"}, "converted_at"),
        ({"shipments": []}, "shipments"),
        ({"order_discount": 5}, "order_discount"),
        ({"order_discount": "5.0"}, "order_discount"),
        ({"order_discount": "-1.00"}, "order_discount"),
        ({"payments": [{}]}, "payments.0.payment_id"),
    ],
)
def test_wrong_cart_names_its_field_down_to_the_part(change: dict[str, Any], field: str) -> None:
    record = binary({**CART, **change}, CHECKOUT, type="waybill.cart.converted.v1")
    assert refused(record).error.field == field


def test_first_mistake_is_told_and_the_others_are_named() -> None:
    record = binary({"cart_id": 1, "market": 2}, CHECKOUT, type="waybill.cart.converted.v1")
    error = refused(record).error
    assert error.field == "cart_id"
    assert "currency is missing; converted_at is missing; shipments is missing" in error.message


def test_words_about_a_mistake_do_not_repeat_what_was_sent() -> None:
    secret = "4111 1111 1111 1111"
    record = binary({"order_id": secret, "reason": [secret]})
    assert secret not in str(refused(record).error)


def test_good_cart_is_understood() -> None:
    incoming = decoded(binary(CART, CHECKOUT, type="waybill.cart.converted.v1"))
    assert isinstance(incoming.message, CartConverted)
