"""How things are written for people: money as its market does, times in the reader's zone."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_currency

from shared.contracts.base import Malformed
from shared.contracts.money import decimals, example
from shared.contracts.statuses import label
from shared.site.model import Site


def status(value: str | None) -> str:
    """A status as people write it: `InProgress` is In Progress."""
    return label(value) if value else "—"


@cache
def _locale(language: str, territory: str) -> Locale:
    for name in (f"{language}_{territory}", language, "en"):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def locale_of(site: Site, market: str | None) -> Locale:
    """How the market writes: its first language, in its country."""
    found = site.markets.get(market or "")
    if found is None or not found.languages:
        return Locale("en")
    return _locale(found.languages[0], market or "")


def money(amount: Decimal | str | None, currency: str | None, locale: Locale) -> str:
    """An amount with its currency, exactly: every decimal that the currency has, no rounding."""
    if amount is None or currency is None:
        return "—"
    exact = amount if isinstance(amount, Decimal) else Decimal(amount)
    return format_currency(exact, currency, locale=locale, currency_digits=True)


def plain(amount: Decimal | str | None, currency: str) -> str:
    """An amount as a field of a form holds it and the contract writes it."""
    if amount is None:
        return ""
    return f"{Decimal(amount):.{decimals(currency)}f}"


def typed(text: str, currency: str, field: str) -> Decimal:
    """What somebody has typed as an amount: `5`, `5.5` and `5,50` are all 5.50 USD.

    Raises `Malformed`, never guesses: `1,234` is no amount of USD, and `0.001` is none either.
    """
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
