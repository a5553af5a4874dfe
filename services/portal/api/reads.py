"""Every query over HTTP, for tools that don't read topics; see `services.portal.queries`."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request

from services.portal.api.problems import documented
from services.portal.auth.guard import SignedIn
from services.portal.queries import PRESETS, OrderFilter, Queries, preset, span, zone_of
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from services.portal.queries.models.carts import CartDetails, CartPage, MatchedCarts
from services.portal.queries.models.customers import CustomerDetails, CustomerRow, CustomerTombstone
from services.portal.queries.models.dashboard import DashboardFigures
from services.portal.queries.models.details import OrderDetails, Tombstone
from services.portal.queries.models.holds import HoldPage
from services.portal.queries.models.orders import Count, OrderPage
from services.portal.queries.models.products import Product
from services.portal.queries.models.stock import Level, LevelPage, Waiting
from services.portal.queries.models.timeline import Entry
from services.portal.queries.models.warehouse import PickList, ToPack
from shared.contracts.base import ID_PATTERN

router = APIRouter(prefix="/api", tags=["reads"], responses=documented(401, 403, 422, 503))

Text = Annotated[str, Query(max_length=200)]
Email = Annotated[str, Query(max_length=254)]
Several = Annotated[tuple[str, ...], Query(max_length=100)]
Cursor = Annotated[
    str | None, Query(max_length=200, description="The `after` of the previous page.")
]
Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE)]
Begin = Annotated[int, Query(ge=0, le=1_000_000)]
ZoneName = Annotated[str, Query(max_length=64, description="A time zone: `Europe/Stockholm`.")]
Day = Annotated[str | None, Query(json_schema_extra={"format": "date"})]
Id = Annotated[str, Path(pattern=ID_PATTERN)]
FOUND = documented(404)


def _found(what: Any) -> Any:
    if what is None:
        raise HTTPException(404, "Not found.")
    return what


def _portal_queries(request: Request) -> Queries:
    queries: Queries = request.app.state.portal.queries
    return queries


PortalQueries = Annotated[Queries, Depends(_portal_queries)]


def _days(
    created: Annotated[str | None, Query(json_schema_extra={"enum": [*PRESETS]})] = None,
    created_from: Day = None,
    created_to: Day = None,
    zone: ZoneName = "UTC",
) -> tuple[datetime | None, datetime | None]:
    """The start and end time of a preset, or of a first and a last day, in a zone."""
    timezone = zone_of(zone)
    if created:
        return preset(created, datetime.now(UTC), timezone)
    return span(created_from or "", created_to or "", timezone, ("created_from", "created_to"))


def _filter(
    days: Annotated[tuple[datetime | None, datetime | None], Depends(_days)],
    number: Text = "",
    name: Text = "",
    market: Several = (),
    customer: Text = "",
    email: Email = "",
    status: Several = (),
    anonymous: bool = False,
    customer_id: Text = "",
    sku: Text = "",
    tracking_number: Text = "",
    payment_reference: Text = "",
) -> OrderFilter:
    """The filter for orders; all conditions have to hold."""
    since, before = days
    return OrderFilter(
        number=number,
        since=since,
        before=before,
        name=name,
        markets=market,
        customer=customer,
        email=email,
        statuses=status,
        anonymous=anonymous,
        customer_id=customer_id,
        sku=sku,
        tracking=tracking_number,
        reference=payment_reference,
    )


Filter = Annotated[OrderFilter, Depends(_filter)]


@router.get("/orders", response_model=OrderPage)
async def orders(
    _: SignedIn,
    queries: PortalQueries,
    order_filter: Filter,
    after: Cursor = None,
    limit: Limit = PAGE,
) -> OrderPage:
    """Orders, newest first."""
    return await queries.orders.search(order_filter, after, limit)


@router.get("/order-count", response_model=Count)
@router.get("/orders/count", response_model=Count, deprecated=True, operation_id="orders_count")
async def orders_counted(_: SignedIn, queries: PortalQueries, order_filter: Filter) -> Count:
    """The number of orders that match the same filter.

    `/orders/count` stands where an order's id may stand; `/order-count` doesn't.
    """
    return await queries.orders.count(order_filter)


@router.get("/order-ids/{order_id}", responses=FOUND)
@router.get("/orders/{order_id}", responses=FOUND, operation_id="order_by_path")
async def order(_: SignedIn, queries: PortalQueries, order_id: Id) -> OrderDetails | Tombstone:
    """An order in full, by its id; its tombstone if it was deleted.

    `/order-ids` also reads orders whose id is a path of this API: `count`.
    """
    return _found(await queries.orders.get(order_id))


@router.get("/orders/{order_id}/timeline")
async def timeline(_: SignedIn, queries: PortalQueries, order_id: Id) -> list[Entry]:
    """The timeline of an order, in order of time."""
    return await queries.timeline.of(order_id)


@router.get("/orders/{order_id}/as-of", responses=FOUND)
async def order_as_of(
    _: SignedIn, queries: PortalQueries, order_id: Id, entry: Text
) -> OrderDetails | Tombstone:
    """The order as it was right after an entry of its timeline."""
    return _found(await queries.timeline.order_as_of(order_id, entry))


@router.get("/orders/{order_id}/shipments/{shipment_id}/packing-slip", responses=FOUND)
async def packing_slip(
    _: SignedIn, queries: PortalQueries, order_id: Id, shipment_id: Id
) -> ToPack:
    """The packing slip of a shipment: items and address, without prices."""
    return _found(await queries.warehouse.packing_slip(order_id, shipment_id))


@router.get("/order-numbers/{number}", responses=FOUND)
async def order_by_number(
    _: SignedIn, queries: PortalQueries, number: Id
) -> OrderDetails | Tombstone:
    """An order in full, by its number."""
    return _found(await queries.orders.get(_found(await queries.orders.id_of(number))))


@router.get("/carts")
async def carts(
    _: SignedIn, queries: PortalQueries, after: Cursor = None, limit: Limit = PAGE, q: Text = ""
) -> CartPage | MatchedCarts:
    """Carts that aren't orders yet, newest first; with `q`, those that it names."""
    return await queries.carts.list(after, limit, q)


