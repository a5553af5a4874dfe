"""An order's messages with only what a specification is about spelled out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Literal

from services.order.content import as_edited
from services.order.decider import decider
from shared.contracts import orders, shipments
from shared.contracts.checkout import CartConverted
from shared.contracts.edit_texts import change
from shared.contracts.replies import Reason
from shared.runtime.decider import DeferredOutcome
from tests.unit.given import NOW, Given

ORDER = "c-1"
NUMBER = "PO1000001"
TOO_LATE = Reason(code="too-late", message="It has left the house.")
ADDRESS = {"name": "Mercy Taylor", "line1": "1 Pike Pl", "city": "Seattle", "country": "US"}


def line(
    sku: str = "SKU-1", quantity: int = 1, price: str = "10.00", **more: Any
) -> dict[str, Any]:
    return {"sku": sku, "name": "Dress", "quantity": quantity, "placed_price": price, **more}


def shipment(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "shipping_method": "standard",
        "shipping_cost": "0.00",
        "address": ADDRESS,
        "lines": list(lines or [line()]),
        **more,
    }


TWO_LINES = shipment(
    line("SKU-1", 2, "10.00", discount="2.00", tax="1.62"), line("SKU-2", 1, "5.00", tax="0.45")
)


def cart(*shipped: dict[str, Any], **more: Any) -> CartConverted:
    content = {
        "cart_id": ORDER,
        "market": "US",
        "currency": "USD",
        "converted_at": "2026-11-22T20:00:00Z",
        "shipments": list(shipped or [shipment()]),
        **more,
    }
    made = CartConverted.model_validate_json(json.dumps(content))
    made.check()
    return made


def order_of(*shipped: dict[str, Any], **more: Any) -> Given[Any]:
    """An order that was placed with these shipments."""
    return Given(decider).when(cart(*shipped, **more), cause="checkout#1").after


def an_order(of: int = 1) -> Given[Any]:
    """An order with so many shipments, called 1, 2 and so on."""
    placed = Given(decider).when(cart(*[shipment() for _ in range(of)]), cause="checkout#1")
    return placed.after


def hold(reason: str | None = None) -> orders.Hold:
    return orders.Hold(order_id=ORDER, reason=reason)


def hold_requested(cause: str, reason: str | None = None) -> orders.HoldRequested:
    return orders.HoldRequested(order_id=ORDER, request=cause, reason=reason)


RELEASE_HOLD = orders.ReleaseHold(order_id=ORDER)


def release_hold_requested(cause: str) -> orders.ReleaseHoldRequested:
    return orders.ReleaseHoldRequested(order_id=ORDER, request=cause)


def cancel(reason: str | None = None) -> orders.Cancel:
    return orders.Cancel(order_id=ORDER, reason=reason)


def cancel_requested(cause: str, reason: str | None = None) -> orders.CancelRequested:
    return orders.CancelRequested(order_id=ORDER, request=cause, reason=reason)


DELETE = orders.Delete(order_id=ORDER)


def delete_requested(cause: str, by: str | None = None) -> orders.DeleteRequested:
    return orders.DeleteRequested(order_id=ORDER, order_number=NUMBER, request=cause, by=by)


def delete_refused(cause: str) -> orders.DeleteRefused:
    return orders.DeleteRefused(order_id=ORDER, request=cause, reason=TOO_LATE)


def order_deleted(by: str | None = None) -> orders.Deleted:
    return orders.Deleted(order_id=ORDER, order_number=NUMBER, by=by, at=NOW)


def order_held(reason: str | None = None) -> orders.Held:
    return orders.Held(order_id=ORDER, order_number=NUMBER, reason=reason)


HOLD_REFUSED = orders.HoldRefused(order_id=ORDER, reason=TOO_LATE)
CANCEL_REFUSED = orders.CancelRefused(order_id=ORDER, reason=TOO_LATE)
PARTIALLY_SHIPPED = orders.PartiallyShipped(order_id=ORDER, order_number=NUMBER)
COMPLETED = orders.Completed(order_id=ORDER, order_number=NUMBER)


def hold_released(status: orders.OrderStatus = "InProgress") -> orders.HoldReleased:
    return orders.HoldReleased(order_id=ORDER, order_number=NUMBER, status=status)


def canceled(reason: str | None = None) -> orders.Canceled:
    return orders.Canceled(order_id=ORDER, order_number=NUMBER, market="US", reason=reason)


def closed(shipment_id: str, status: Literal["Shipped", "Canceled"]) -> orders.ShipmentClosed:
    at = NOW if status == "Shipped" else None
    return orders.ShipmentClosed(order_id=ORDER, shipment_id=shipment_id, status=status, at=at)


def owed(total: str, canceled: str = "1", was: str = "20.00") -> orders.LinesChanged:
    """What is left to pay of an order with two shipments when one of them is canceled."""
    content = an_order(of=2).state.content
    return orders.LinesChanged(
        order_id=ORDER,
        order_number=NUMBER,
        request=None,
        currency="USD",
        shipments=tuple(
            as_edited(each, each.lines, canceled=each.shipment_id == canceled)
            for each in content.shipments
        ),
        order_discount=Decimal("0.00"),
        order_discount_granted=Decimal("0.00"),
        total=Decimal(total),
        manual_discount=Decimal("0.00"),
        summary=f"Shipment {canceled} was canceled. The total was {was} and is {total} USD.",
        changes=(
            change("shipment-canceled", shipment=canceled),
            change("total", was=was, now=total, currency="USD"),
        ),
    )


# What customer service edits


def add_line(line_id: str = "9", quantity: int = 1, price: str = "5.00", **more: Any) -> Any:
    content = {"shipment_id": "1", "sku": "SKU-9", "name": "Scarf", **more}
    about = {"order_id": ORDER, "line_id": line_id, "quantity": quantity, "placed_price": price}
    return orders.AddLine.model_validate({**about, **content})


def change_line(line_id: str = "1", shipment_id: str = "1", **more: Any) -> orders.ChangeLine:
    about = {"order_id": ORDER, "shipment_id": shipment_id, "line_id": line_id}
    return orders.ChangeLine.model_validate({**about, **more})


def remove_line(line_id: str = "1", shipment_id: str = "1") -> orders.RemoveLine:
    return orders.RemoveLine(order_id=ORDER, shipment_id=shipment_id, line_id=line_id)


def move_line(
    to: str = "2", quantity: int | None = None, line_id: str = "1", **more: Any
) -> orders.MoveLine:
    about = {"order_id": ORDER, "shipment_id": "1", "line_id": line_id, "to_shipment_id": to}
    return orders.MoveLine.model_validate({**about, "quantity": quantity, **more})


def set_discount(amount: str, **of: str) -> orders.SetDiscount:
    return orders.SetDiscount.model_validate({"order_id": ORDER, "amount": amount, **of})


def lines_confirmed(request: str) -> shipments.LinesChanged:
    """The shipments agree to an edit."""
    return shipments.LinesChanged(order_id=ORDER, request=request, shipments=())


def lines_too_late(request: str) -> shipments.LinesChangeRefused:
    """The shipments don't."""
    return shipments.LinesChangeRefused(order_id=ORDER, request=request, reason=TOO_LATE)


