"""Money and times as people read and type them."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from services.portal.web.formats import moment, money, plain, status, typed
from shared.contracts import Malformed
from shared.contracts.money import decimals


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("5", "USD", "5.00"),
        ("5.5", "USD", "5.50"),
        (" 5,50 ", "USD", "5.50"),
        ("1 999", "JPY", "1999"),
        ("1.234", "KWD", "1.234"),
        ("0", "USD", "0.00"),
    ],
)
def test_amounts_as_they_are_typed(text, currency, amount):
    assert f"{typed(text, currency, 'amount')}" == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [("", "USD"), ("1.234", "USD"), ("1,234.00", "USD"), ("-1", "USD"), ("1.5", "JPY"),
     ("٣", "USD"), ("1e3", "USD"), ("abc", "USD"), (".5", "USD"), ("9" * 16, "USD")],
)  # fmt: skip
def test_what_is_no_amount_is_never_guessed(text, currency):
    with pytest.raises(Malformed):
        typed(text, currency, "amount")


@given(
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    units=st.integers(min_value=0, max_value=10**14),
)
def test_an_amount_survives_the_form(currency, units):
    amount = Decimal(units).scaleb(-decimals(currency))
    assert typed(plain(amount, currency), currency, "amount") == amount


def test_money_is_written_as_its_market_does():
    assert money("1234.50", "USD", Locale("en", "US")) == "$1,234.50"
    assert money("1999", "JPY", Locale("ja", "JP")) == "￥1,999"
    assert money("1234.50", "SEK", Locale("sv", "SE")).endswith("kr")


def test_times_are_in_the_readers_zone():
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert moment(at, ZoneInfo("Asia/Tokyo")) == "23 Nov 2026, 08:30"
    assert moment(at.isoformat(), ZoneInfo("UTC")) == "22 Nov 2026, 23:30"
    assert moment(None, ZoneInfo("UTC")) == "—"


def test_statuses_are_words():
    assert status("PartiallyShipped") == "Partially Shipped"
    assert status("Shipped") == "Shipped"
