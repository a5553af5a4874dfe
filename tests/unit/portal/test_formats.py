"""Money and times, formatted and parsed."""

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from moneyed import CURRENCIES

from services.portal.web.frame.formats import (
    locale_of,
    moment,
    money,
    parse_amount,
    plain_amount,
    status,
)
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
def test_parses_amounts_as_people_type_them(text, currency, amount):
    assert f"{parse_amount(text, currency, 'amount')}" == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [("", "USD"), ("1.234", "USD"), ("1,234.00", "USD"), ("-1", "USD"), ("1.5", "JPY"),
     ("٣", "USD"), ("1e3", "USD"), ("abc", "USD"), (".5", "USD"), ("9" * 16, "USD")],
)  # fmt: skip
def test_invalid_amount_is_refused(text, currency):
    with pytest.raises(Malformed):
        parse_amount(text, currency, "amount")


@given(
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
    units=st.integers(min_value=0, max_value=10**14),
)
def test_an_amount_survives_the_form(currency, units):
    amount = Decimal(units).scaleb(-decimals(currency))
    assert parse_amount(plain_amount(amount, currency), currency, "amount") == amount


def test_money_is_formatted_for_the_locale():
    assert money("1234.50", "USD", Locale("en", "US")) == "$1,234.50"
    assert money("1999", "JPY", Locale("ja", "JP")) == "￥1,999"
    assert money("1234.50", "SEK", Locale("sv", "SE")).endswith("kr")


def test_times_are_in_the_readers_zone():
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert moment(at, ZoneInfo("Asia/Tokyo")) == "23 Nov 2026, 08:30"
    assert moment(at.isoformat(), ZoneInfo("UTC")) == "22 Nov 2026, 23:30"
    assert moment(None, ZoneInfo("UTC")) == "—"


def test_status_labels():
    assert status("PartiallyShipped") == "Partially Shipped"
    assert status("Shipped") == "Shipped"


SOME = ["en-US", "en-CA", "en-GB", "de-DE", "fr-CH", "sv-SE", "ja-JP", "ar-EG", "hi-IN", "pt-BR"]


@pytest.mark.parametrize("language", SOME)
def test_two_currencies_never_look_the_same(language: str) -> None:
    seen: dict[str, str] = {}
    for currency in CURRENCIES:
        amount = Decimal(1234).scaleb(-decimals(currency))
        written = money(amount, currency, locale_of(language))
        digits = [c for c in written if c.isdigit()]
        assert [str(unicodedata.digit(c)) for c in digits][-4:] == list("1234")
        same = Decimal(5).scaleb(0).quantize(Decimal(1).scaleb(-decimals(currency)))
        other = money(same, currency, locale_of(language))
        assert other not in seen, (currency, seen.get(other))
        seen[other] = currency


def test_money_is_formatted_for_the_reader_independent_of_the_market() -> None:
    assert money("109.80", "GBP", locale_of("en-US,en;q=0.9")) == "£109.80"
    assert money("63.40", "GBP", locale_of("de-DE")) == "63,40\u00a0£"
    assert money("79.00", "SEK", locale_of("en")) == "SEK\u00a079.00"
    assert money("5.00", "USD", locale_of("en-CA")) == "US$5.00"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("en;q=0.5, de-DE", "de_DE"),
        ("en;q=0.8,de;q=0.9", "de"),
        ("sv, de", "sv"),
        ("de;q=0.7, sv;q=0.7", "de"),
        ("de;q=0, sv;q=0.001", "sv"),
        ("de;q=0.000", "en"),
        ("de ; Q=0.3 , ja-JP;q=1.000", "ja_JP"),
        ("xx-YY, fr-CH;q=0.2, en;q=0.1", "fr_CH"),
        ("*, de;q=0.5", "en"),
        ("de;q=0.5, *;q=0.1", "de"),
        ("de;q=2, sv;q=0.1", "sv"),
        ("de;q=, sv;q=0.1", "sv"),
        ("de;q=0.1234, sv;q=0.1", "sv"),
        ("de;q=nan, sv;q=0.1", "sv"),
        ("de;q=1e9, sv;q=0.1", "sv"),
        ("xx-YY," * 30 + "de", "en"),
    ],
)
def test_the_language_with_the_highest_weight_counts(header: str, locale: str) -> None:
    assert str(locale_of(header)) == locale


def test_a_reader_who_prefers_german_reads_amounts_in_german() -> None:
    assert money("63.40", "GBP", locale_of("en;q=0.5, de-DE;q=0.9")) == "63,40\u00a0£"


@pytest.mark.parametrize("header", ["", "*", "xx-YY-zz", "\x00", "en" * 5000, "de_DE", "-", ";q=1"])
def test_any_header_yields_a_locale(header: str) -> None:
    assert money("5.00", "EUR", locale_of(header)) in ("€5.00", "5,00\u00a0€")
