"""Checks that nothing is oversold, and that allocations and queue match the shipments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from shared.contracts import Message, shipments, stock

Events = Mapping[str, list[Message]]


def wrong(
    events: Events, orders: Mapping[str, Any], inventories: Mapping[str, Any]
) -> Iterator[str]:
    """Yields every wrong level, allocation and backorder."""
    for warehouse, inventory in inventories.items():
        yield from _ledger(f"stock/{warehouse}", events[f"stock/{warehouse}"], inventory)
    allocated = {key for inventory in inventories.values() for key in inventory.allocations}
    queued = {
        shipment.key
        for inventory in inventories.values()
        for shipment in inventory.queue.backorders.values()
    }
    yield from _in_one_place(orders, inventories)
    yield from _overlooked(orders, inventories)
    yield from _not_split(orders, inventories)
    yield from _split_twice(events)
    yield from (f"{key}: deleted, but allocated" for key in allocated if key[0] not in orders)
    yield from (f"{key}: deleted, but in the queue" for key in queued if key[0] not in orders)
    for order_id, order in orders.items():
        for which in (key for key in allocated | queued if key[0] == order_id):
            if which[1] not in order.shipments:
                yield f"{which}: no such shipment, but it is allocated or in the queue"
        for shipment in order.shipments.values():
            key = (order_id, shipment.shipment_id)
            has = shipment.is_open and shipment.stock_assigned
            waits = shipment.is_open and shipment.stock_requested and not shipment.stock_assigned
            if (key in allocated) != has:
                yield f"{key}: {shipment.status}, but allocated: {key in allocated}"
            if (key in queued) != waits:
                yield f"{key}: {shipment.status}, but in the queue: {key in queued}"


def _in_one_place(orders: Mapping[str, Any], inventories: Mapping[str, Any]) -> Iterator[str]:
    """A shipment has stock or a place in one queue: in the warehouse that it says."""
    for warehouse, inventory in inventories.items():
        for key in (*inventory.allocations, *(each.key for each in inventory.queue.in_order())):
            order = orders.get(key[0])
            shipment = order.shipments.get(key[1]) if order else None
            if shipment and shipment.is_open and shipment.warehouse != warehouse:
                yield f"{key}: in {warehouse}, but it is sent from {shipment.warehouse}"
    for order_id, order in orders.items():
        for shipment in order.shipments.values():
            if shipment.asked or shipment.to_ask:
                waits = (shipment.asked, shipment.to_ask)
                yield f"{order_id}/{shipment.shipment_id}: still asking {waits}"


def _overlooked(orders: Mapping[str, Any], inventories: Mapping[str, Any]) -> Iterator[str]:
    """No shipment waits for goods that lie free in another warehouse that may send it."""
    for order_id, order in orders.items():
        for shipment in order.open:
            if not shipment.stock_requested or shipment.stock_assigned:
                continue
            wanted = Counter[str]()
            for line in shipment.lines:
                wanted[line.sku] += line.quantity
            for warehouse in shipment.others:
                free = _free(inventories[warehouse]) if warehouse in inventories else Counter()
                if all(free[sku] >= quantity for sku, quantity in wanted.items()):
                    waits = f"waits in {shipment.warehouse}"
                    yield f"{order_id}/{shipment.shipment_id}: {waits}, but {warehouse} has all"


def _not_split(orders: Mapping[str, Any], inventories: Mapping[str, Any]) -> Iterator[str]:
    """No shipment waits whole for goods that its warehouses have together, if it may be split."""
    for order_id, order in orders.items():
        for shipment in order.open:
            waits = shipment.stock_requested and not shipment.stock_assigned
            stopped = order.stopped or order.any_in("Shipped")
            if not waits or stopped or not shipment.may_split or shipment.keep_whole:
                continue
            wanted, together = Counter[str](), Counter[str]()
            for line in shipment.lines:
                wanted[line.sku] += line.quantity
            for warehouse in shipment.sources:
                if warehouse in inventories:
                    key = (order_id, shipment.shipment_id)
                    together.update(+_free(inventories[warehouse], key))
            if wanted <= together:
                yield f"{order_id}/{shipment.shipment_id}: waits, but together they have {together}"


def _split_twice(events: Events) -> Iterator[str]:
    """A shipment is split once, and its parts never."""
    for stream, happened in events.items():
        known = set[str]()
        for event in happened:
            if isinstance(event, shipments.Split):
                if event.shipment_id in known:
                    yield f"{stream}/{event.shipment_id}: split again"
                known |= {event.shipment_id, *(part.shipment_id for part in event.parts)}


def _free(inventory: Any, key: tuple[str, str] | None = None) -> Counter[str]:
    """What a warehouse has for shipments that aren't in its queue, or for one behind others."""
    free = Counter({sku: level.free for sku, level in inventory.levels.items()})
    for waiting in inventory.queue.in_order():
        if waiting.key == key:
            break
        for line in waiting.lines:
            if inventory.levels[line.sku].free < line.quantity:
                free[line.sku] = 0
    return free


