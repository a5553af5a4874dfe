"""Every read over HTTP, for tools that want no topics. What each answers stands in its view."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request

from services.portal.api.problems import documented
from services.portal.auth.guard import Signed
from services.portal.queries import PRESETS, OrderFilter, Queries, preset, span, zone_of
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from services.portal.queries.models.carts import CartDetails, CartPage
from services.portal.queries.models.customers import CustomerDetails, CustomerRow
from services.portal.queries.models.dashboard import DashboardFigures
from services.portal.queries.models.details import OrderDetails, Tombstone
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
Place = Annotated[str | None, Query(max_length=200, description="The `after` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE)]
Begin = Annotated[int, Query(ge=0, le=1_000_000)]
ZoneName = Annotated[str, Query(max_length=64, description="A time zone: `Europe/Stockholm`.")]
Day = Annotated[str | None, Query(json_schema_extra={"format": "date"})]
Id = Annotated[str, Path(pattern=ID_PATTERN)]
FOUND = documented(404)


def _found(what: Any) -> Any:
    if what is None:
        raise HTTPException(404, "Nobody has heard of that.")
    return what


def _views(request: Request) -> Queries:
    views: Queries = request.app.state.portal.views
    return views


Asked = Annotated[Queries, Depends(_views)]


def _days(
    created: Annotated[str | None, Query(json_schema_extra={"enum": [*PRESETS]})] = None,
    created_from: Day = None,
    created_to: Day = None,
    zone: ZoneName = "UTC",
) -> tuple[datetime | None, datetime | None]:
    """The times that a preset, or a first and a last day, mean in a zone."""
    there = zone_of(zone)
    if created:
        return preset(created, datetime.now(UTC), there)
    return span(created_from or "", created_to or "", there, ("created_from", "created_to"))


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
) -> OrderFilter:
    """What orders are looked for by; everything that is given holds at once."""
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
    )


Filter = Annotated[OrderFilter, Depends(_filter)]


@router.get("/orders", response_model=OrderPage)
async def orders(
    _: Signed, views: Asked, asked: Filter, after: Place = None, limit: Limit = PAGE
) -> OrderPage:
    """Orders, newest first."""
    return await views.orders.search(asked, after, limit)


@router.get("/order-count", response_model=Count)
@router.get("/orders/count", response_model=Count, deprecated=True, operation_id="orders_count")
async def orders_counted(_: Signed, views: Asked, asked: Filter) -> Count:
    """How many orders the same question finds.

    `/orders/count` stands where an order's id may stand; `/order-count` doesn't.
    """
    return await views.orders.count(asked)


@router.get("/order-ids/{order_id}", responses=FOUND)
@router.get("/orders/{order_id}", responses=FOUND, operation_id="order_by_path")
async def order(_: Signed, views: Asked, order_id: Id) -> OrderDetails | Tombstone:
    """An order in full, by its id; what is left of it if it is deleted.

    `/order-ids` reads those too whose id is a word of this API: `count`.
    """
    return _found(await views.orders.get(order_id))


@router.get("/orders/{order_id}/timeline")
async def timeline(_: Signed, views: Asked, order_id: Id) -> list[Entry]:
    """Everything that happened to an order, in the order of time."""
    return await views.timeline.of(order_id)


@router.get("/orders/{order_id}/as-of", responses=FOUND)
async def order_as_of(
    _: Signed, views: Asked, order_id: Id, entry: Text
) -> OrderDetails | Tombstone:
    """An order as it was right after an entry of its timeline."""
    return _found(await views.timeline.order_as_of(order_id, entry))


@router.get("/orders/{order_id}/shipments/{shipment_id}/packing-slip", responses=FOUND)
async def packing_slip(_: Signed, views: Asked, order_id: Id, shipment_id: Id) -> ToPack:
    """What goes into a shipment, and where to; no prices."""
    return _found(await views.warehouse.packing_slip(order_id, shipment_id))


@router.get("/order-numbers/{number}", responses=FOUND)
async def order_by_number(_: Signed, views: Asked, number: Id) -> OrderDetails | Tombstone:
    """An order in full, by its number."""
    return _found(await views.orders.get(_found(await views.orders.id_of(number))))


@router.get("/carts")
async def carts(_: Signed, views: Asked, after: Place = None, limit: Limit = PAGE) -> CartPage:
    """Carts that are no orders yet, newest first."""
    return await views.carts.list(after, limit)


@router.get("/carts/{cart_id}", responses=FOUND)
async def cart(_: Signed, views: Asked, cart_id: Id) -> CartDetails:
    """A cart in full."""
    return _found(await views.carts.get(cart_id))


@router.get("/customers")
async def customers(_: Signed, views: Asked, search: Text, limit: Limit = 20) -> list[CustomerRow]:
    """Customers by any part of name or email."""
    return await views.customers.search(search, limit)


@router.get("/customers/{customer_id}", responses=FOUND)
async def customer(_: Signed, views: Asked, customer_id: Id) -> CustomerDetails:
    """A customer with the address book."""
    return _found(await views.customers.get(customer_id))


@router.get("/products")
async def products(
    _: Signed, views: Asked, search: Text, market: Text, limit: Limit = 20
) -> list[Product]:
    """What is sold, by any part of SKU, name or description, from three characters."""
    return await views.products.search(search, market, limit)


@router.get("/products/{sku}", responses=FOUND)
async def product(_: Signed, views: Asked, sku: Id, market: Text) -> Product:
    """An article, with the market's price."""
    return _found(await views.products.get(sku, market))


@router.get("/products/{sku}/stock")
async def stock_of(_: Signed, views: Asked, sku: Id) -> list[Level]:
    """How an article stands in every warehouse."""
    return await views.stock.of(sku)


@router.get("/warehouses/{warehouse}/stock")
async def stock(
    _: Signed, views: Asked, warehouse: Id, sku: Text = "", after: Text = "", limit: Limit = PAGE
) -> LevelPage:
    """A warehouse's levels by SKU; of those that begin with `sku`."""
    return await views.stock.levels(warehouse, sku, after or None, limit)


@router.get("/warehouses/{warehouse}/waiting")
async def waiting(
    _: Signed, views: Asked, warehouse: Id, sku: Text = "", begin: Begin = 0
) -> list[Waiting]:
    """Who waits for what, longest first; 500 at once, without the first `begin` of them."""
    return (await views.stock.waiting(warehouse, sku, begin)).waiting


@router.get("/warehouses/{warehouse}/pick-list")
async def pick_list(
    _: Signed, views: Asked, warehouse: Id, status: Literal["Released", "Packing"] = "Released"
) -> PickList:
    """What a warehouse is to fetch: by article and by shipment."""
    return await views.warehouse.pick_list(warehouse, status)


@router.get("/figures")
async def figures(_: Signed, views: Asked, zone: ZoneName = "UTC") -> DashboardFigures:
    """How much came in, went out and waits."""
    return await views.figures.now(datetime.now(UTC), zone_of(zone))
