"""Pages for warehouses: pick list, stock levels and waiting orders."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.queries.models.warehouse import ToPack
from services.portal.queries.warehouse import MAX_COUNT
from services.portal.web.forms.values import shown
from services.portal.web.frame import permissions
from services.portal.web.frame.rendering import page

# Of those who wait, so many are shown at once.
SHOWN = 50
# Of the articles with a name that is searched for, so many are looked up.
NAMED = 200
# Of the shipments to pick and to pack, so many are shown each; documents hold as many.
LISTED = 100
FILTERS = ("short", "waiting", "quarantine")
DIALOGS = ("receive", "count", "set-safety", "expect", "release-quarantine")
LONGEST = 200  # characters that are typed or scanned

router = APIRouter(prefix="/warehouse", include_in_schema=False)


@router.get("")
async def warehouses(request: Request, person: SignedIn) -> Response:
    """All warehouses, each with the numbers of what it has to do."""
    queries, site = request.app.state.portal.queries, request.app.state.portal.site
    counts = await asyncio.gather(*(queries.warehouse.counts(each) for each in site.warehouses))
    found = dict(zip(site.warehouses, counts, strict=True))
    return page(request, "warehouse/warehouses.html", person, counts=found, MOST=MAX_COUNT)


@router.get("/{warehouse}")
async def picking(request: Request, person: SignedIn, warehouse: str, scan: str = "") -> Response:
    """The pick list: released shipments, by SKU and by shipment, and those being packed.

    `scan` is an order number, as a barcode scanner types it: its shipments come first.
    """
    check(request, warehouse)
    queries = request.app.state.portal.queries
    released, packing, (order_id, scanned) = await asyncio.gather(
        queries.warehouse.pick_list(warehouse),
        queries.warehouse.pick_list(warehouse, "Packing"),
        _scanned(request, warehouse, scan.strip().upper()[:LONGEST]),
    )
    values = {"warehouse": warehouse, "released": released, "packing": packing}
    values |= {"scan": scan.strip()[:LONGEST], "scanned": scanned, "order_id": order_id}
    can = permissions.Permissions(person)
    return page(request, "warehouse/picking.html", person, **values, can=can, LISTED=LISTED)


async def _scanned(
    request: Request, warehouse: str, number: str
) -> tuple[str | None, list[ToPack]]:
    """The id of the order with this number, and its shipments to pick or to pack."""
    queries = request.app.state.portal.queries
    order_id = await queries.orders.id_of(number) if number else None
    return order_id, await queries.warehouse.to_pack_of(order_id, warehouse) if order_id else []


@router.get("/{warehouse}/stock")
async def stock(
    request: Request,
    person: SignedIn,
    warehouse: str,
    sku: str = "",
    only: str = "",
    of: str = "",
    after: str = "",
    begin: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Every article's level, and who waits for what, both in pages.

    `sku` is what is typed: the beginning of a SKU, or any part of a name. `only` is `short`,
    `waiting` or `quarantine`. `of` is the whole SKU whose waiting orders are shown.
    """
    check(request, warehouse)
    queries, sku, of = request.app.state.portal.queries, sku.strip()[:LONGEST], of[:LONGEST]
    only = only if only in FILTERS else ""
    named = await queries.products.with_name(sku, NAMED) if sku else []
    levels, waiting = await asyncio.gather(
        queries.stock.levels(warehouse, sku, cursor=after or None, named=named, only=only),
        queries.stock.waiting(warehouse, of, begin, SHOWN)
        if of
        else queries.stock.waiting_for_any(warehouse, sku, named, begin, SHOWN),
    )
    names = await queries.products.names([level.sku for level in levels.levels])
    values = {"warehouse": warehouse, "sku": sku, "levels": levels, "names": names, "of": of}
    values |= {"waiting": waiting, "begin": begin, "after": after, "SHOWN": SHOWN, "only": only}
    values["too_many"] = len(named) == NAMED
    return page(
        request, "warehouse/stock.html", person, **values, can=permissions.Permissions(person)
    )


@router.get("/{warehouse}/stock/dialog/{name}")
async def dialog(
    request: Request, person: SignedIn, warehouse: str, name: str, sku: str = ""
) -> Response:
    """The dialog for received goods, a stock count, the safety stock, expected goods, or for
    releasing goods from quarantine.

    Apart from that for received goods, it shows the present level of the SKU.
    """
    check(request, warehouse)
    if name not in DIALOGS:
        raise HTTPException(404, "Page not found.")
    sku, stock = sku.strip()[:200], request.app.state.portal.queries.stock
    level = await stock.versioned(warehouse, sku) if name != "receive" and sku else None
    if name == "release-quarantine":
        names = await request.app.state.portal.queries.products.names([sku])
        return page(
            request,
            "warehouse/dialog_quarantine.html",
            person,
            warehouse=warehouse,
            level=level,
            item=names.get(sku),
            new_id=permissions.new_id,
        )
    values = {"warehouse": warehouse, "name": name, "sku": sku, "new_id": permissions.new_id}
    values |= {"level": level, "shows": shown(level) if level else None}
    return page(request, "warehouse/dialog_stock.html", person, **values)


def check(request: Request, warehouse: str) -> None:
    """Raises 404 if the site has no such warehouse."""
    if warehouse not in request.app.state.portal.site.warehouses:
        raise HTTPException(404, f"Unknown warehouse {warehouse}.")
