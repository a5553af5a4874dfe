"""The list of orders: found while typing, chosen, deleted together."""

import asyncio
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.portal.auth.guard import Signed
from services.portal.queries import Queries
from services.portal.queries.models.details import OrderDetails
from services.portal.web import bulk_delete
from services.portal.web.order_filters import CREATED, OrderSearch
from services.portal.web.rendering import page, zone_of
from shared.contracts import Malformed
from shared.contracts.orders import OrderStatus


async def _one(views: Queries, order_id: str) -> bulk_delete.Item | None:
    found = await views.orders.get(order_id)
    if not isinstance(found, OrderDetails):
        return None
    customer = found.customer.name if found.customer else None
    return bulk_delete.Item(order_id, found.number, found.status, customer)


DELETED = bulk_delete.Kind(
    "order",
    "A deleted order is gone for good, with its customer's data. "
    "Only its number and who deleted it when are kept.",
    _one,
)

router = APIRouter(prefix="/orders", include_in_schema=False)


@router.get("")
async def orders(request: Request, person: Signed, after: str = "") -> Response:
    """The whole page, or the results alone for somebody who is typing."""
    views = request.app.state.portal.views
    sought = OrderSearch.of(request.query_params)
    wrong, found, count = None, None, None
    try:
        asked = sought.filter(zone_of(request))
        found, count = await asyncio.gather(
            views.orders.search(asked, following=after or None), views.orders.count(asked)
        )
    except Malformed as error:
        wrong = error
    template = "orders_found.html" if request.headers.get("hx-target") == "found" else "orders.html"
    answer = page(
        request,
        template,
        person,
        sought=sought,
        found=found,
        count=count,
        wrong=wrong,
        results_alone=template == "orders_found.html",
        after=after,
        presets=CREATED,
        statuses=get_args(OrderStatus),
    )
    answer.headers["Vary"] = "HX-Request, HX-Target"
    if template == "orders_found.html":
        answer.headers["HX-Replace-Url"] = sought.address(after=after)
    return answer


@router.post("/delete/confirm")
async def confirm(
    request: Request, person: Signed, order: Annotated[list[str], Form()]
) -> Response:
    """Which orders would be deleted, before anything happens."""
    return await bulk_delete.confirm(request, person, DELETED, order)


@router.post("/delete")
async def delete(request: Request, person: Signed, order: Annotated[list[str], Form()]) -> Response:
    """Deletes them, and says of each what became of it."""
    return await bulk_delete.delete(request, person, DELETED, order)
