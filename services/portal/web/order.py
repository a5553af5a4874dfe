"""Pages for one order: details, notes, timeline, and a dialog for each action."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.web import permissions
from services.portal.web.address_choices import address_book
from services.portal.web.form_values import shown
from services.portal.web.rendering import page
from shared.contracts.checkout import MAX_LINES
from shared.contracts.commands import offered

TABS = {"details": "Form Details", "notes": "Notes", "timeline": "Timeline"}
DIALOGS = {
    "hold": "Hold",
    "cancel": "Cancel Order",
    "delete": "Delete Order",
    "reorder": "Reorder",
    "payment": "Add Payment",
    "capture": "Capture",
    "void": "Void",
    "refund": "Refund",
    "edit-shipment": "Edit shipment",
    "release": "Release shipment",
    "complete": "Complete shipment",
    "cancel-shipment": "Cancel shipment",
    "add-line": "Add line items",
    "change-line": "Change line",
    "remove-line": "Remove line",
    "move-line": "Move line",
    "split-line": "Move to a new shipment",
    "discount": "Discount",
}

# Lines of a shipment that are shown at first; the rest is a click away.
LINES = 50
MONEY = ("payment", "capture", "refund", "void")

router = APIRouter(prefix="/orders/{order_id}", include_in_schema=False)


@router.get("")
async def order(
    request: Request, person: SignedIn, order_id: str, tab: str = "details", lines: str = ""
) -> Response:
    """Order Details. `order_id` may be a number as well; `lines=all` shows every line."""
    queries = request.app.state.portal.queries
    tab = tab if tab in TABS else "details"
    found = await queries.orders.get(order_id)
    if found is None and (by_number := await queries.orders.id_of(order_id.upper())):
        return RedirectResponse(f"/orders/{by_number}", 303)
    if isinstance(found, Tombstone):
        return page(request, "tombstone.html", person, 410, stone=found)
    if found is None:
        cart = await queries.carts.get(order_id)
        if cart is None or cart.status != "CheckedOut":
            raise HTTPException(404, "Order not found.")
        return page(request, "placing.html", person)
    queue = await queries.stock.queue_positions(found)
    timeline, can = await asyncio.gather(
        _no_entries() if tab != "timeline" else queries.timeline.of(order_id),
        permissions.for_order(request, person, found, queue),
    )
    values = {"order": found, "can": can, "tab": tab, "tabs": TABS, "timeline": timeline}
    values |= {"LINES": LINES, "whole": lines == "all"}
    values["queue"] = queue
    return page(request, "order.html", person, **values, new_id=permissions.new_id)


@router.get("/lines")
async def more_lines(
    request: Request,
    person: SignedIn,
    order_id: str,
    shipment: str,
    begin: Annotated[int, Query(ge=0, le=MAX_LINES)] = 0,
) -> Response:
    """More lines of a shipment, as rows of its table: an order may have thousands."""
    found = await request.app.state.portal.queries.orders.get(order_id)
    whole = found.shipments if isinstance(found, OrderDetails) else []
    wanted = _find(whole, "shipment_id", shipment)
    if wanted is None:
        raise HTTPException(404, "Shipment not found.")
    can = await permissions.for_order(request, person, found, {})
    values = {"order": found, "shipment": wanted, "sid": shipment, "can": can, "begin": begin}
    values |= {"base": f"/orders/{order_id}/dialog", "LINES": LINES, "whole": False}
    return page(request, "order_lines.html", person, **values)


@router.get("/as-of")
async def as_of(request: Request, person: SignedIn, order_id: str, entry: str) -> Response:
    """The order as it was right after an entry of its timeline."""
    found = await request.app.state.portal.queries.timeline.order_as_of(order_id, entry)
    if not isinstance(found, OrderDetails):
        raise HTTPException(404, "The order didn't exist at that time.")
    return page(request, "order_as_of.html", person, order=found, entry=entry)


@router.get("/dialog/{name}")
async def dialog(request: Request, person: SignedIn, order_id: str, name: str) -> Response:
    """The dialog for one action. The query parameters name the shipment, line or payment;
    `address` is the id of an address in the customer's address book, or `new`."""
    found = await request.app.state.portal.queries.orders.get(order_id)
    if name not in DIALOGS or not isinstance(found, OrderDetails):
        raise HTTPException(404, "Page not found.")
    params = request.query_params
    shipment = _find(found.shipments, "shipment_id", params.get("shipment"))
    line = _find(shipment.lines, "line_id", params.get("line")) if shipment else None
    payment = _find(found.payments, "payment_id", params.get("payment"))
    market = request.app.state.portal.site.markets.get(found.market)
    book = await address_book(request, found.customer, params.get("address"))
    can = await permissions.for_payments(request, person, order_id) if name in MONEY else None
    return page(
        request,
        "dialog_order.html",
        person,
        name=name,
        title=DIALOGS[name],
        order=found,
        shows=shown(found, shipment_id=params.get("shipment"), line_id=params.get("line")),
        shipment=shipment,
        line=line,
        payment=payment,
        can=can,
        market=market,
        book=book,
        offered=offered(),
        new_id=permissions.new_id,
    )


def _find(items: list[Any], field: str, value: str | None) -> Any:
    return next((each for each in items if getattr(each, field) == value), None)


async def _no_entries() -> list[Any]:
    return []
