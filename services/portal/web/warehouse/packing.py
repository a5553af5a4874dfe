"""Documents of a warehouse, for printing: packing slips and pick lists, without prices."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.i18n import _
from services.portal.queries.models.warehouse import ToPack
from services.portal.queries.warehouse import MAX_PRINTED, articles_of
from services.portal.web.frame.rendering import page
from services.portal.web.warehouse.stock import check

router = APIRouter(prefix="/warehouse", include_in_schema=False)

Chosen = Annotated[list[str], Query()]


@router.get("/slip/{order_id}/{shipment_id}")
async def slip(request: Request, person: SignedIn, order_id: str, shipment_id: str) -> Response:
    """The packing slip of a shipment, for printing: no prices."""
    found = await request.app.state.portal.queries.warehouse.packing_slip(order_id, shipment_id)
    if found is None:
        raise HTTPException(404, _("Shipment not found."))
    back = f"/warehouse/{found.warehouse}" if found.warehouse else f"/orders/{found.order_id}"
    return page(request, "order/slips.html", person, slips=[found], back=back, more=0)


@router.get("/{warehouse}/slips")
async def slips(
    request: Request,
    person: SignedIn,
    warehouse: str,
    shipment: Chosen = [],  # noqa: B006
) -> Response:
    """The packing slips of several shipments, each on its own page."""
    found, more = await _chosen(request, warehouse, shipment)
    back = f"/warehouse/{warehouse}"
    return page(request, "order/slips.html", person, slips=found, back=back, more=more)


@router.get("/{warehouse}/pick-list")
async def pick_list(
    request: Request,
    person: SignedIn,
    warehouse: str,
    shipment: Chosen = [],  # noqa: B006
) -> Response:
    """The pick list of several shipments: the total of each SKU, and the orders that want it."""
    found, more = await _chosen(request, warehouse, shipment)
    values = {"warehouse": warehouse, "shipments": found, "more": more}
    return page(request, "warehouse/pick_list.html", person, **values, articles=articles_of(found))


async def _chosen(request: Request, warehouse: str, chosen: list[str]) -> tuple[list[ToPack], int]:
    """The shipments that are named as `order/shipment`, else all released ones; and how many more
    there are than are printed at once. Raises 404 if there are none."""
    check(request, warehouse)
    queries = request.app.state.portal.queries.warehouse
    if chosen:
        named = [(order, shipment) for order, _, shipment in (e.partition("/") for e in chosen)]
        found = [e for e in await queries.to_pack(named) if e.warehouse == warehouse]
        more = max(0, len(set(named)) - MAX_PRINTED)
    else:
        released = (await queries.pick_list(warehouse)).shipments
        found, more = released[:MAX_PRINTED], max(0, len(released) - MAX_PRINTED)
    if not found:
        raise HTTPException(404, _("There is nothing to print: no such shipments are here."))
    return found, more