def confirm_edit(
    given: Given[Any], command: Any, cause: str = "csr#1"
) -> tuple[Given[Any], orders.LinesChanged]:
    """Returns the order after the shipments have confirmed an edit, and its event."""
    outcome = given.when(command, cause=cause).deferred().when(lines_confirmed(cause))
    outcome.settles(DeferredOutcome(cause))
    (changed,) = outcome.events
    return outcome.after, changed


def shipment_of(changed: orders.LinesChanged, shipment_id: str = "1") -> orders.EditedShipment:
    return next(s for s in changed.shipments if s.shipment_id == shipment_id)


def line_of(changed: orders.LinesChanged, line_id: str = "1", shipment_id: str = "1") -> Any:
    (found,) = [x for x in shipment_of(changed, shipment_id).lines if x.line_id == line_id]
    return found


def money(line: Any) -> tuple[int, str, str, str]:
    """A line's quantity, price, discount and tax."""
    return line.quantity, str(line.placed_price), str(line.discount), str(line.tax)


# What the shipments tell


def shipped(shipment_id: str = "1", order_id: str = ORDER) -> shipments.Shipped:
    return shipments.Shipped(
        order_id=order_id,
        shipment_id=shipment_id,
        status="Shipped",
        warehouse="seattle",
        tracking_number=None,
        lines=(),
        shipped_at=NOW,
    )


def shipment_canceled(shipment_id: str = "1", order_id: str = ORDER) -> shipments.Canceled:
    return shipments.Canceled(
        order_id=order_id,
        shipment_id=shipment_id,
        status="Canceled",
        warehouse="seattle",
        inventory_requested=False,
    )


def shipments_held(order_id: str = ORDER) -> shipments.Held:
    return shipments.Held(order_id=order_id, shipments=())


def shipments_lifted(order_id: str = ORDER) -> shipments.HoldLifted:
    return shipments.HoldLifted(order_id=order_id, shipments=())


def hold_too_late(order_id: str = ORDER) -> shipments.HoldRefused:
    return shipments.HoldRefused(order_id=order_id, reason=TOO_LATE)


def cancel_too_late(order_id: str = ORDER) -> shipments.CancelRefused:
    return shipments.CancelRefused(order_id=order_id, reason=TOO_LATE)


def shipments_deleted(by: str | None = None, order_id: str = ORDER) -> shipments.Deleted:
    return shipments.Deleted(order_id=order_id, order_number=NUMBER, by=by, at=NOW, given_up=())


def delete_too_late(cause: str, order_id: str = ORDER) -> shipments.DeleteRefused:
    return shipments.DeleteRefused(order_id=order_id, request=cause, reason=TOO_LATE)


def on_hold(of: int = 1) -> Given[Any]:
    return an_order(of).events(hold_requested("h"), order_held())
