"""Tells an open page of an order who else looks at it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.i18n import N_
from services.portal.web.frame.rendering import page

# What somebody does who has this dialog open.
DOING = {
    "note": N_("writing a note"),
    "edit-shipment": N_("editing an address"),
    "payment": N_("adding a payment"),
    "capture": N_("capturing a payment"),
    "void": N_("voiding a payment"),
    "refund": N_("refunding a payment"),
    "hold": N_("putting it on hold"),
    "cancel": N_("canceling it"),
    "delete": N_("deleting it"),
    "reorder": N_("reordering it"),
    "release": N_("releasing a shipment"),
    "complete": N_("completing a shipment"),
    "correct-tracking": N_("correcting a tracking number"),
    "refund-shipping": N_("refunding shipping"),
    "cancel-shipment": N_("canceling a shipment"),
    "add-line": N_("adding items"),
    "change-line": N_("changing a line"),
    "remove-line": N_("removing a line"),
    "move-line": N_("moving a line"),
    "split-line": N_("moving a line"),
    "discount": N_("changing a discount"),
}

router = APIRouter(prefix="/orders/{order_id}", include_in_schema=False)


@router.post("/presence")
async def seen(
    request: Request,
    person: SignedIn,
    order_id: str,
    doing: Annotated[str, Form(max_length=40)] = "",
    left: Annotated[bool, Form()] = False,
) -> Response:
    """Records that the page is open, or closed if `left`; shows the others who look at the order.

    `doing` is the name of the dialog that is open, or `note`.
    """
    portal = request.app.state.portal
    if left:
        await portal.presence.left(order_id, person.account)
        return Response(status_code=204)
    if not await portal.queries.orders.has(order_id):
        raise HTTPException(404, "Order not found.")
    known = doing if doing in DOING else ""
    others = await portal.presence.seen(order_id, person.account, known)
    return page(request, "order/presence.html", person, others=others, DOING=DOING)
