"""Formats for people: money in the reader's language, times in their zone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, get_currency_symbol
from moneyed import CURRENCIES

from services.portal.i18n import _, locales_of
from shared.contracts.base import Malformed
from shared.contracts.money import decimals, example
from shared.contracts.statuses import label


def status(value: str | None) -> str:
    """The label of a status: `InProgress` is In Progress."""
    return _(label(value)) if value else "—"


MARK = "\u00a4"  # the placeholder for the currency in a pattern
NARROW = "\u00a0"
ENGLISH = Locale("en")


def locale_of(languages: str, chosen: str | None = None) -> Locale:
    """The reader's locale: the wanted one of the language that they chose, else the most wanted."""
    wanted = locales_of(languages)
    if chosen:
        return next((each for each in wanted if each.language == chosen), Locale(chosen))
    return wanted[0] if wanted else ENGLISH


def money(amount: Decimal | str | None, currency: str | None, locale: Locale) -> str:
    """Formats an amount for the reader's locale, independent of the market.

    The amount is exact: all decimals of the currency, no rounding. The currency is shown by its
    sign if that is unambiguous in this locale, else by its code.
    """
    if amount is None or currency is None:
        return "—"
    exact = amount if isinstance(amount, Decimal) else Decimal(amount)
    return format_currency(
        exact, currency, _currency_pattern(currency, locale), locale=locale, currency_digits=False
    )


@cache
def _currency_pattern(currency: str, locale: Locale) -> str:
    """The locale's pattern for amounts of this currency, with a space between letters and digits.

    It has the decimals of the contract (ISO 4217). The locale's own pattern omits decimals that are
    rarely used in cash, and would round.
    """
    sign, pattern = (
        get_currency_symbol(currency, locale),
        locale.currency_formats["standard"].pattern,
    )
    if any(sign == get_currency_symbol(c, locale) for c in CURRENCIES if c != currency):
        sign, pattern = currency, pattern.replace(MARK, MARK * 2)
    if pattern.startswith(MARK) and sign[-1].isalpha():
        pattern = pattern.replace("#", f"{NARROW}#", 1) if pattern[-1] != NARROW else pattern
    part = "." + "0" * decimals(currency) if decimals(currency) else ""
    return str(pattern).replace("0.00", f"0{part}")


def plain_amount(amount: Decimal | str | None, currency: str) -> str:
    """An amount as the contract writes it, for a form field."""
    if amount is None:
        return ""
    return f"{Decimal(amount):.{decimals(currency)}f}"


def parse_amount(text: str, currency: str, field: str) -> Decimal:
    """Parses an amount as people type it: `5`, `5.5` and `5,50` are 5.50 USD.

    Raises `Malformed` for anything ambiguous: neither `1,234` nor `0.001` is an amount in USD.
    """
    if currency not in CURRENCIES:
        raise Malformed("currency", "is missing; choose the currency of the amount")
    cleaned = text.strip().replace("\u00a0", "").replace(" ", "").replace(",", ".")
    whole, _, part = cleaned.partition(".")
    digits = decimals(currency)
    if not cleaned.isascii() or not whole.isdigit() or not (part.isdigit() or not part):
        raise Malformed(field, f"must be an amount, such as {example(currency)}")
    if len(whole) > 15 or len(part) > digits:
        raise Malformed(
            field, f"must be an amount, such as {example(currency)}, of at most 15 digits"
        )
    return Decimal(f"{whole}.{part.ljust(digits, '0')}") if digits else Decimal(whole)


def moment(
    value: datetime | str | None,
    zone: ZoneInfo,
    form: str = "d MMM y, HH:mm",
    locale: Locale = ENGLISH,
) -> str:
    """Formats a time in the reader's zone, or in UTC if the zone can't express it (years 1, 9999).

    Only earlier versions accepted such times.
    """
    found = parsed(value)
    if found is None:
        return "—"
    try:
        return format_datetime(found, form, tzinfo=zone, locale=locale)
    except OverflowError:
        return format_datetime(found, f"{form} 'UTC'", tzinfo=UTC, locale=locale)


def day(value: date, form: str, locale: Locale = ENGLISH) -> str:
    """A day in the reader's language."""
    return format_date(value, form, locale)


def ago(value: datetime | str | None, locale: Locale = ENGLISH) -> str:
    """The time that has passed since: `3 hours`."""
    found = parsed(value)
    if found is None:
        return "—"
    return format_timedelta(datetime.now(UTC) - found, locale=locale, threshold=1.5)


def since(value: datetime | str | None, locale: Locale = ENGLISH) -> str:
    """How long ago a time is, as a phrase: `3 hours ago`."""
    found = parsed(value)
    if found is None:
        return "—"
    passed = found - datetime.now(UTC)
    return format_timedelta(passed, locale=locale, threshold=1.5, add_direction=True)


def account(actor: str | None) -> str | None:
    """The account of a person who acts, `anna` for `csr:anna`; None for a program or nobody."""
    kind, _, name = (actor or "").partition(":")
    return name if kind == "csr" and name else None


def parsed(value: datetime | str | None) -> datetime | None:
    """Parses a time from a document or from JSON."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value
