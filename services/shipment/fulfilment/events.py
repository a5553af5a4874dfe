"""Builds the events of fulfilment from the state of a shipment."""

from collections.abc import Sequence
from typing import TypedDict

from services.shipment.fulfilment.lifecycle import START
from services.shipment.fulfilment.shipment import Shipment
from shared.contracts import Message, orders
from shared.contracts.order_edits import Destination, LineMoved
from shared.contracts.shipments import (
    AwaitingInventory,
    Backordered,
    Canceled,
    Complete,
    Edited,
    InventoryAskedElsewhere,
    InventoryAssigned,
    InventoryOffered,
    InventoryRequested,
    InventoryUnavailable,
    Item,
    Packing,
    Recalled,
    RecallReason,
    Released,
    RemovedFromPicklist,
    ShipmentStatus,
    Shipped,
    Shortage,
    Split,
    SplitPart,
    TrackingCorrected,
)
from shared.runtime.decider import Context


class _About(TypedDict):
    """The fields of every event about one shipment."""

    order_id: str
    shipment_id: str
    warehouse: str


def _about(shipment: Shipment) -> _About:
    return {
        "order_id": shipment.order_id,
        "shipment_id": shipment.shipment_id,
        "warehouse": shipment.warehouse,
    }


def shipment_created(
    order: orders.Placed, shipment: orders.Shipment, warehouse: str
) -> AwaitingInventory:
    """A new order has this shipment, to be sent from `warehouse`."""
    items = [
        Item(line_id=line.line_id, sku=line.sku, name=line.name, quantity=line.quantity)
        for line in shipment.lines
    ]
    return AwaitingInventory(
        order_id=order.order_id,
        shipment_id=shipment.shipment_id,
        status=START,
        order_number=order.order_number,
        market=order.market,
        warehouse=warehouse,
        shipping_method=shipment.shipping_method,
        address=shipment.address,
        lines=tuple(items),
        preorder=any(line.preorder for line in shipment.lines),
        preorder_lines=tuple(line.line_id for line in shipment.lines if line.preorder),
        currency=order.currency,
        order_total=order.total,
        customer_id=order.customer.customer_id if order.customer else None,
    )


def shipment_split_off(
    shipment: Shipment,
    move: LineMoved,
    destination: Destination,
    lines: tuple[Item, ...],
    revision: int,
) -> AwaitingInventory:
    """An edit creates a shipment for lines that were in `shipment`.

    `revision` is higher than that of an earlier shipment with the same id, which an edit emptied.
    """
    preorder = move.line_id in shipment.preorder_lines
    return AwaitingInventory(
        order_id=shipment.order_id,
        shipment_id=move.to_shipment_id,
        status=START,
        order_number=shipment.order_number,
        market=shipment.market,
        warehouse=shipment.warehouse,
        shipping_method=destination.shipping_method,
        address=destination.address,
        lines=lines,
        preorder=preorder,
        preorder_lines=(move.to_line_id,) if preorder else (),
        revision=revision,
        keep_whole=shipment.keep_whole,
    )


def shipment_for_part(shipment: Shipment, part: SplitPart) -> AwaitingInventory:
    """A split creates a shipment for lines that were in `shipment`; it goes where that goes."""
    moved = {line.line_id for line in part.lines}
    preorder_lines = tuple(each for each in shipment.preorder_lines if each in moved)
    return AwaitingInventory(
        order_id=shipment.order_id,
        shipment_id=part.shipment_id,
        status=START,
        order_number=shipment.order_number,
        market=shipment.market,
        warehouse=part.warehouse,
        shipping_method=shipment.shipping_method,
        address=shipment.address,
        lines=part.lines,
        preorder=bool(preorder_lines),
        preorder_lines=preorder_lines,
        keep_whole=True,
    )


def split(
    shipment: Shipment,
    status: ShipmentStatus,
    stays: SplitPart,
    parts: tuple[SplitPart, ...],
    number: int,
) -> Split:
    """It keeps what `stays`, the rest goes into new shipments; this is split `number`."""
    had = {each.warehouse: each for each in shipment.tried}
    return Split(
        order_id=shipment.order_id,
        shipment_id=shipment.shipment_id,
        status=status,
        warehouse=stays.warehouse,
        given_up=None if stays.warehouse == shipment.warehouse else shipment.warehouse,
        lines=stays.lines,
        preorder=any(line.line_id in shipment.preorder_lines for line in stays.lines),
        revision=shipment.revision + 1,
        parts=parts,
        had=tuple(had[each] for each in shipment.sources if each in had),
        others=tuple(each for each in shipment.sources if each != stays.warehouse),
        number=number,
    )


def inventory_requested(
    shipment: Shipment, status: ShipmentStatus, sources: tuple[str, ...], *, may_split: bool = False
) -> InventoryRequested:
    """Stock is requested for all its lines; `sources` may send it, if these are several.

    `may_split` says that several of them may send parts of it.
    """
    return InventoryRequested(
        **_about(shipment),
        status=status,
        lines=shipment.lines,
        revision=shipment.revision,
        sources=sources,
        may_split=may_split,
    )


def asked_for(shipment: Shipment, status: ShipmentStatus, sources: Sequence[str]) -> list[Message]:
    """The first of `sources` is asked for all its lines, if there is one; the others are to be
    asked after it.
    """
    if not sources:
        return []
    source, *then = sources
    asked = InventoryAskedElsewhere(
        **_about(shipment),
        status=status,
        source=source,
        then=tuple(then),
        lines=shipment.lines,
        revision=shipment.revision,
    )
    return [asked]


