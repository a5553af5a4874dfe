"""How the events of fulfilment are written, from what it knows of a shipment."""

from typing import TypedDict

from services.shipment.fulfilment.lifecycle import START
from services.shipment.fulfilment.shipment import Shipment
from shared.contracts import Message, orders
from shared.contracts.order_edits import Destination, LineMoved
from shared.contracts.shipments import (
    AwaitingInventory,
    Backordered,
    Canceled,
    Edited,
    InventoryAssigned,
    InventoryRequested,
    Item,
    Packing,
    Recalled,
    RecallReason,
    Released,
    RemovedFromPicklist,
    ShipmentStatus,
    Shipped,
    Shortage,
)
from shared.runtime.decider import Context


class _About(TypedDict):
    """What every event about one shipment says."""

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
    """A shipment of a new order, to be sent from `warehouse`."""
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


def split_off(
    shipment: Shipment,
    move: LineMoved,
    there: Destination,
    lines: tuple[Item, ...],
    revision: int,
) -> AwaitingInventory:
    """A shipment that an edit brings into being, for lines that were in `shipment`.

    Its `revision` is beyond that of a shipment with its id that an edit emptied before.
    """
    preorder = move.line_id in shipment.preorder_lines
    return AwaitingInventory(
        order_id=shipment.order_id,
        shipment_id=move.to_shipment_id,
        status=START,
        order_number=shipment.order_number,
        market=shipment.market,
        warehouse=shipment.warehouse,
        shipping_method=there.shipping_method,
        address=there.address,
        lines=lines,
        preorder=preorder,
        preorder_lines=(move.to_line_id,) if preorder else (),
        revision=revision,
    )


def inventory_requested(shipment: Shipment, status: ShipmentStatus) -> InventoryRequested:
    """The stock is asked for all of it."""
    return InventoryRequested(
        **_about(shipment), status=status, lines=shipment.lines, revision=shipment.revision
    )


def backordered(
    shipment: Shipment, status: ShipmentStatus, short: tuple[Shortage, ...]
) -> Backordered:
    """The stock doesn't reach."""
    return Backordered(**_about(shipment), status=status, short=short)


def inventory_assigned(shipment: Shipment, status: ShipmentStatus) -> InventoryAssigned:
    """All of it is set aside."""
    return InventoryAssigned(**_about(shipment), status=status, lines=shipment.lines)


def released(shipment: Shipment, status: ShipmentStatus, context: Context) -> Released:
    """The warehouse may send it."""
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
    """The warehouse must not send it; not now if it is held, not like this if it was edited."""
    return Recalled(
        **_about(shipment),
        status=status,
        order_number=shipment.order_number,
        reason=reason,
        recalled_at=context.now,
    )


def edited(
    shipment: Shipment, status: ShipmentStatus, context: Context, *, at_another_cost: bool
) -> list[Message]:
    """It goes as `shipment` says now; a warehouse that was told otherwise is told anew."""
    now = stands(shipment, status, context.cause if at_another_cost else None)
    if not shipment.is_at_warehouse:
        return [now]
    recall = recalled(shipment, status, "edited", context)
    return [recall, now, released(shipment, status, context)]


def stands(shipment: Shipment, status: ShipmentStatus, request: str | None = None) -> Edited:
    """How and where it goes now, whether a warehouse has to hear of that or not.

    `request` asked for another method or cost, if that is what changed.
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
    """It is on a pick list."""
    return Packing(**_about(shipment), status=status)


def removed_from_picklist(shipment: Shipment, status: ShipmentStatus) -> RemovedFromPicklist:
    """It is on no pick list any more."""
    return RemovedFromPicklist(**_about(shipment), status=status)


def shipped(
    shipment: Shipment, status: ShipmentStatus, tracking_number: str | None, context: Context
) -> Shipped:
    """It has left the house."""
    return Shipped(
        **_about(shipment),
        status=status,
        tracking_number=tracking_number,
        lines=shipment.lines,
        shipped_at=context.now,
    )


def canceled(shipment: Shipment, status: ShipmentStatus, context: Context) -> list[Message]:
    """It is off; a warehouse that was told to send it is told first."""
    at_warehouse = shipment.is_at_warehouse
    recall = [recalled(shipment, status, "canceled", context)] if at_warehouse else []
    off = Canceled(**_about(shipment), status=status, inventory_requested=shipment.stock_asked)
    return [*recall, off]
