"""Queries for warehouses: pick lists and packing slips, without prices."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.orders import ORDERS
from services.portal.queries.details import details_of
from services.portal.queries.models.details import OrderDetails, Shipment
from services.portal.queries.models.warehouse import Packed, Pick, PickList, ToPack
from shared.runtime.mongo.journal import raising_unavailable

MAX_SHIPMENTS = 1000
# Documents that are printed at once.
MAX_PRINTED = 100
# A count stops here.
MAX_COUNT = 10_000
OPEN = ("Released", "Packing", "AwaitingInventory")


class Warehouse:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._orders = database[ORDERS.collection]

    async def pick_list(self, warehouse: str, status: str = "Released") -> PickList:
        """The first 1,000 shipments of a warehouse with this status (Released or Packing)."""
        one = {"status": status, "warehouse": warehouse}
        with raising_unavailable():
            query = {"row.shipments": {"$elemMatch": one}}
            found = await self._orders.find(query).hint("shipments").to_list(MAX_SHIPMENTS)
        shipments = [
            to_pack
            for document in found
            for to_pack in _shipments(document)
            if (to_pack.status, to_pack.warehouse) == (status, warehouse)
        ]
        shipments.sort(key=lambda s: (s.since is None, s.since, s.order_id, s.shipment_id))
        return PickList(warehouse=warehouse, articles=articles_of(shipments), shipments=shipments)

    async def counts(self, warehouse: str) -> dict[str, int]:
        """The number of orders with a shipment in each status of `OPEN`, counted to 10,000."""
        found = {}
        for status in OPEN:
            one = {"row.shipments": {"$elemMatch": {"status": status, "warehouse": warehouse}}}
            with raising_unavailable():
                found[status] = await self._orders.count_documents(
                    one, hint="shipments", limit=MAX_COUNT
                )
        return found

    async def to_pack(self, wanted: Sequence[tuple[str, str]]) -> list[ToPack]:
        """These shipments, given by order id and shipment id; unknown ones are left out.

        At most the first `MAX_PRINTED` are returned.
        """
        some = list(dict.fromkeys(wanted))[:MAX_PRINTED]
        with raising_unavailable():
            query = {"_id": {"$in": sorted({order_id for order_id, _ in some})}}
            documents = await self._orders.find(query).limit(MAX_PRINTED).to_list(None)
        found = {
            (each.order_id, each.shipment_id): each
            for document in documents
            for each in _shipments(document)
        }
        return [found[each] for each in some if each in found]

    async def to_pack_of(self, order_id: str, warehouse: str) -> list[ToPack]:
        """The shipments of an order that a warehouse picks or packs now."""
        with raising_unavailable():
            document = await self._orders.find_one({"_id": order_id})
        found = _shipments(document) if document else []
        open_ = ("Released", "Packing")
        return [each for each in found if each.warehouse == warehouse and each.status in open_]

    async def packing_slip(self, order_id: str, shipment_id: str) -> ToPack | None:
        """The packing slip of a shipment; None if there is no such shipment."""
        with raising_unavailable():
            document = await self._orders.find_one({"_id": order_id})
        found = _shipments(document) if document else []
        return next((one for one in found if one.shipment_id == shipment_id), None)


def _shipments(document: dict[str, Any]) -> list[ToPack]:
    order = details_of(document, [])
    if order is None:
        return []
    return [_to_pack(order, shipment) for shipment in order.shipments]


def _to_pack(order: OrderDetails, shipment: Shipment) -> ToPack:
    return ToPack(
        order_id=order.order_id,
        number=order.number,
        market=order.market,
        created=order.created,
        shipment_id=shipment.shipment_id,
        shipment_number=shipment.number,
        status=shipment.status,
        warehouse=shipment.warehouse,
        since=shipment.since,
        shipping_method=shipment.shipping_method,
        address=shipment.address,
        lines=[
            Packed(**line.model_dump(include=set(Packed.model_fields))) for line in shipment.lines
        ],
        tracking_number=shipment.tracking_number,
    )


def articles_of(shipments: list[ToPack]) -> list[Pick]:
    """The lines of all shipments, added up by SKU."""
    wanted: dict[str, list[tuple[Packed, ToPack]]] = defaultdict(list)
    for shipment in shipments:
        for line in shipment.lines:
            wanted[line.sku].append((line, shipment))
    return [
        Pick(
            sku=sku,
            name=lines[0][0].name,
            quantity=sum(line.quantity for line, _ in lines),
            shipments=len({(s.order_id, s.shipment_id) for _, s in lines}),
        )
        for sku, lines in sorted(wanted.items())
    ]
