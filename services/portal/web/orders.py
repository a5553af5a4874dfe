"""The list of orders: search while typing, and a selection for bulk jobs."""

import asyncio
from typing import Annotated, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn
from services.portal.bulk.actions import allowed
from services.portal.queries.cursor import PAGE
from services.portal.web.order_filters import CREATED, OrderSearch
from services.portal.web.rendering import page, zone_of
from shared.contracts import Malformed
from shared.contracts.orders import OrderStatus

# What htmx requests: the results, or the rest of a search.
TEMPLATES = {"found": "orders_found.html", "search-on": "orders_rows.html"}

router = APIRouter(prefix="/orders", include_in_schema=False)


@router.get("")
async def orders(
    request: Request,
    person: SignedIn,
    after: str = "",
    shown: Annotated[int, Query(ge=0, lt=PAGE)] = 0,
) -> Response:
    """The whole page, or for htmx the results alone, or only more rows of a search.

    `shown` is the number of orders on the page already: a search continues until it is full.
    """
    queries = request.app.state.portal.queries
    template = TEMPLATES.get(request.headers.get("hx-target", ""), "orders.html")
    search = OrderSearch.of(request.query_params)
    wrong, found, count = None, None, None
    try:
        order_filter = search.filter(zone_of(request))
        found, count = await asyncio.gather(
            queries.orders.search(order_filter, after or None, PAGE - shown),
            _none() if shown else queries.orders.count(order_filter),
        )
    except Malformed as error:
        if template == "orders_rows.html":
            raise
        wrong = error
    answer = page(
        request,
        template,
        person,
        search=search,
        found=found,
        count=count,
        wrong=wrong,
        results_alone=template == "orders_found.html",
        after=after,
        shown=shown,
        PAGE=PAGE,
        presets=CREATED,
        statuses=get_args(OrderStatus),
        bulk_actions=allowed(person),
    )
    answer.headers["Vary"] = "HX-Request, HX-Target"
    if template == "orders_found.html":
        answer.headers["HX-Replace-Url"] = search.address(after=after)
    return answer


async def _none() -> None:
    return None
