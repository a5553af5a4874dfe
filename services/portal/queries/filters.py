"""What orders can be looked for by, and the days that people say instead of times."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.contracts import Malformed

Days = tuple[date, date]
# Orders begin in 1970 in UTC, when it is still the day before in the west.
FIRST_DAY = date(1969, 12, 31)
LAST_YEAR = 9000
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """All that is given holds at once (rules: Finding orders). What is empty asks for nothing.

    number     the beginning of the order's number, with its `PO` or without
    since      created then or later
    before     created earlier than then
    name       any name on the order: the customer's or a recipient's; `%` for any characters
    markets    one of these
    customer   the customer's name from its start; `%` for any characters
    email      the customer's email, whole; upper and lower case are the same
    statuses   one of these
    anonymous  only orders without a customer's name and email
    customer_id  the orders of this customer
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


def _last_month(today: date) -> Days:
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


# Each names its first and its last day.
PRESETS: dict[str, Callable[[date], Days]] = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: (today - timedelta(days=1), today - timedelta(days=1)),
    "last-7-days": lambda today: (today - timedelta(days=6), today),
    "last-30-days": lambda today: (today - timedelta(days=29), today),
    "this-month": lambda today: (today.replace(day=1), today),
    "last-month": _last_month,
}


def preset(name: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The `since` and `before` of a preset, as the days are in `zone`. Raises `Malformed`."""
    if name not in PRESETS:
        raise Malformed("created", f"no preset is called {name}: {', '.join(PRESETS)}")
    first, last = PRESETS[name](now.astimezone(zone).date())
    return between(first, last, zone)


def between(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The `since` and `before` of whole days in `zone`, both included. Raises `Malformed`."""
    if min(first, last) < FIRST_DAY or max(first, last).year > LAST_YEAR:
        raise Malformed("created", f"a day between 1970 and {LAST_YEAR} is needed")
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)


def span(
    start: str, end: str, zone: ZoneInfo, fields: tuple[str, str] = ("start", "end")
) -> tuple[datetime | None, datetime | None]:
    """The `since` and `before` of two days in `zone`, both included; an empty one sets no bound.

    Raises `Malformed`, naming one of `fields`, for a day that isn't one and for an end before the
    start.
    """
    first = day_of(start, fields[0]) if start else None
    last = day_of(end, fields[1]) if end else None
    if first and last and last < first:
        raise Malformed(fields[1], "the end date is before the start date")
    since = between(first, first, zone)[0] if first else None
    return since, between(last, last, zone)[1] if last else None


def day_of(text: str, field: str) -> date:
    """A day, as `2026-11-23` and in no other way. Raises `Malformed`."""
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Malformed(field, "a day is written 2026-11-23")
    if day < FIRST_DAY or day.year > LAST_YEAR:
        raise Malformed(field, f"a day between 1970 and {LAST_YEAR} is needed")
    return day


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name. Raises `Malformed`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Malformed("zone", "no such time zone; one is called Europe/Stockholm") from None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
