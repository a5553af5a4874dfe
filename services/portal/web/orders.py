"""The list of orders: found while typing, chosen, deleted together."""

import asyncio
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.portal.auth.guard import Forbidden, Signed
from services.portal.auth.rights import ALLOWED, may
from services.portal.auth.sessions import Person
from services.portal.views.models import OrderDetails
from services.portal.web.acting import give, words_of
from services.portal.web.finding import CREATED, Sought
from services.portal.web.rendering import page, zone_of
from shared.contracts import Malformed
from shared.contracts.commands import offered
from shared.contracts.orders import OrderStatus

DELETE = "order.delete"
MOST = 100

router = APIRouter(prefix="/orders", include_in_schema=False)


@router.get("")
async def orders(request: Request, person: Signed, after: str = "") -> Response:
    """The whole page, or the results alone for somebody who is typing."""
    views = request.app.state.portal.views
    sought = Sought.of(request.query_params)
    wrong, found, count = None, None, None
    try:
        asked = sought.filter(zone_of(request))
        found, count = await asyncio.gather(
            views.orders.search(asked, following=after or None), views.orders.count(asked)
        )
    except Malformed as error:
        wrong = error.message
    template = "orders_found.html" if request.headers.get("hx-target") == "found" else "orders.html"
    answer = page(
        request,
        template,
        person,
        sought=sought,
        found=found,
        count=count,
        wrong=wrong,
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
    """Which orders would be deleted, one by one, before anything happens."""
    _check(person)
    views = request.app.state.portal.views
    found = await asyncio.gather(*(views.orders.get(order_id) for order_id in order[:MOST]))
    known = [one for one in found if isinstance(one, OrderDetails)]
    return page(request, "orders_delete.html", person, orders=known, results=None)


@router.post("/delete")
async def delete(request: Request, person: Signed, order: Annotated[list[str], Form()]) -> Response:
    """Deletes them, and says of each what became of it."""
    _check(person)
    results = await asyncio.gather(
        *(_delete(request, person, order_id) for order_id in order[:MOST])
    )
    return page(request, "orders_delete.html", person, orders=[], results=results)


async def _delete(request: Request, person: Person, order_id: str) -> dict[str, object]:
    found = await request.app.state.portal.views.orders.get(order_id)
    number = found.number if isinstance(found, OrderDetails) else order_id
    command = offered()[DELETE].model_validate({"order_id": order_id})
    sent = await give(request, person, command)
    return {"number": number, "order_id": order_id, "words": words_of(sent.reply)}


def _check(person: Person) -> None:
    if not may(person.roles, DELETE):
        raise Forbidden(f"Deleting is for the role {' or '.join(ALLOWED.get(DELETE, ()))}.")
