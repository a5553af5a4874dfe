"""Pages for returns: the list, one return with its receiving form, and the slip for the parcel."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.i18n import N_, _
from services.portal.queries.models.details import OrderDetails
from services.portal.queries.models.returns import Return
from services.portal.queries.returns import LISTED_DAYS
from services.portal.web.frame import permissions
from services.portal.web.frame.rendering import page
from services.portal.web.returns.goods import ARRIVALS, DECISIONS, DISPOSITIONS

TABS = {
    "AwaitingStockReturn": N_("Awaiting stock return"),
    "AwaitingCompletion": N_("Awaiting completion"),
    "Complete": N_("Complete"),
    "Canceled": N_("Canceled"),
}
LISTED = 200
LONGEST = 200  # characters that are typed or scanned

router = APIRouter(prefix="/returns", include_in_schema=False)


@router.get("")
async def returns(
    request: Request,
    person: SignedIn,
    status: str = "AwaitingStockReturn",
    warehouse: str = "",
    scan: str = "",
) -> Response:
    """The returns in a status, by warehouse. `scan` is a return's number, whose page is opened."""
    queries = request.app.state.portal.queries.returns
    typed = scan.strip()[:LONGEST]
    if typed and (found := await queries.find(typed)):
        order_id, return_id = found
        return RedirectResponse(f"/returns/{order_id}/{return_id}", 303)
    status = status if status in TABS else "AwaitingStockReturn"
    chosen = warehouse if warehouse in request.app.state.portal.site.warehouses else None
    listed = await queries.list(status, chosen, LISTED)
    counts = await queries.counts(chosen)
    values = {"listed": listed, "counts": counts, "status": status, "warehouse": chosen or ""}
    values |= {"tabs": TABS, "scan": typed, "DAYS": LISTED_DAYS}
    return page(request, "returns/list.html", person, **values)


@router.get("/{order_id}/{return_id}")
async def one(request: Request, person: SignedIn, order_id: str, return_id: str) -> Response:
    """One return: what is expected, what has arrived, and the form that records it."""
    order, found = await order_and_return(request, order_id, return_id)
    can = await permissions.for_order(request, person, order, {})
    values: dict[str, Any] = {"order": order, "found": found, "can": can}
    values |= {"ARRIVALS": ARRIVALS, "DISPOSITIONS": DISPOSITIONS, "DECISIONS": DECISIONS}
    return page(request, "returns/return.html", person, **values, new_id=permissions.new_id)


@router.get("/{order_id}/{return_id}/slip")
async def slip(request: Request, person: SignedIn, order_id: str, return_id: str) -> Response:
    """The slip that the customer puts into the parcel, for printing: no prices."""
    order, found = await order_and_return(request, order_id, return_id)
    return page(request, "returns/slip.html", person, order=order, found=found)


async def order_and_return(
    request: Request, order_id: str, return_id: str
) -> tuple[OrderDetails, Return]:
    """An order and one of its returns. Raises 404 if there is none."""
    order = await request.app.state.portal.queries.orders.get(order_id)
    returns = order.returns if isinstance(order, OrderDetails) else []
    found = next((each for each in returns if each.return_id == return_id), None)
    if found is None:
        raise HTTPException(404, _("Return not found."))
    return order, found
