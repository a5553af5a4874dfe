"""The filter for orders, and the date presets that stand for times."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.contracts import Malformed

Days = tuple[date, date]
# Orders exist from 1970 on, in UTC. West of Greenwich that moment is the day before.
FIRST_DAY = date(1969, 12, 31)
LAST_YEAR = 9000
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """All conditions have to hold (rules: Finding orders). Empty fields don't restrict.

    number       prefix of the order number, with or without `PO`
    since        created at this time or later
    before       created before this time
    name         any name on the order, the customer's or a recipient's; `%` for any characters
    markets      in one of these markets
    customer     prefix of the customer's name; `%` for any characters
    email        the customer's whole email address, ignoring case
    statuses     in one of these statuses
    anonymous    only orders without a customer name and email
    customer_id  orders of this customer
    sku          with a line of this SKU, ignoring case
    tracking     with a shipment of this tracking number, ignoring case
    reference    with a payment of this reference, ignoring case
    waiting      only orders with a shipment that awaits inventory
    needs        `owed`, `failed`, `pending` or `expiring`: what it needs of somebody
    """

    number: str = ""
    since: datetime | None = None
    before: datetime | None = None
    name: str = ""
    markets: tuple[str, ...] = ()
    customer: str = ""
    email: str = ""
    statuses: tuple[str, ...] = ()
    anonymous: bool = False
    customer_id: str = ""
    sku: str = ""
    tracking: str = ""
    reference: str = ""
    waiting: bool = False
    needs: str = ""


def _last_month(today: date) -> Days:
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


# For each preset, its first and its last day.
PRESETS: dict[str, Callable[[date], Days]] = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: (today - timedelta(days=1), today - timedelta(days=1)),
    "last-7-days": lambda today: (today - timedelta(days=6), today),
    "last-30-days": lambda today: (today - timedelta(days=29), today),
    "this-month": lambda today: (today.replace(day=1), today),
    "last-month": _last_month,
}


def preset(name: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The `since` and `before` of a preset, with days in `zone`. Raises `Malformed`."""
    if name not in PRESETS:
        raise Malformed("created", f"must be one of {', '.join(PRESETS)}")
    first, last = PRESETS[name](now.astimezone(zone).date())
    return between(first, last, zone)


def between(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The `since` and `before` of whole days in `zone`, both included. Raises `Malformed`."""
    if min(first, last) < FIRST_DAY or max(first, last).year > LAST_YEAR:
        raise Malformed("created", f"enter a day between 1970 and {LAST_YEAR}")
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)


def span(
    start: str, end: str, zone: ZoneInfo, fields: tuple[str, str] = ("start", "end")
) -> tuple[datetime | None, datetime | None]:
    """The `since` and `before` of two days in `zone`, both included; an empty day sets no bound.

    Raises `Malformed`, with the name from `fields`, for an invalid day and for an end before the
    start.
    """
    first = day_of(start, fields[0]) if start else None
    last = day_of(end, fields[1]) if end else None
    if first and last and last < first:
        raise Malformed(fields[1], "the end date is before the start date")
    since = between(first, first, zone)[0] if first else None
    return since, between(last, last, zone)[1] if last else None


def day_of(text: str, field: str) -> date:
    """Parses a day in the form `2026-11-23`. Raises `Malformed` for any other form."""
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Malformed(field, "enter a day as 2026-11-23")
    if day < FIRST_DAY or day.year > LAST_YEAR:
        raise Malformed(field, f"enter a day between 1970 and {LAST_YEAR}")
    return day


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name. Raises `Malformed`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Malformed("zone", "unknown time zone; use a name such as Europe/Stockholm") from None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
