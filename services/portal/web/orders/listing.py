"""The list of orders: search while typing, and a selection for bulk jobs."""

import asyncio
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn
from services.portal.bulk.actions import allowed
from services.portal.queries import OrderFilter
from services.portal.queries.cursor import PAGE, encode_cursor
from services.portal.queries.models.orders import Count, MatchedPage, OrderPage
from services.portal.queries.order_search import is_whole, search_text
from services.portal.queries.sorting import NEWEST_FIRST, SORTS
from services.portal.web.frame.rendering import page, redirect, zone_of
from services.portal.web.orders.chips import LABELS, chips
from services.portal.web.orders.columns import COLUMNS, COOKIE, columns_of
from services.portal.web.orders.filters import CREATED, NEEDS, OrderSearch
from services.portal.web.orders.saved_views import TABS
from shared.contracts import Malformed
from shared.contracts.orders import OrderStatus

Found = OrderPage | MatchedPage

# What htmx requests: the results, the rest of a search, or the orders that are newer.
RESULTS, MORE, NEWER = (
    "orders/found.html",
    "orders/rows.html",
    "orders/newer.html",
)
TEMPLATES = {"found": RESULTS, "search-on": MORE, "rows": NEWER}
MAX_NEWER = 50

router = APIRouter(include_in_schema=False)


@router.get("/orders")
async def orders(
    request: Request,
    person: SignedIn,
    after: str = "",
    shown: Annotated[int, Query(ge=0, lt=PAGE)] = 0,
    first: str = "",
) -> Response:
    """The whole page, or for htmx the results alone, or only some rows.

    `shown` is the number of orders on the page already: a search continues until it is full.
    `first` is the place of the first of them, if those that are newer are wanted.
    """
    template = TEMPLATES.get(request.headers.get("hx-target", ""), "orders/list.html")
    search = OrderSearch.of(request.query_params)
    wrong: Malformed | None = None
    found: Found | None = None
    count: Count | None = None
    try:
        if template == NEWER:
            found = await newer(request, search, first)
        else:
            found, count = await _found(request, search, after, shown)
    except Malformed as error:
        if template in (MORE, NEWER):
            raise
        wrong = error
    if whole := _opens(request, search, found):
        return redirect(request, whole)
    answer = page(
        request,
        template,
        person,
        **list_context(request, search),
        found=found,
        count=count,
        wrong=wrong,
        results_alone=template == RESULTS,
        after=after,
        shown=shown,
        tabs=TABS,
        bulk_actions=allowed(person),
        needs=NEEDS,
    )
    answer.headers["Vary"] = "HX-Request, HX-Target"
    if template == RESULTS:
        answer.headers["HX-Replace-Url"] = search.address(after=after)
    return answer


def list_context(request: Request, search: OrderSearch) -> dict[str, Any]:
    """What the templates of the list need besides the orders."""
    return {
        "search": search,
        "chips": chips(search, request.app.state.portal.site),
        "columns": columns_of(search.columns or request.cookies.get(COOKIE, "")),
        "every_column": COLUMNS,
        "labels": LABELS,
        "place": encode_cursor,
        "PAGE": PAGE,
        "presets": CREATED,
        "statuses": get_args(OrderStatus),
    }


async def newer(request: Request, search: OrderSearch, first: str) -> OrderPage:
    """The orders before the first one of a list that begins with the newest, newest first.

    None for a list that is sorted otherwise, or searched by a text. Raises `Malformed`.
    """
    if not first or search.q or search.sorting != NEWEST_FIRST:
        return OrderPage(orders=[], after=None)
    orders_ = request.app.state.portal.queries.orders
    order_filter = search.filter(zone_of(request))
    try:
        found = await orders_.search(order_filter, first, MAX_NEWER, SORTS["oldest"])
    except Malformed as error:
        raise Malformed("first", error.message) from None
    return OrderPage(orders=found.orders[::-1], after=found.after)


@router.get("/order-news")
async def news(request: Request, person: SignedIn, first: str = "") -> Response:
    """How many orders there are before the first one that the page shows."""
    search = OrderSearch.of(request.query_params)
    found = await newer(request, search, first)
    return page(request, "orders/news.html", person, search=search, found=found, first=first)


async def _found(
    request: Request, search: OrderSearch, after: str, shown: int
) -> tuple[Found, Count | None]:
    """The orders, and how many there are; a search by text counts what it shows."""
    found_in = request.app.state.portal.queries.orders
    order_filter: OrderFilter = search.filter(zone_of(request))
    cursor, limit, sorting = after or None, PAGE - shown, search.sorting
    if search.q:
        found = await search_text(found_in, search.q, order_filter, cursor, limit, sorting)
        return found, Count(number=len(found.orders), more=found.after is not None)
    return await asyncio.gather(
        found_in.search(order_filter, cursor, limit, sorting),
        _none() if shown else found_in.count(order_filter),
    )


def _opens(request: Request, search: OrderSearch, found: Found | None) -> str | None:
    """The address of the only order that the search box names, if Enter asked for it."""
    if not isinstance(found, MatchedPage) or "open" not in request.query_params:
        return None
    rows = found.orders
    if len(rows) != 1 or found.after or not is_whole(search.q, rows[0]):
        return None
    return f"/orders/{rows[0].order_id}"


async def _none() -> None:
    return None
