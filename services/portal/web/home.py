"""The home page: the dashboard, with charts drawn on the server."""

from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn
from services.portal.queries.models.dashboard import Age, Hour
from services.portal.web.rendering import page, zone_of

WIDTH, HEIGHT, FOOT = 480, 120, 18

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Bar:
    """A bar of a chart, in the chart's units. `name` is the caption below it, `label` is spoken."""

    x: float
    y: float
    width: float
    height: float
    name: str
    label: str
    number: int


@router.get("/")
async def home(request: Request, person: SignedIn) -> Response:
    """Orders today, the last 24 hours, and what has been waiting for how long."""
    zone = zone_of(request)
    dashboard = await request.app.state.portal.queries.dashboard.now(datetime.now(UTC), zone)
    return page(
        request,
        "home.html",
        person,
        dashboard=dashboard,
        charts=[
            ("Orders placed, by hour", "/orders?created=today", _by_hour(dashboard.placed)),
            ("Shipments shipped, by hour", "/orders?status=Completed", _by_hour(dashboard.shipped)),
            ("Shipments awaiting inventory, by age", "/warehouse", _by_age(dashboard.awaiting)),
            ("Orders on hold, by age", "/orders?status=OnHold", _by_age(dashboard.held)),
        ],
        size=(WIDTH, HEIGHT),
    )


def _by_hour(hours: list[Hour]) -> list[Bar]:
    named = [
        (f"{each.hour:%H}" if at % 4 == 0 else "", f"{each.hour:%H:%M}", each.number)
        for at, each in enumerate(hours)
    ]
    return bars(named)


def _by_age(ages: list[Age]) -> list[Bar]:
    named, before = [], 0
    for each in ages:
        label = f"over {_hours(before)}" if each.up_to_hours is None else _upto(each.up_to_hours)
        named.append((label, label, each.number))
        before = each.up_to_hours or before
    return bars(named)


def _upto(hours: int) -> str:
    return f"≤ {_hours(hours)}"


def _hours(hours: int) -> str:
    return f"{hours // 24} d" if hours >= 48 else f"{hours} h"


def bars(named: list[tuple[str, str, int]]) -> list[Bar]:
    """Bars side by side. The highest fills the chart; a bar of zero has no height."""
    most = max((number for *_, number in named), default=0) or 1
    step, room = WIDTH / max(len(named), 1), HEIGHT - 2 * FOOT
    return [
        Bar(
            x=round(at * step + step * 0.1, 1),
            y=round(FOOT + room * (1 - number / most), 1),
            width=round(step * 0.8, 1),
            height=round(room * number / most, 1),
            name=name,
            label=label,
            number=number,
        )
        for at, (name, label, number) in enumerate(named)
    ]
