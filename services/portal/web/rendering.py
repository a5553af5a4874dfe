"""Makes pages: the templates with what each of them may use."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.portal.auth.rights import may
from services.portal.auth.sessions import Person
from services.portal.queries.shipment_labels import label, with_labels
from services.portal.web import formats
from services.portal.web.address_choices import countries
from services.portal.web.assets import address
from services.portal.web.barcodes import barcode
from services.portal.web.total_breakdown import line_total, sums_of
from shared.contracts.commands import short

HERE = Path(__file__).parent


@cache
def templates() -> Environment:
    """All of them escape what they print, and fail on a name that isn't there."""
    environment = Environment(
        loader=PackageLoader("services.portal.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"status": formats.status, "ago": formats.ago, "plain": formats.plain}
    environment.filters |= {"short": short, "line_total": line_total, "sums": sums_of}
    environment.filters |= {"shipment": label, "with_labels": with_labels}
    environment.globals |= {
        "asset": address,
        "countries": countries(),
        "country": dict(countries()).get,
        "barcode": barcode,
    }
    return environment


def page(
    request: Request, name: str, person: Person | None, status: int = 200, /, **values: Any
) -> HTMLResponse:
    """The page or part of a page that the template makes."""
    site = request.app.state.portal.site
    zone = zone_of(request)

    locale = formats.locale_of(request.headers.get("accept-language", ""))

    def money(amount: Any, currency: str | None) -> str:
        return formats.money(amount, currency, locale)

    def moment(value: Any, form: str = "d MMM y, HH:mm") -> str:
        return formats.moment(value, zone, form)

    html = (
        templates()
        .get_template(name)
        .render(
            person=person,
            csrf=person.csrf if person else None,
            may=lambda action: person is not None and may(person.roles, action),
            site=site,
            zone=zone.key,
            money=money,
            moment=moment,
            now=lambda: datetime.now(UTC),
            path=request.url.path,
            part="hx-request" in request.headers,
            **values,
        )
    )
    return HTMLResponse(html, status)


def inside(where: str | None) -> str:
    """`where` if it is a page of ours, else the first page: a link from elsewhere leads nowhere."""
    if where and where.startswith("/") and not where.startswith("//"):
        return where if where.isprintable() and "\\" not in where else "/"
    return "/"


def go(request: Request, where: str, said: str | None = None) -> Response:
    """Sends the browser to another page of ours, whether htmx asked or a form; says something."""
    if "hx-request" in request.headers:
        return saying(Response(status_code=204, headers={"HX-Redirect": where}), said)
    return saying(RedirectResponse(where, 303), said)


def saying(answer: Response, said: str | None) -> Response:
    """Lets the page that comes next say something: a toast would be gone with this one."""
    if said:
        answer.set_cookie("said", quote(said[:500]), max_age=30, samesite="lax", path="/")
    return answer


def zone_of(request: Request) -> ZoneInfo:
    """The zone that the browser said it is in; UTC until it has."""
    try:
        return ZoneInfo(request.cookies.get("zone", "UTC")[:64])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
