"""How events change the fulfilment of an order."""

from collections.abc import Callable, Mapping
from typing import Any

from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message, shipments
from shared.contracts.holds import lifted, plain
from shared.contracts.shipments import Shortage, Standing, Tried


def evolve(order: Fulfilment, event: Message) -> Fulfilment:
    """Returns `order` after `event`. Changes it in place: copy it first to keep the old state."""
    _EVOLVE[type(event)](order, event)
    return order


def _created(order: Fulfilment, event: shipments.AwaitingInventory) -> None:
    order.shipments[event.shipment_id] = Shipment.from_event(event)
    order.customer_id = order.customer_id or event.customer_id
    if event.order_total is not None:
        order.currency, order.total = event.currency, event.order_total


def _noted_payment(order: Fulfilment, event: shipments.PaymentNoted) -> None:
    order.currency = event.currency
    if event.paid is not None:
        order.paid = event.paid
        if order.total is None:
            order.total = event.paid + event.outstanding
    elif order.total is not None:  # from before orders could be edited
        order.paid = order.total - event.outstanding


def _noted_total(order: Fulfilment, event: shipments.TotalNoted) -> None:
    order.currency = event.currency
    order.total = event.total
    if event.returned is not None:
        order.returned = event.returned
    if event.request is not None:
        order.unpriced.discard(event.request)


def _requested_stock(order: Fulfilment, event: shipments.InventoryRequested) -> None:
    shipment = _moved(order, event)
    shipment.stock_requested = True
    shipment.sources = event.sources
    shipment.may_split = event.may_split


def _backordered(order: Fulfilment, event: shipments.Backordered) -> None:
    shipment = _moved(order, event)
    shipment.shortages = event.short
    _note_shortages(shipment, event.warehouse, event.short)


def _asked_elsewhere(order: Fulfilment, event: shipments.InventoryAskedElsewhere) -> None:
    shipment = _moved(order, event)
    shipment.asked = event.source
    shipment.to_ask = event.then


def _unavailable(order: Fulfilment, event: shipments.InventoryUnavailable) -> None:
    shipment = _moved(order, event)
    shipment.asked = None
    if event.offered:
        shipment.offers -= {event.source}
    _note_shortages(shipment, event.source, event.short)


def _offered(order: Fulfilment, event: shipments.InventoryOffered) -> None:
    shipment = _moved(order, event)
    shipment.offers |= {event.source}
    # Before it is split, all are asked again, as what the others have may have changed as well.
    shipment.fresh = frozenset() if shipment.asked is None else shipment.fresh - {event.source}
    if event.source not in shipment.to_ask:
        shipment.to_ask = (*shipment.to_ask, event.source)


def _note_shortages(shipment: Shipment, warehouse: str, short: tuple[Shortage, ...]) -> None:
    if not shipment.sources:
        return
    wanted = sum(line.quantity for line in shipment.lines)
    missing = sum(each.wanted - each.available for each in short)
    answer = Tried(warehouse=warehouse, available=wanted - missing, wanted=wanted)
    others = (each for each in shipment.tried if each.warehouse != warehouse)
    shipment.tried = (*others, answer)
    shipment.answers = {**shipment.answers, warehouse: short}
    shipment.fresh |= {warehouse}


def _assigned(order: Fulfilment, event: shipments.InventoryAssigned) -> None:
    shipment = _moved(order, event)
    shipment.warehouse = event.warehouse
    shipment.stock_assigned = True
    shipment.shortages = ()
    shipment.stop_asking()


def _edited(order: Fulfilment, event: shipments.Edited) -> None:
    shipment = _moved(order, event)
    shipment.address = event.address
    shipment.shipping_method = event.shipping_method
    shipment.to_address_book = event.to_address_book
    if event.request is not None:
        shipment.shipping_cost = event.shipping_cost
        order.unpriced.add(event.request)