class _Ledger:
    """Stock on hand, in quarantine and allocated, by the events alone.

    What came in is what is there or went out: received + corrected by counts = on hand +
    quarantined + written off + shipped - returned. A shipment of more than is on hand, which a
    count has caused, is corrected when it leaves.
    """

    def __init__(self) -> None:
        self.on_hand: Counter[str] = Counter()
        self.quarantined: Counter[str] = Counter()
        self.came_in: Counter[str] = Counter()
        self.went_out: Counter[str] = Counter()
        self.safety: Counter[str] = Counter()
        self.expected: Counter[tuple[str, date]] = Counter()
        self._allocated: dict[tuple[str, str], Counter[str]] = {}
        self._counted = False

    @property
    def allocated(self) -> Counter[str]:
        """The allocated quantities by article."""
        return sum(self._allocated.values(), Counter())

    @property
    def oversold(self) -> bool:
        """Whether more is allocated than on hand, which only a count may cause."""
        allocated = self.allocated
        return not self._counted and any(allocated[sku] > self.on_hand[sku] for sku in allocated)

    def into_the_safety_stock(self, event: Message) -> bool:
        """Whether an event allocates to a shipment, for the first time, what is kept back."""
        if not isinstance(event, stock.Allocated):
            return False
        if (event.order_id, event.shipment_id) in self._allocated:
            return False
        allocated = self.allocated + Counter({line.sku: line.quantity for line in event.lines})
        free = {line.sku: self.on_hand[line.sku] - self.safety[line.sku] for line in event.lines}
        return any(allocated[sku] > most for sku, most in free.items())

    def add(self, event: Message) -> None:
        """Applies an event."""
        match event:
            case stock.Received():
                self.on_hand[event.sku] += event.quantity
                self.came_in[event.sku] += event.quantity
                self._arrive(event.sku, event.quantity)
            case stock.SafetySet() | stock.Expected():
                self._set(event)
            case stock.Counted():
                self.came_in[event.sku] += event.quantity - self.on_hand[event.sku]
                self.on_hand[event.sku] = event.quantity
                self._counted = True
            case stock.Allocated():
                pieces = Counter({line.sku: line.quantity for line in event.lines})
                self._allocated[event.order_id, event.shipment_id] = pieces
            case stock.Deallocated() | stock.Backordered():
                self._allocated.pop((event.order_id, event.shipment_id), None)
            case stock.Issued():
                left = self._allocated.pop((event.order_id, event.shipment_id), Counter())
                for sku, quantity in left.items():
                    found = max(0, quantity - self.on_hand[sku])
                    self.came_in[sku] += found
                    self.went_out[sku] += quantity
                    self.on_hand[sku] += found - quantity
            case stock.Returned():
                self._take_back(event)
            case stock.QuarantineReleased():
                self.quarantined[event.sku] -= event.quantity
                self._dispose(event.sku, event.quantity, event.disposition)

    def _set(self, event: stock.SafetySet | stock.Expected) -> None:
        if isinstance(event, stock.SafetySet):
            self.safety[event.sku] = event.quantity
        else:
            self.expected[event.sku, event.expected_on] = event.quantity

    def _take_back(self, event: stock.Returned) -> None:
        for goods in event.goods:
            self.went_out[goods.sku] -= goods.quantity
            self._dispose(goods.sku, goods.quantity, goods.disposition)

    def _arrive(self, sku: str, quantity: int) -> None:
        """Takes off what was expected first."""
        for key in sorted(self.expected):
            if key[0] == sku:
                arrived = min(quantity, self.expected[key])
                self.expected[key] -= arrived
                quantity -= arrived

    def _dispose(self, sku: str, quantity: int, disposition: str) -> None:
        """Puts goods that are here on hand, into quarantine, or writes them off."""
        match disposition:
            case "restock":
                self.on_hand[sku] += quantity
            case "quarantine":
                self.quarantined[sku] += quantity
            case _:
                self.went_out[sku] += quantity


def _ledger(name: str, events: list[Message], inventory: Any) -> Iterator[str]:
    ledger = _Ledger()
    for event in events:
        if ledger.into_the_safety_stock(event):
            yield f"{name}: {event} takes from the safety stock: {ledger.safety}"
        ledger.add(event)
        if ledger.oversold:
            yield f"{name}: oversold at {event.type}: {ledger.allocated} of {ledger.on_hand}"
    allocated = ledger.allocated
    for sku, level in inventory.levels.items():
        expected = (ledger.on_hand[sku], allocated[sku], ledger.quarantined[sku])
        if (level.on_hand, level.allocated, level.quarantined) != expected:
            yield f"{name}: {sku} is {level}, by its events {expected}"
        days = {day: n for (one, day), n in ledger.expected.items() if one == sku and n}
        known = {each.expected_on: each.quantity for each in level.expected}
        if (level.safety, known) != (ledger.safety[sku], days):
            yield f"{name}: {sku} is {level}, by its events {ledger.safety[sku]}, {days}"
        if level.on_hand + level.quarantined != ledger.came_in[sku] - ledger.went_out[sku]:
            came, went = ledger.came_in[sku], ledger.went_out[sku]
            yield f"{name}: {came} of {sku} came in, {went} went out, {level} is left"
