"""Pages for warehouses: pick list, packing slip, stock levels and waiting orders."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.web import permissions
from services.portal.web.form_values import shown
from services.portal.web.rendering import page

# Of those who wait, so many are shown at once.
SHOWN = 50
# Of the articles with a name that is searched for, so many are looked up.
NAMED = 200

router = APIRouter(prefix="/warehouse", include_in_schema=False)


@router.get("")
async def warehouses(request: Request, person: SignedIn) -> Response:
    """All warehouses, each with the number of shipments to pick."""
    queries, site = request.app.state.portal.queries, request.app.state.portal.site
    lists = await asyncio.gather(*(queries.warehouse.pick_list(each) for each in site.warehouses))
    return page(request, "warehouses.html", person, lists=lists)


@router.get("/{warehouse}")
async def picking(request: Request, person: SignedIn, warehouse: str) -> Response:
    """The pick list: released shipments, by SKU and by shipment, and those being packed."""
    _check(request, warehouse)
    queries = request.app.state.portal.queries
    released, packing = await asyncio.gather(
        queries.warehouse.pick_list(warehouse), queries.warehouse.pick_list(warehouse, "Packing")
    )
    can = permissions.Permissions(person)
    values = {"warehouse": warehouse, "released": released, "packing": packing, "can": can}
    return page(request, "picking.html", person, **values)


@router.get("/{warehouse}/stock")
async def stock(
    request: Request,
    person: SignedIn,
    warehouse: str,
    sku: str = "",
    after: str = "",
    begin: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Every article's level, and who waits for what, both in pages.

    `sku` is what is typed: the beginning of a SKU, or any part of an item's name.
    """
    _check(request, warehouse)
    queries, sku = request.app.state.portal.queries, sku.strip()[:200]
    named = await queries.products.with_name(sku, NAMED) if sku else []
    levels, waiting = await asyncio.gather(
        queries.stock.levels(warehouse, sku, cursor=after or None, named=named),
        queries.stock.waiting_for_any(warehouse, sku, named, begin, SHOWN),
    )
    names = await queries.products.names([level.sku for level in levels.levels])
    values = {"warehouse": warehouse, "sku": sku, "levels": levels, "names": names}
    values |= {"waiting": waiting, "begin": begin, "after": after, "SHOWN": SHOWN}
    values["too_many"] = len(named) == NAMED
    return page(request, "stock.html", person, **values, can=permissions.Permissions(person))


@router.get("/{warehouse}/stock/dialog/{name}")
async def dialog(
    request: Request, person: SignedIn, warehouse: str, name: str, sku: str = ""
) -> Response:
    """The dialog for received goods (`receive`) or a stock count (`count`).

    That for a count shows what is on hand of the SKU.
    """
    _check(request, warehouse)
    if name not in ("receive", "count"):
        raise HTTPException(404, "Page not found.")
    sku, stock = sku.strip()[:200], request.app.state.portal.queries.stock
    level = await stock.versioned(warehouse, sku) if name == "count" and sku else None
    values = {"warehouse": warehouse, "name": name, "sku": sku, "new_id": permissions.new_id}
    values |= {"level": level, "shows": shown(level) if level else None}
    return page(request, "dialog_stock.html", person, **values)


@router.get("/slip/{order_id}/{shipment_id}")
async def slip(request: Request, person: SignedIn, order_id: str, shipment_id: str) -> Response:
    """The packing slip of a shipment, for printing: no prices."""
    found = await request.app.state.portal.queries.warehouse.packing_slip(order_id, shipment_id)
    if found is None:
        raise HTTPException(404, "Shipment not found.")
    return page(request, "slip.html", person, slip=found)


def _check(request: Request, warehouse: str) -> None:
    if warehouse not in request.app.state.portal.site.warehouses:
        raise HTTPException(404, f"Unknown warehouse {warehouse}.")
