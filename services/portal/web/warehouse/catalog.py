"""Pages for the catalog: the products, and one product with its stock, its queue and its orders."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.queries import OrderFilter
from services.portal.web.frame.rendering import page

# How many orders with a product are shown, and how many shipments that wait in each warehouse.
ORDERS = 10
WAITING = 20
# How many warehouses' queues are looked up.
QUEUES = 10
LONGEST = 200

router = APIRouter(prefix="/catalog", include_in_schema=False)


@router.get("")
async def catalog(
    request: Request, person: SignedIn, search: str = "", after: str = ""
) -> Response:
    """The products by SKU, or those that match, each with prices and stock."""
    queries, typed = request.app.state.portal.queries, search.strip()[:LONGEST]
    found = await queries.products.catalog(typed, after[:LONGEST])
    levels = await queries.stock.of_each(one.sku for one in found.products)
    is_part = request.headers.get("hx-target") == "catalog-found"
    template = "warehouse/catalog_found.html" if is_part else "warehouse/catalog.html"
    values = {"search": typed, "after": after, "found": found, "levels": levels}
    return page(request, template, person, **values)


@router.get("/{sku:path}")
async def product(request: Request, person: SignedIn, sku: str) -> Response:
    """A product; also one that the catalog doesn't have, if there is stock or an order of it."""
    queries = request.app.state.portal.queries
    found, levels, latest = await asyncio.gather(
        queries.products.in_catalog(sku),
        queries.stock.of(sku),
        queries.orders.search(OrderFilter(sku=sku), limit=ORDERS),
    )
    if found is None and not levels and not latest.orders:
        raise HTTPException(404, "Product not found.")
    short = [level.warehouse for level in levels if level.backordered][:QUEUES]
    queues = await asyncio.gather(
        *(queries.stock.waiting(warehouse, sku, limit=WAITING) for warehouse in short)
    )
    values = {"sku": sku, "product": found, "levels": levels, "orders": latest.orders}
    return page(
        request,
        "warehouse/product.html",
        person,
        **values,
        queues=dict(zip(short, queues, strict=True)),
    )
