"""The command palette: pages, orders, customers and articles by what somebody types or scans."""

import asyncio
import re
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn
from services.portal.auth.rights import OPERATE, may
from services.portal.auth.sessions import Person
from services.portal.i18n import N_, _
from services.portal.queries import OrderFilter, Queries
from services.portal.queries.models.orders import OrderRow
from services.portal.queries.order_search import search_text
from services.portal.web.frame.rendering import page, redirect

LONGEST = 200
ORDERS, OTHERS = 4, 2  # how many orders, and how many customers and articles, are shown
NUMBER = re.compile(r"(PO)?\d{1,20}", re.ASCII | re.IGNORECASE)

router = APIRouter(include_in_schema=False)


class Destination(NamedTuple):
    """A page that the palette offers, and the action that it is for, if not everybody may."""

    where: str
    label: str
    icon: str
    action: str = ""


DESTINATIONS = (
    Destination("/", N_("Home"), "home"),
    Destination("/orders", N_("Orders"), "receipt"),
    Destination("/holds", N_("Holds"), "player-pause"),
    Destination("/create", N_("Create New Order"), "plus", "order.hold"),
    Destination("/carts", N_("Carts"), "shopping-cart"),
    Destination("/catalog", N_("Catalog"), "package"),
    Destination("/customers", N_("Customers"), "users"),
    Destination("/warehouse", N_("Warehouse"), "building-warehouse"),
    Destination("/operations/letters", N_("Operations"), "activity", OPERATE),
)


@router.get("/palette")
async def palette(request: Request, person: SignedIn, text: str = "") -> Response:
    """What the palette offers for a text; without one, the pages."""
    typed = text.strip()[:LONGEST]
    queries: Queries = request.app.state.portal.queries
    values: dict[str, Any] = {"text": typed, "pages": _pages(person, typed)}
    if typed:
        exact, matched, customers, products = await asyncio.gather(
            _called(queries, typed),
            search_text(queries.orders, typed, OrderFilter(), limit=ORDERS),
            queries.customers.search(typed, OTHERS),
            queries.products.search(typed, "", OTHERS),
        )
        # An old order that is called exactly this comes before newer ones that sound like it.
        found = {row.order_id: row for row in (*exact, *matched.orders)}
        orders = list(found.values())[:ORDERS]
        values |= {"orders": orders, "customers": customers, "products": products}
    return page(request, "shell/palette_found.html", person, **values)


@router.get("/scan")
async def scan(request: Request, _person: SignedIn, code: str = "") -> Response:
    """Opens what a scanned code stands for: an order by its number or tracking number, an article.

    The answer to an unknown code is a sentence for the page to show.
    """
    wanted = code.strip()[:LONGEST]
    queries: Queries = request.app.state.portal.queries
    if wanted and (where := await _place_of(queries, wanted)):
        return redirect(request, where)
    words = _("Nothing has the code {code}. Scan an order number, a SKU or a tracking number.")
    return Response(words.replace("{code}", wanted), 404, media_type="text/plain")


async def _called(queries: Queries, text: str) -> list[OrderRow]:
    """The orders with exactly this number or tracking number, at most one of each."""
    number = text.upper() if text[0] in "pP" else f"PO{text}"
    tracked = await queries.orders.search(OrderFilter(tracking=text), limit=1)
    if not NUMBER.fullmatch(text):
        return tracked.orders
    numbered = await queries.orders.search(OrderFilter(number=number), limit=1)
    return [*(row for row in numbered.orders if row.number == number), *tracked.orders]


async def _place_of(queries: Queries, code: str) -> str | None:
    if NUMBER.fullmatch(code):
        number = code.upper() if code[0] in "pP" else f"PO{code}"
        if found := await queries.orders.id_of(number):
            return f"/orders/{quote(found, safe='')}"
    tracked = await queries.orders.search(OrderFilter(tracking=code), limit=2)
    if len(tracked.orders) == 1:
        return f"/orders/{quote(tracked.orders[0].order_id, safe='')}"
    if tracked.orders:
        return f"/orders?tracking={quote(code, safe='')}"
    if await queries.products.get(code, ""):
        return f"/catalog/{quote(code)}"
    return None


def _pages(person: Person, typed: str) -> list[Destination]:
    allowed = [each for each in DESTINATIONS if not each.action or may(person.roles, each.action)]
    return [each for each in allowed if typed.casefold() in _(each.label).casefold()]
