"""Who waits for stock in a warehouse, in the order in which the stock serves them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.queries.models.stock import Waiting
from services.portal.queries.shipment_labels import numbers_of

Document = dict[str, Any]

SHOWN = {
    "row.number": 1,
    "row.customer": 1,
    "order.shipment_ids": 1,
    "order.shipments.shipment_id": 1,
    "shipment": 1,
}


def waits_for(warehouse: str, sku: str = "") -> Document:
    """The query for orders with a shipment that waits there, for `sku` if it is given."""
    one: Document = {"status": "AwaitingInventory", "warehouse": warehouse}
    return {"row.shipments": {"$elemMatch": one | {"waits_for": sku or {"$ne": []}}}}


@dataclass(frozen=True, slots=True, order=True)
class Wait:
    """A shipment that is short of an article. `wanted` pieces of it are needed."""

    since: datetime
    order_id: str
    sku: str
    shipment_id: str
    wanted: int


class StockQueue:
    """The queues for a warehouse's articles, made of orders' documents with what is `SHOWN`."""

    def __init__(
        self,
        orders: Iterable[Document],
        warehouse: str,
        asked: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._warehouse = warehouse
        self._orders = {order["_id"]: order for order in orders}
        found = (w for order in self._orders.values() for w in self._waits(order) if asked(w.sku))
        self._waiting = list(_with_places(sorted(found)))

    def __len__(self) -> int:
        return len(self._waiting)

    def page(self, begin: int, limit: int) -> list[Waiting]:
        """Who waits, without the first `begin`; whoever has waited longest comes first."""
        return [self._row(*each) for each in self._waiting[begin : begin + limit]]

    def place(self, order_id: str, shipment_id: str, sku: str) -> int | None:
        """A shipment's place in the queue for an article, counted from 1; None if it isn't in."""
        me = (order_id, shipment_id, sku)
        places = (p for w, p in self._waiting if (w.order_id, w.shipment_id, w.sku) == me)
        return next(places, None)

    def _waits(self, order: Document) -> Iterator[Wait]:
        for shipment_id, shipment in order["shipment"]["shipments"].items():
            standing = (shipment["status"], shipment.get("warehouse"))
            if standing == ("AwaitingInventory", self._warehouse):
                since = shipment.get("asked_at", shipment["since"])
                for short in shipment.get("short", ()):
                    yield Wait(since, order["_id"], short["sku"], shipment_id, short["wanted"])

    def _row(self, wait: Wait, place: int) -> Waiting:
        order = self._orders[wait.order_id]
        return Waiting(
            order_id=wait.order_id,
            number=order["row"]["number"],
            customer=order["row"]["customer"],
            shipment_id=wait.shipment_id,
            shipment_number=numbers_of(order["order"]).get(wait.shipment_id),
            warehouse=self._warehouse,
            sku=wait.sku,
            wanted=wait.wanted,
            since=wait.since,
            place=place,
        )


def _with_places(waits: Iterable[Wait]) -> Iterator[tuple[Wait, int]]:
    met: Counter[str] = Counter()
    for wait in waits:
        met[wait.sku] += 1
        yield wait, met[wait.sku]
