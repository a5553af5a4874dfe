"""One order: its form, its notes, its timeline, and the dialogs for what can be done to it."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import Signed
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.web import permissions
from services.portal.web.address_choices import choices
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

# Of a shipment at once; the rest is a click away.
LINES = 50
MONEY = ("payment", "capture", "refund", "void")

router = APIRouter(prefix="/orders/{order_id}", include_in_schema=False)


@router.get("")
async def order(
    request: Request, person: Signed, order_id: str, tab: str = "details", lines: str = ""
) -> Response:
    """Order Details. An order is found by its number, too. `lines=all` shows all at once."""
    views = request.app.state.portal.views
    tab = tab if tab in TABS else "details"
    found = await views.orders.get(order_id)
    if found is None and (by_number := await views.orders.id_of(order_id.upper())):
        return RedirectResponse(f"/orders/{by_number}", 303)
    if isinstance(found, Tombstone):
        return page(request, "tombstone.html", person, 410, stone=found)
    if found is None:
        cart = await views.carts.get(order_id)
        if cart is None or cart.status != "CheckedOut":
            raise HTTPException(404, "There is no such order.")
        return page(request, "placing.html", person)
    queue = await views.stock.queue_of(found)
    timeline, can = await asyncio.gather(
        _nothing() if tab != "timeline" else views.timeline.of(order_id),
        permissions.of_order(request, person, found, queue),
    )
    values = {"order": found, "can": can, "tab": tab, "tabs": TABS, "timeline": timeline}
    values |= {"LINES": LINES, "whole": lines == "all"}
    values["queue"] = queue
    return page(request, "order.html", person, **values, new_id=permissions.new_id)


@router.get("/lines")
async def more_lines(
    request: Request,
    person: Signed,
    order_id: str,
    shipment: str,
    begin: Annotated[int, Query(ge=0, le=MAX_LINES)] = 0,
) -> Response:
    """More lines of one shipment, as rows of its table: an order may have thousands."""
    found = await request.app.state.portal.views.orders.get(order_id)
    whole = found.shipments if isinstance(found, OrderDetails) else []
    wanted = _one(whole, "shipment_id", shipment)
    if wanted is None:
        raise HTTPException(404, "There is no such shipment.")
    can = await permissions.of_order(request, person, found, {})
    values = {"order": found, "shipment": wanted, "sid": shipment, "can": can, "begin": begin}
    values |= {"base": f"/orders/{order_id}/dialog", "LINES": LINES, "whole": False}
    return page(request, "order_lines.html", person, **values)


@router.get("/as-of")
async def as_of(request: Request, person: Signed, order_id: str, entry: str) -> Response:
    """The order as it was right after an entry of its timeline."""
    found = await request.app.state.portal.views.timeline.order_as_of(order_id, entry)
    if not isinstance(found, OrderDetails):
        raise HTTPException(404, "There was no order then.")
    return page(request, "order_as_of.html", person, order=found, entry=entry)


@router.get("/dialog/{name}")
async def dialog(request: Request, person: Signed, order_id: str, name: str) -> Response:
    """The form for one thing that can be done. Which shipment, line or payment, the address says;
    `address` chooses one of the customer's address book, or a new one."""
    found = await request.app.state.portal.views.orders.get(order_id)
    if name not in DIALOGS or not isinstance(found, OrderDetails):
        raise HTTPException(404, "There is no such page.")
    asked = request.query_params
    shipment = _one(found.shipments, "shipment_id", asked.get("shipment"))
    line = _one(shipment.lines, "line_id", asked.get("line")) if shipment else None
    payment = _one(found.payments, "payment_id", asked.get("payment"))
    market = request.app.state.portal.site.markets.get(found.market)
    book = await choices(request, found.customer, asked.get("address"))
    can = await permissions.of_money(request, person, order_id) if name in MONEY else None
    return page(
        request,
        "dialog_order.html",
        person,
        name=name,
        title=DIALOGS[name],
        order=found,
        shows=shown(found, shipment_id=asked.get("shipment"), line_id=asked.get("line")),
        shipment=shipment,
        line=line,
        payment=payment,
        can=can,
        market=market,
        book=book,
        offered=offered(),
        new_id=permissions.new_id,
    )


def _one(among: list[Any], field: str, wanted: str | None) -> Any:
    return next((each for each in among if getattr(each, field) == wanted), None)


async def _nothing() -> list[Any]:
    return []