def _lines_changed(order: Fulfilment, event: shipments.LinesChanged) -> None:
    order.unpriced.add(event.request)
    for changed in event.shipments:
        shipment = order.shipments[changed.shipment_id]
        shipment.status = changed.status
        shipment.lines = changed.lines
        shipment.preorder_lines = changed.preorder_lines
        shipment.revision = changed.revision
        shipment.stock_assigned = False
        shipment.shortages = ()
        shipment.forget_answers()
    for removed in event.removed:
        del order.shipments[removed.shipment_id]
        order.removed[removed.shipment_id] = removed.revision + 1


def _split(order: Fulfilment, event: shipments.Split) -> None:
    shipment = _moved(order, event)
    shipment.warehouse = event.warehouse
    shipment.lines = event.lines
    left = {line.line_id for line in event.lines}
    shipment.preorder_lines = tuple(each for each in shipment.preorder_lines if each in left)
    shipment.revision = event.revision
    shipment.shortages = ()
    shipment.forget_answers()
    if event.given_up is not None:
        shipment.stock_requested = False
    order.splits = event.number
    for which in (event.shipment_id, *(part.shipment_id for part in event.parts)):
        order.shipments[which].keep_whole = True
        order.shipments[which].may_split = False
        order.shipments[which].split_number = event.number


def _recalled(order: Fulfilment, event: shipments.Recalled) -> None:
    shipment = order.shipments[event.shipment_id]
    if event.reason == "held":
        _hold(shipment, shipment.standing)
    else:
        shipment.status = event.status


def _held(order: Fulfilment, event: shipments.Held) -> None:
    hold = event.hold or plain()
    order.holds.setdefault(hold.hold_id, hold)
    for standing in event.shipments:
        _hold(order.shipments[standing.shipment_id], standing)


def _hold(shipment: Shipment, standing: Standing) -> None:
    shipment.status_before_hold = standing.status
    shipment.status = "OnHold"


def _released_hold(order: Fulfilment, event: shipments.HoldLifted) -> None:
    order.holds = lifted(order.holds, event.holds)
    for standing in event.shipments:
        shipment = order.shipments[standing.shipment_id]
        shipment.status = standing.status
        shipment.status_before_hold = None
        shipment.fresh = frozenset()


def _tracked(order: Fulfilment, event: shipments.Shipped | shipments.TrackingCorrected) -> None:
    shipment = _moved(order, event)
    shipment.tracking_number = event.tracking_number
    shipment.carrier = event.carrier


def _canceled(order: Fulfilment, event: shipments.Canceled) -> None:
    shipment = _moved(order, event)
    shipment.status_before_hold = None
    shipment.stop_asking()


def _moved(order: Fulfilment, event: Any) -> Shipment:
    """Sets the status; every event about one shipment has its new status."""
    shipment = order.shipments[event.shipment_id]
    shipment.status = event.status
    return shipment


def _unchanged(order: Fulfilment, event: Message) -> None:
    """An answer to the order service; it changes nothing in fulfilment."""


_EVOLVE: Mapping[type[Message], Callable[[Fulfilment, Any], object]] = {
    shipments.AwaitingInventory: _created,
    shipments.PaymentNoted: _noted_payment,
    shipments.TotalNoted: _noted_total,
    shipments.InventoryRequested: _requested_stock,
    shipments.Backordered: _backordered,
    shipments.InventoryAskedElsewhere: _asked_elsewhere,
    shipments.InventoryUnavailable: _unavailable,
    shipments.InventoryOffered: _offered,
    shipments.InventoryAssigned: _assigned,
    shipments.Edited: _edited,
    shipments.LinesChanged: _lines_changed,
    shipments.LinesChangeRefused: _unchanged,
    shipments.Split: _split,
    shipments.Released: _moved,
    shipments.Recalled: _recalled,
    shipments.Packing: _moved,
    shipments.RemovedFromPicklist: _moved,
    shipments.Shipped: _tracked,
    shipments.TrackingCorrected: _tracked,
    shipments.Canceled: _canceled,
    shipments.Held: _held,
    shipments.HoldRefused: _unchanged,
    shipments.HoldLifted: _released_hold,
    shipments.CancelRefused: _unchanged,
    shipments.DeleteRefused: _unchanged,
}


EVENTS: tuple[type[Message], ...] = (*_EVOLVE, shipments.Deleted)