@router.get("/carts/{cart_id}", responses=FOUND)
async def cart(_: SignedIn, queries: PortalQueries, cart_id: Id) -> CartDetails:
    """A cart in full."""
    return _found(await queries.carts.get(cart_id))


@router.get("/customers")
async def customers(
    _: SignedIn, queries: PortalQueries, search: Text, limit: Limit = 20
) -> list[CustomerRow]:
    """Customers by any part of name or email."""
    return await queries.customers.search(search, limit)


@router.get("/customers/{customer_id}", responses=FOUND)
async def customer(
    _: SignedIn, queries: PortalQueries, customer_id: Id
) -> CustomerDetails | CustomerTombstone:
    """A customer with the address book; the tombstone if the customer was deleted."""
    found = await queries.customers.get(customer_id)
    return found or _found(await queries.customers.tombstone(customer_id))


@router.get("/products")
async def products(
    _: SignedIn, queries: PortalQueries, search: Text, market: Text, limit: Limit = 20
) -> list[Product]:
    """Products by any part of SKU, name or description, from three characters on."""
    return await queries.products.search(search, market, limit)


@router.get("/products/{sku}", responses=FOUND)
async def product(_: SignedIn, queries: PortalQueries, sku: Id, market: Text) -> Product:
    """A product, with its price in the market."""
    return _found(await queries.products.get(sku, market))


@router.get("/products/{sku}/stock")
async def stock_of(_: SignedIn, queries: PortalQueries, sku: Id) -> list[Level]:
    """The stock level of a SKU in every warehouse."""
    return await queries.stock.of(sku)


@router.get("/warehouses/{warehouse}/stock")
async def stock(
    _: SignedIn,
    queries: PortalQueries,
    warehouse: Id,
    sku: Text = "",
    after: Text = "",
    limit: Limit = PAGE,
) -> LevelPage:
    """The stock levels of a warehouse by SKU, filtered by the prefix `sku`."""
    return await queries.stock.levels(warehouse, sku, after or None, limit)


@router.get("/warehouses/{warehouse}/waiting")
async def waiting(
    _: SignedIn, queries: PortalQueries, warehouse: Id, sku: Text = "", begin: Begin = 0
) -> list[Waiting]:
    """The shipments that wait for stock, the longest waiting first: up to 500, from `begin` on."""
    return (await queries.stock.waiting(warehouse, sku, begin)).waiting


@router.get("/warehouses/{warehouse}/pick-list")
async def pick_list(
    _: SignedIn,
    queries: PortalQueries,
    warehouse: Id,
    status: Literal["Released", "Packing"] = "Released",
) -> PickList:
    """The pick list of a warehouse: by SKU and by shipment."""
    return await queries.warehouse.pick_list(warehouse, status)


@router.get("/holds")
async def holds(
    _: SignedIn,
    queries: PortalQueries,
    hold_type: Annotated[
        str | None,
        Query(max_length=64, description="A type; empty for holds without one; by default all."),
    ] = None,
    zone: ZoneName = "UTC",
) -> HoldPage:
    """Holds: first those whose review date has passed, then the oldest."""
    return await queries.holds.page(datetime.now(zone_of(zone)).date(), hold_type)


@router.get("/figures")
async def figures(_: SignedIn, queries: PortalQueries, zone: ZoneName = "UTC") -> DashboardFigures:
    """The dashboard: orders placed, shipments shipped, and what waits."""
    return await queries.dashboard.now(datetime.now(UTC), zone_of(zone))
