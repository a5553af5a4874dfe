"""Documents of an order, for printing: invoice and credit note."""

from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.i18n import _
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.web.frame.rendering import page
from services.portal.web.order.ledger import ledger_of
from services.portal.web.order.sums import ZERO, billed, refunds_of, sums_of

router = APIRouter(prefix="/orders/{order_id}/documents", include_in_schema=False)


@router.get("/invoice")
async def invoice(request: Request, person: SignedIn, order_id: str) -> Response:
    """The invoice of an order as it is now: its lines, sums and payments."""
    order = await _order(request, order_id)
    if isinstance(order, Tombstone):
        return page(request, "order/tombstone.html", person, 410, stone=order)
    market = request.app.state.portal.site.markets.get(order.market)
    rate: Decimal | None = market.tax_rate if market else None
    values = {"order": order, "shipments": billed(order), "sums": sums_of(order, rate)}
    values["ledger"] = ledger_of(order)
    return page(request, "order/invoice.html", person, **values)


@router.get("/credit-note")
async def credit_note(request: Request, person: SignedIn, order_id: str) -> Response:
    """The credit note of an order: what was refunded."""
    order = await _order(request, order_id)
    if isinstance(order, Tombstone):
        return page(request, "order/tombstone.html", person, 410, stone=order)
    refunds = refunds_of(order)
    if not refunds:
        raise HTTPException(404, _("Nothing of this order was refunded: there is no credit note."))
    total = sum((each.amount for each in refunds), ZERO)
    values = {"order": order, "refunds": refunds, "total": total}
    return page(request, "order/credit_note.html", person, **values)


async def _order(request: Request, order_id: str) -> OrderDetails | Tombstone:
    """The order; raises 404 if there is none."""
    found: OrderDetails | Tombstone | None = await request.app.state.portal.queries.orders.get(
        order_id
    )
    if found is None:
        raise HTTPException(404, _("Order not found."))
    return found
