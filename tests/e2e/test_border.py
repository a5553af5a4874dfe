"""Input that version 0.1 accepted, but couldn't show, find or send, is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cluster import Sent
from tests.e2e.system import System, cart, converted, shipment

pytestmark = [pytest.mark.engines, pytest.mark.slow]

CHECKOUT = "checkout.cart-converted"


def dead_letter_of(system: System, order: str) -> dict[str, str]:
    """Returns the headers of the dead letter of this order's cart."""

    def found(_: Any) -> dict[str, str] | None:
        dead_letters = system.cluster.read("order.dead-letters")
        headers = [
            dead_letter.headers for dead_letter in dead_letters if dead_letter.key == order.encode()
        ]
        return headers[0] if headers else None

    return system.until(found, within=30)


def with_address(sku: str, **changed: str) -> dict[str, Any]:
    made = shipment(sku, 1)
    return {**made, "address": {**made["address"], **changed}}


@pytest.mark.parametrize(
    "time",
    [f"{day}T00:00:00Z" for day in ("9999-12-31", "0001-01-01", "1899-12-30", "1969-12-31")],
)  # fmt: skip
def test_a_date_that_no_list_can_show_is_refused(system: System, sku: str, time: str) -> None:
    order = f"date-{sku}-{time[:4]}"
    system.cluster.produce([converted(cart(order, shipment(sku, 1), converted_at=time))])
    assert dead_letter_of(system, order)["waybill_field"] == "converted_at"


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("name", " ", "must have something visible in it"),
        ("line1", "\u3000", "must have something visible in it"),
        ("city", "\u00a0", "must have something visible in it"),
        ("name", "Mercy\u202eTaylor", "turns the direction of text (U+202E)"),
        ("name", "Mercy\u0000Taylor", "a control character (U+0000)"),
    ],
)
def test_an_address_that_no_label_can_show_is_refused(
    system: System, sku: str, field: str, text: str, words: str
) -> None:
    order = f"address-{sku}"
    system.cluster.produce([converted(cart(order, with_address(sku, **{field: text})))])
    headers = dead_letter_of(system, order)
    assert headers["waybill_field"] == f"shipments.0.address.{field}"
    assert words in headers["waybill_reason"]


def test_blanks_around_are_trimmed_and_minus_zero_is_zero(system: System, sku: str) -> None:
    order = f"trim-{sku}"
    made = with_address(sku, name="\u3000Mercy Taylor ")
    data = cart(order, made, order_discount="-0.00", coupons=["spring10 "])
    system.cluster.produce([converted(data)])
    placed = system.event(order, "order.placed").data
    assert placed["shipments"][0]["address"]["name"] == "Mercy Taylor"
    assert (placed["order_discount"], placed["coupons"]) == ("0.00", ["spring10"])


def test_an_order_that_a_fast_clock_dates_tomorrow_is_placed_now(system: System, sku: str) -> None:
    order = f"fast-{sku}"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    system.cluster.produce([converted(cart(order, shipment(sku, 1), converted_at=tomorrow))])
    placed = system.event(order, "order.placed")
    assert placed.headers["ce_time"] < datetime.now(UTC).isoformat()


def test_a_record_without_headers_says_what_is_missing(system: System, sku: str) -> None:
    order = f"bare-{sku}"
    value = json.dumps(cart(order, shipment(sku, 1))).encode()
    system.cluster.produce([Sent(CHECKOUT, order.encode(), value, [])])
    headers = dead_letter_of(system, order)
    assert headers["waybill_field"] == "ce_specversion"
    assert "all headers of a CloudEvent" in headers["waybill_reason"]


def test_a_command_hears_what_is_wrong_in_plain_words(system: System) -> None:
    message_id = system.post("order.hold", "c-1", {"order_id": "no such id"})
    reason = system.reply(message_id)["reason"]
    assert "must have 1 to 64 letters, digits or . _ : -" in reason["message"]
    assert "pattern" not in reason["message"]
