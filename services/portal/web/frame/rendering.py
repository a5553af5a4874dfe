"""Renders pages: the templates, and the filters and globals that they use."""

import json
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.numbers import format_percent
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.portal import i18n
from services.portal.auth.rights import may
from services.portal.auth.sessions import Person
from services.portal.field_messages import translated
from services.portal.queries.shipment_labels import label, with_labels
from services.portal.web.forms.addresses import address_text, countries
from services.portal.web.frame import formats
from services.portal.web.frame.assets import address, icon
from services.portal.web.frame.barcodes import barcode
from services.portal.web.frame.holds import hold_name, stops_text
from services.portal.web.frame.keys import KEYS
from services.portal.web.order.breakdown import breakdown_of, line_total
from shared.contracts.checkout import EXCHANGE
from shared.contracts.commands import short

# How times are written on pages: each a text, since languages differ in that too.
MOMENTS = (
    i18n.N_("d MMM y, HH:mm"),
    i18n.N_("d MMM y, HH:mm:ss"),
    i18n.N_("d MMM, HH:mm:ss"),
    i18n.N_("d MMMM y"),
    i18n.N_("d MMM y"),
)
# What has a meaning in a URL (RFC 3986, 2.2), and `%`: the path may be encoded already.
RESERVED = "%:/?#[]@!$&'()*+,;="


THEMES = ("light", "dark")  # without a choice: as the reader's system has it

# A request that isn't answered yet, by its kind.
REQUESTED = {
    "hold": i18n.N_("Hold requested"),
    "release-hold": i18n.N_("Hold release requested"),
    "cancel": i18n.N_("Cancellation requested"),
    "delete": i18n.N_("Deletion requested"),
    "edit": i18n.N_("Edit requested"),
}


@cache
def templates(assets: Path) -> Environment:
    """The template environment: escapes all output, and raises for undefined names.

    `assets` is the folder with the npm packages.
    """
    environment = Environment(
        loader=PackageLoader("services.portal.web"),
        autoescape=True,
        auto_reload=False,  # a file is not asked for its age each time
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(i18n._, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters |= {
        "status": formats.status,
        "ago": ago,
        "since": since,
        "ways": lambda ways: json.dumps([way.fields() for way in ways]),
        "who": lambda actor: formats.account(actor) or actor or "",
        "plain": formats.plain_amount,
        "message": translated,
    }
    environment.filters |= {"short": short, "line_total": line_total, "breakdown": breakdown_of}
    environment.filters |= {"address_text": address_text}
    environment.filters |= {"shipment": label, "with_labels": with_labels}
    environment.globals |= {
        "asset": partial(address, assets),
        "icon": partial(icon, assets),
        "barcode": barcode,
        "keys": KEYS,
        "country": lambda code: dict(countries()).get(code),
        "requested": lambda kind: i18n._(REQUESTED[kind]),
        "stops_text": stops_text,
    }
    return environment


def page(
    request: Request, name: str, person: Person | None, status: int = 200, /, **values: Any
) -> HTMLResponse:
    """Renders a template into a page or a part of a page."""
    site = request.app.state.portal.site
    zone = zone_of(request)

    accepted = request.headers.get("accept-language", "")
    locale = formats.locale_of(accepted, request.cookies.get(i18n.COOKIE) and i18n.language())
    theme = request.cookies.get("theme")

    def money(amount: Any, currency: str | None) -> str:
        return formats.money(amount, currency, locale)

    def moment(value: Any, form: str = "d MMM y, HH:mm") -> str:
        return formats.moment(value, zone, i18n._(form), Locale(i18n.language()))

    def method_name(method: str) -> str:
        if method == EXCHANGE:
            return i18n._("Exchange of goods")
        known = site.payment_methods.get(method)
        return known.name if known else method

    def percent(rate: Any) -> str:
        return format_percent(rate, locale=locale, decimal_quantization=False)

    html = (
        templates(request.app.state.portal.settings.portal_assets)
        .get_template(name)
        .render(
            person=person,
            csrf=person.csrf if person else None,
            may=lambda action: person is not None and may(person.roles, action),
            site=site,
            zone=zone.key,
            theme=theme if theme in THEMES else "",
            keys_off=request.cookies.get("keys") == "off",
            language=i18n.language(),
            languages=i18n.languages(),
            countries=countries(),
            money=money,
            method_name=method_name,
            moment=moment,
            percent=percent,
            day=lambda value: formats.day(value, i18n._("d MMM y"), Locale(i18n.language())),
            hold_name=lambda hold: hold_name(hold, site),
            now=lambda: datetime.now(UTC),
            arrived=getattr(request.state, "arrived", ""),
            path=request.url.path,
            part="hx-request" in request.headers,
            **values,
        )
    )
    return HTMLResponse(html, status)


def today(request: Request) -> date:
    """The day that it is where the reader is."""
    return datetime.now(zone_of(request)).date()


def ago(value: Any) -> str:
    """How long ago a time is, in the reader's language."""
    return formats.ago(value, Locale(i18n.language()))


def since(value: Any) -> str:
    """How long ago a time is as a phrase, in the reader's language."""
    return formats.since(value, Locale(i18n.language()))


def local_path(where: str | None) -> str:
    """`where` if it is a path of this portal, else `/`: no redirect leads to another site.

    Letters that a header can't hold are percent-encoded.
    """
    if where and where.startswith("/") and not where.startswith("//"):
        return quote(where, RESERVED) if where.isprintable() and "\\" not in where else "/"
    return "/"


def redirect(request: Request, where: str, message: str | None = None) -> Response:
    """Redirects htmx or a browser to another page, which shows `message` if it is given."""
    if "hx-request" in request.headers:
        return with_flash(Response(status_code=204, headers={"HX-Redirect": where}), message)
    return with_flash(RedirectResponse(where, 303), message)


def with_flash(answer: Response, message: str | None) -> Response:
    """Adds a flash message: the next page shows it, since a toast would vanish with this one."""
    if message:
        answer.set_cookie("said", quote(message[:500]), max_age=30, samesite="lax", path="/")
    return answer


def zone_of(request: Request) -> ZoneInfo:
    """The time zone that the browser reported in a cookie; UTC until then."""
    try:
        return ZoneInfo(request.cookies.get("zone", "UTC")[:64])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
