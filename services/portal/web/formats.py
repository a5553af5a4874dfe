"""How things are written for people: money in the reader's language, times in their zone."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_currency, get_currency_symbol
from moneyed import CURRENCIES

from shared.contracts.base import Malformed
from shared.contracts.money import decimals, example
from shared.contracts.statuses import label


def status(value: str | None) -> str:
    """A status as people write it: `InProgress` is In Progress."""
    return label(value) if value else "—"


MARK = "\u00a4"  # where a currency stands in a form
NARROW = "\u00a0"


WEIGHT = re.compile(r"q=(0(\.\d{0,3})?|1(\.0{0,3})?)", re.ASCII | re.IGNORECASE)
MOST_LANGUAGES = 20  # of a header; browsers send a handful


@lru_cache(maxsize=1000)  # whoever sends headers chooses the keys
def locale_of(languages: str) -> Locale:
    """The reader's own locale, of an `Accept-Language` header; English where it names none.

    The language with the highest weight counts, the first one among equals; none with a weight of
    zero (RFC 9110, section 12.4.2). `*` is English, the language of the pages.
    """
    ranges = [_weighed(each) for each in languages.split(",", MOST_LANGUAGES)[:MOST_LANGUAGES]]
    for tag, weight in sorted(ranges, key=lambda each: -each[1]):
        if tag == "*" or not weight:
            break
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale("en")


def _weighed(language: str) -> tuple[str, float]:
    """`de;q=0.8` as its tag and weight: 1 if it has none, 0 if that is no weight."""
    tag, given, weight = language.partition(";")
    found = WEIGHT.fullmatch(weight.strip())
    return tag.strip(), float(found[1]) if found else float(not given)


def money(amount: Decimal | str | None, currency: str | None, locale: Locale) -> str:
    """An amount as its reader writes amounts, whatever market it comes from.

    Exact: every decimal that the currency has, no rounding. The currency is unmistakable: by a sign
    that means no other one in this locale, else by its code.
    """
    if amount is None or currency is None:
        return "—"
    exact = amount if isinstance(amount, Decimal) else Decimal(amount)
    return format_currency(
        exact, currency, _form(currency, locale), locale=locale, currency_digits=False
    )


@cache
def _form(currency: str, locale: Locale) -> str:
    """The locale's form of an amount in this currency: letters stand apart from digits.

    It has the contract's decimals (ISO 4217). The locale's own leave out those that are seldom used
    in cash, and would round.
    """
    sign, form = get_currency_symbol(currency, locale), locale.currency_formats["standard"].pattern
    if any(sign == get_currency_symbol(c, locale) for c in CURRENCIES if c != currency):
        sign, form = currency, form.replace(MARK, MARK * 2)
    if form.startswith(MARK) and sign[-1].isalpha():
        form = form.replace("#", f"{NARROW}#", 1) if form[-1] != NARROW else form
    part = "." + "0" * decimals(currency) if decimals(currency) else ""
    return str(form).replace("0.00", f"0{part}")


def plain(amount: Decimal | str | None, currency: str) -> str:
    """An amount as a field of a form holds it and the contract writes it."""
    if amount is None:
        return ""
    return f"{Decimal(amount):.{decimals(currency)}f}"


def typed(text: str, currency: str, field: str) -> Decimal:
    """What somebody has typed as an amount: `5`, `5.5` and `5,50` are all 5.50 USD.

    Raises `Malformed`, never guesses: `1,234` is no amount of USD, and `0.001` is none either.
    """
    if currency not in CURRENCIES:
        raise Malformed("currency", "is missing: without it an amount says nothing")
    cleaned = text.strip().replace("\u00a0", "").replace(" ", "").replace(",", ".")
    whole, _, part = cleaned.partition(".")
    digits = decimals(currency)
    if not whole.isascii() or not whole.isdigit() or not (part.isdigit() or not part):
        raise Malformed(field, f"must be an amount, such as {example(currency)}")
    if len(whole) > 15 or len(part) > digits:
        raise Malformed(
            field, f"must be an amount, such as {example(currency)}, of at most 15 digits"
        )
    return Decimal(f"{whole}.{part.ljust(digits, '0')}") if digits else Decimal(whole)


def moment(value: datetime | str | None, zone: ZoneInfo, form: str = "d MMM y, HH:mm") -> str:
    """A time in the reader's zone; in UTC where their zone has no such time (years 1 and 9999).

    Nothing new lies out there, but earlier versions took it.
    """
    found = parsed(value)
    if found is None:
        return "—"
    try:
        return format_datetime(found, form, tzinfo=zone, locale="en")
    except OverflowError:
        return format_datetime(found, f"{form} 'UTC'", tzinfo=UTC, locale="en")


def ago(value: datetime | str | None) -> str:
    """How long ago that was: `3 hours`."""
    found = parsed(value)
    if found is None:
        return "—"
    return format_timedelta(datetime.now(UTC) - found, locale="en", threshold=1.5)


def parsed(value: datetime | str | None) -> datetime | None:
    """A time, from a document or from JSON."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value
