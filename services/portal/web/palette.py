"""The command palette: pages, orders, customers and articles by what somebody types or scans."""

import asyncio
import re
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn
from services.portal.auth.rights import OPERATE, may
from services.portal.auth.sessions import Person
from services.portal.queries import OrderFilter, Queries
from services.portal.queries.models.orders import OrderRow
from services.portal.web.i18n import N_, _
from services.portal.web.rendering import page, redirect

LONGEST = 200
ORDERS, OTHERS = 4, 2  # how many orders, and how many customers and articles, are shown
NUMBER = re.compile(r"(PO)?\d{1,20}", re.ASCII | re.IGNORECASE)
CODE = re.compile(r"\S{3,}")
SHORTEST_PART = 3  # shorter texts match the beginning of names only

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
    Destination("/create", N_("Create New Order"), "plus", "order.hold"),
    Destination("/carts", N_("Carts"), "shopping-cart"),
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
    values["stock_page"] = partial(stock_page, request)
    if typed:
        orders, customers, products = await asyncio.gather(
            find_orders(queries, typed),
            queries.customers.search(typed, OTHERS),
            queries.products.search(typed, "", OTHERS),
        )
        values |= {"orders": orders, "customers": customers, "products": products}
    return page(request, "palette_found.html", person, **values)


@router.get("/scan")
async def scan(request: Request, _person: SignedIn, code: str = "") -> Response:
    """Opens what a scanned code stands for: an order by its number or tracking number, an article.

    The answer to an unknown code is a sentence for the page to show.
    """
    wanted = code.strip()[:LONGEST]
    queries: Queries = request.app.state.portal.queries
    if wanted and (where := await _place_of(queries, request, wanted)):
        return redirect(request, where)
    words = _("Nothing has the code {code}. Scan an order number, a SKU or a tracking number.")
    return Response(words.replace("{code}", wanted), 404, media_type="text/plain")


async def _place_of(queries: Queries, request: Request, code: str) -> str | None:
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
        return stock_page(request, code)
    return None


def stock_page(request: Request, sku: str) -> str:
    """The address of an article's stock, in the first warehouse of the site."""
    warehouse = next(iter(request.app.state.portal.site.warehouses), "")
    return f"/warehouse/{warehouse}/stock?sku={quote(sku, safe='')}"


def _pages(person: Person, typed: str) -> list[Destination]:
    allowed = [each for each in DESTINATIONS if not each.action or may(person.roles, each.action)]
    return [each for each in allowed if typed.casefold() in _(each.label).casefold()]


async def find_orders(queries: Queries, typed: str) -> list[OrderRow]:
    """The orders that `typed` may mean, the likeliest first: each way of looking is bounded."""
    pages = await asyncio.gather(
        *(queries.orders.search(each, limit=ORDERS) for each in filters_of(typed))
    )
    found = {row.order_id: row for each in pages for row in each.orders}
    return list(found.values())[:ORDERS]


def filters_of(typed: str) -> list[OrderFilter]:
    """The filters for what `typed` may be: number, email, SKU, tracking or payment, name."""
    filters = []
    if NUMBER.fullmatch(typed):
        filters.append(OrderFilter(number=typed))
    if "@" in typed:
        filters.append(OrderFilter(email=typed))
    if CODE.fullmatch(typed):
        filters += [
            OrderFilter(sku=typed),
            OrderFilter(tracking=typed),
            OrderFilter(reference=typed),
        ]
    name = typed if len(typed) < SHORTEST_PART else f"%{typed}"
    return [*filters, OrderFilter(name=name)]
