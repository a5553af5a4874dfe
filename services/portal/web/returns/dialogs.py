"""The dialogs of an order that begin, complete and cancel returns and exchanges."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.i18n import N_, _
from services.portal.queries.models.details import OrderDetails
from services.portal.web.frame import permissions
from services.portal.web.frame.rendering import page
from services.portal.web.returns.goods import DECISIONS, returnable

DIALOGS = {
    "return": N_("Return items"),
    "exchange": N_("Exchange items"),
    "complete": N_("Complete return"),
    "cancel": N_("Cancel return"),
}
# Lines in a dialog. The menu of each line opens the dialog for that line alone.
LINES = 50
REPLACEMENTS = 5

router = APIRouter(prefix="/orders/{order_id}/returns/dialog", include_in_schema=False)


@router.get("/{name}")
async def dialog(request: Request, person: SignedIn, order_id: str, name: str) -> Response:
    """A dialog. `shipment` and `line` choose a line to return, `return` a return to complete or to
    cancel."""
    order = await request.app.state.portal.queries.orders.get(order_id)
    if name not in DIALOGS or not isinstance(order, OrderDetails):
        raise HTTPException(404, _("Page not found."))
    params = request.query_params
    wanted = {"shipment_id": params.get("shipment"), "line_id": params.get("line")}
    goods = [
        each
        for each in returnable(order)
        if wanted["shipment_id"] in (None, each.shipment.shipment_id)
        if wanted["line_id"] in (None, each.line.line_id)
    ]
    found = next((r for r in order.returns if r.return_id == params.get("return")), None)
    values = {"order": order, "goods": goods[:LINES], "more": max(0, len(goods) - LINES)}
    values |= {"found": found, "name": name, "title": _(DIALOGS[name]), "DECISIONS": DECISIONS}
    values |= {"market": request.app.state.portal.site.markets.get(order.market)}
    values["REPLACEMENTS"] = REPLACEMENTS
    return page(request, "returns/dialog.html", person, **values, new_id=permissions.new_id)