def inventory_unavailable(
    shipment: Shipment,
    status: ShipmentStatus,
    source: str,
    short: tuple[Shortage, ...],
    asks: tuple[str, ...],
    *,
    split: bool = False,
) -> InventoryUnavailable:
    """Another warehouse, which was asked, is short. The warehouses `asks` are asked now; if there
    are none, it may be `split`.

    An offer that came after the question isn't answered yet: it will be asked again.
    """
    return InventoryUnavailable(
        **_about(shipment),
        status=status,
        source=source,
        short=short,
        offered=source in shipment.offers and source not in asks,
        asks=asks,
        split=split,
    )


def inventory_offered(shipment: Shipment, status: ShipmentStatus, source: str) -> InventoryOffered:
    """Another warehouse has goods that it waits for."""
    return InventoryOffered(**_about(shipment), status=status, source=source)


def backordered(
    shipment: Shipment,
    status: ShipmentStatus,
    short: tuple[Shortage, ...],
    asks: tuple[str, ...],
) -> Backordered:
    """Stock isn't sufficient; the shipment waits in the queue. The warehouses `asks` are asked."""
    return Backordered(**_about(shipment), status=status, short=short, asks=asks)


def inventory_assigned(
    shipment: Shipment, status: ShipmentStatus, source: str
) -> InventoryAssigned:
    """Stock of `source` is allocated to all its lines; what it asked of others is given up."""
    return InventoryAssigned(
        order_id=shipment.order_id,
        shipment_id=shipment.shipment_id,
        warehouse=source,
        status=status,
        lines=shipment.lines,
        priority=shipment.sources.index(source) + 1 if source in shipment.sources else None,
        tried=tuple(each for each in shipment.tried if each.warehouse != source),
        given_up=tuple(each for each in shipment.claims if each != source),
    )


def released(shipment: Shipment, status: ShipmentStatus, context: Context) -> Released:
    """It is released to its warehouse."""
    return Released(
        **_about(shipment),
        status=status,
        order_number=shipment.order_number,
        market=shipment.market,
        shipping_method=shipment.shipping_method,
        address=shipment.address,
        lines=shipment.lines,
        released_at=context.now,
    )


def recalled(
    shipment: Shipment, status: ShipmentStatus, reason: RecallReason, context: Context
) -> Recalled:
    """The warehouse must not send it: it is held or canceled, or was edited and follows again."""
    return Recalled(
        **_about(shipment),
        status=status,
        order_number=shipment.order_number,
        reason=reason,
        recalled_at=context.now,
    )


def edited_with_rerelease(
    shipment: Shipment, status: ShipmentStatus, context: Context, *, at_another_cost: bool
) -> list[Message]:
    """It was edited; a shipment at a warehouse is also recalled and released again."""
    event = edited(shipment, status, context.cause if at_another_cost else None)
    if not shipment.is_at_warehouse:
        return [event]
    recall = recalled(shipment, status, "edited", context)
    return [recall, event, released(shipment, status, context)]


def edited(shipment: Shipment, status: ShipmentStatus, request: str | None = None) -> Edited:
    """It has this address, method and cost after an edit.

    `request` is the request that changed the method or cost, None if neither changed.
    """
    return Edited(
        **_about(shipment),
        status=status,
        shipping_method=shipment.shipping_method,
        address=shipment.address,
        to_address_book=shipment.to_address_book,
        request=request,
        shipping_cost=shipment.shipping_cost if request else None,
    )


def packing(shipment: Shipment, status: ShipmentStatus) -> Packing:
    """It was added to the picklist."""
    return Packing(**_about(shipment), status=status)


def removed_from_picklist(shipment: Shipment, status: ShipmentStatus) -> RemovedFromPicklist:
    """It was removed from the picklist."""
    return RemovedFromPicklist(**_about(shipment), status=status)


def shipped(
    shipment: Shipment, status: ShipmentStatus, command: Complete, context: Context
) -> Shipped:
    """It has left the warehouse."""
    return Shipped(
        **_about(shipment),
        status=status,
        tracking_number=command.tracking_number,
        carrier=command.carrier,
        lines=shipment.lines,
        shipped_at=context.now,
    )


def tracking_corrected(
    shipment: Shipment, status: ShipmentStatus, tracking_number: str | None, carrier: str | None
) -> TrackingCorrected:
    """It has this tracking number and carrier instead of those it was shipped with."""
    return TrackingCorrected(
        **_about(shipment),
        status=status,
        tracking_number=tracking_number,
        carrier=carrier,
        former_tracking_number=shipment.tracking_number,
        former_carrier=shipment.carrier,
    )


def canceled_with_recall(
    shipment: Shipment, status: ShipmentStatus, context: Context
) -> list[Message]:
    """It was canceled; a shipment at a warehouse is recalled first."""
    at_warehouse = shipment.is_at_warehouse
    recall = [recalled(shipment, status, "canceled", context)] if at_warehouse else []
    event = Canceled(
        **_about(shipment),
        status=status,
        inventory_requested=shipment.stock_requested,
        given_up=shipment.asked_elsewhere,
    )
    return [*recall, event]
