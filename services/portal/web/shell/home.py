"""The home page: what needs somebody now, and charts of a period."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_timedelta
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.portal.auth.guard import Operator, SignedIn
from services.portal.i18n import N_, _, language
from services.portal.queries.dashboard import MOST
from services.portal.queries.models.dashboard import Age, Bucket
from services.portal.web.frame.charts import HEIGHT, Chart, chart
from services.portal.web.frame.rendering import page, zone_of
from shared.dead_letters.filters import Filter
from shared.runtime.ports import Unavailable

# Days, and what they are called; with the preset of the order list that has the same orders.
PERIODS = {1: N_("Today"), 7: N_("7 days"), 30: N_("30 days")}
PRESETS = {1: "today", 7: "last-7-days", 30: "last-30-days"}


@dataclass(frozen=True)
class Work:
    """A kind of work: its figures, its list, and the hours after which it is late.

    `ahead` means that its time is still to come, for most.
    """

    name: str
    title: str
    link: str
    icon: str
    late_hours: int
    ahead: bool = False


WORK = (
    Work("held", N_("Orders on hold"), "/orders?status=OnHold", "player-pause", 24),
    Work("review", N_("On hold past review"), "/holds", "calendar-exclamation", 24),
    Work("failed", N_("Failed payments"), "/orders?needs=failed", "credit-card-off", 24),
    Work(
        "expiring",
        N_("Authorizations that expire soon"),
        "/orders?needs=expiring",
        "clock-dollar",
        1,
        ahead=True,
    ),
    Work("pending", N_("Requests without an answer"), "/orders?needs=pending", "clock", 1),
    Work("awaiting", N_("Shipments awaiting inventory"), "/warehouse", "hourglass", 72),
    Work("released", N_("Shipments to pick"), "/warehouse", "package", 24),
    Work("packing", N_("Shipments being packed"), "/warehouse", "package-export", 24),
    Work(
        "returns_expected",
        N_("Returns to receive"),
        "/returns?status=AwaitingStockReturn",
        "truck-return",
        336,
    ),
    Work(
        "returns_arrived",
        N_("Returns to complete"),
        "/returns?status=AwaitingCompletion",
        "receipt-refund",
        72,
    ),
    Work("owed", N_("Orders not paid in full"), "/orders?needs=owed", "cash", 168),
)


@dataclass(frozen=True)
class Card:
    """What of one kind needs somebody; `late` are those that have waited too long."""

    work: Work
    number: int
    oldest: datetime | None
    late: int
    late_after: str

    @property
    def more(self) -> bool:
        """Whether there may be more than were counted."""
        return self.number >= MOST


router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(
    request: Request, person: SignedIn, days: Annotated[int, Query(ge=1, le=30)] = 1
) -> Response:
    """What needs somebody, and what was placed and shipped in a period of 1, 7 or 30 days."""
    days = days if days in PERIODS else 1
    zone, now = zone_of(request), datetime.now(UTC)
    queries = request.app.state.portal.queries.dashboard
    figures = await queries.now(now, zone)
    counted = await queries.charts(days, now, zone)
    found = [card(work, getattr(figures, work.name)) for work in WORK]
    charts = [
        chart(_("Orders placed"), f"/orders?created={PRESETS[days]}", _named(counted.placed, zone)),
        chart(_("Shipments shipped"), "/orders?status=Completed", _named(counted.shipped, zone)),
        _by_age(_("Shipments awaiting inventory, by age"), "/warehouse", figures.awaiting),
        _by_age(_("Orders on hold, by age"), "/orders?status=OnHold", figures.held),
    ]
    values = {"cards": [each for each in found if each.number], "charts": charts, "days": days}
    values |= {"placed_today": figures.placed_today, "any_orders": counted.any_orders}
    values["tour"] = await request.app.state.portal.tours.shown(person.account)
    return page(request, "shell/home.html", person, **values, periods=PERIODS, height=HEIGHT)


@router.get("/home/letters")
async def letters(request: Request, person: Operator) -> Response:
    """The card of open dead letters, which takes Kafka a while to count."""
    operations = request.app.state.portal.operations
    try:
        found = await operations.with_timeout(
            operations.dead_letters.page(Filter(states=("open",)), "", 1)
        )
        number = found.number
    except Unavailable:
        number = None
    return page(request, "shell/home_letters.html", person, number=number)


def card(work: Work, ages: list[Age]) -> Card:
    """The card of one kind of work, from its figures by age."""
    oldest = min((each.oldest for each in ages if each.oldest), default=None)
    late = [e.number for e in ages if e.up_to_hours is None or e.up_to_hours > work.late_hours]
    return Card(work, sum(e.number for e in ages), oldest, sum(late), _long(work.late_hours))


def _named(buckets: list[Bucket], zone: ZoneInfo) -> list[tuple[str, str, int]]:
    """Hours of a day, or days, each with a caption where there is room for it."""
    locale, named = Locale(language()), []
    hourly = len(buckets) > 1 and buckets[1].start - buckets[0].start < timedelta(hours=2)
    every = 4 if hourly else 1 if len(buckets) <= 7 else 5
    for at, each in enumerate(buckets):
        start = each.start.astimezone(zone)
        label = format_skeleton("Hm" if hourly else "MMMd", start, tzinfo=zone, locale=locale)
        named.append((label, label if at % every == 0 else "", each.number))
    return named


def _by_age(title: str, link: str, ages: list[Age]) -> Chart:
    named, before = [], 0
    for each in ages:
        hours = each.up_to_hours
        label = _("over %(age)s") if hours is None else _("up to %(age)s")
        label %= {"age": _long(before if hours is None else hours)}
        short = f"> {_short(before)}" if hours is None else f"≤ {_short(hours)}"
        named.append((label, short, each.number))
        before = hours or before
    return chart(title, link, named)


def _long(hours: int) -> str:
    locale = Locale(language())
    return format_timedelta(timedelta(hours=hours), threshold=1.5, locale=locale)


def _short(hours: int) -> str:
    days = hours // 24
    return _("%(days)s d") % {"days": days} if days > 1 else _("%(hours)s h") % {"hours": hours}
