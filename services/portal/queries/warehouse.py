"""Queries for warehouses: pick lists and packing slips, without prices."""

from collections import defaultdict
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.orders import ORDERS
from services.portal.queries.details import details_of
from services.portal.queries.models.details import OrderDetails, Shipment
from services.portal.queries.models.warehouse import Packed, Pick, PickList, ToPack
from shared.runtime.mongo.journal import raising_unavailable

MAX_SHIPMENTS = 1000


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
        return PickList(warehouse=warehouse, articles=_articles(shipments), shipments=shipments)

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


def _articles(shipments: list[ToPack]) -> list[Pick]:
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
