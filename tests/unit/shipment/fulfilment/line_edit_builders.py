"""Edits of an order's lines, and the messages about them."""

from decimal import Decimal

from shared.contracts import orders, shipments, stock
from shared.contracts.order_edits import (
    Destination,
    DiscountSet,
    Edit,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from shared.contracts.shipments import ChangedShipment, Item
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    DRESS,
    ELM,
    NUMBER,
    ORDER,
    allocated,
    lines_edit,
)

MORE_DRESSES = LineAltered(shipment_id="1", line_id="1", quantity=3)
CHEAPER = LineAltered(shipment_id="1", line_id="1", placed_price=Decimal("1.00"))
HAT = LineAdded(
    shipment_id="1", line_id="3", sku="SKU-3", name="Hat", quantity=1, placed_price=Decimal("9.00")
)
NO_SCARF = LineTaken(shipment_id="1", line_id="2")
NEW = Destination(address=ELM, shipping_method="express", shipping_cost=Decimal("14.90"))
SPLIT = LineMoved(
    shipment_id="1",
    line_id="1",
    quantity=1,
    to_shipment_id="2",
    to_line_id="1",
    destination=NEW,
)
DISCOUNT = DiscountSet(amount=Decimal("5.00"))
THREE = DRESS.model_copy(update={"quantity": 3})
ONE = DRESS.model_copy(update={"quantity": 1})


def priced(total: str = "100.00", request: str | None = "r-4") -> orders.LinesChanged:
    """The order service publishes the new total."""
    return orders.LinesChanged(
        order_id=ORDER,
        order_number=NUMBER,
        request=request,
        currency="USD",
        shipments=(),
        order_discount=Decimal("0.00"),
        order_discount_granted=Decimal("0.00"),
        total=Decimal(total),
        summary="Edited.",
    )


def noted_total(total: str, outstanding: str, *, in_full: bool) -> shipments.TotalNoted:
    return shipments.TotalNoted(
        order_id=ORDER,
        request="r-4",
        in_full=in_full,
        currency="USD",
        total=Decimal(total),
        outstanding=Decimal(outstanding),
    )


def changed(
    *lines: Item, requested: bool = False, revision: int = 1, preorders: tuple[str, ...] = ()
) -> ChangedShipment:
    return ChangedShipment(
        shipment_id="1",
        status="AwaitingInventory",
        warehouse="seattle",
        lines=lines,
        preorder_lines=preorders,
        revision=revision,
        inventory_requested=requested,
    )


def lines_changed(*each: ChangedShipment) -> shipments.LinesChanged:
    return shipments.LinesChanged(order_id=ORDER, request="r-4", shipments=each)


def answer(revision: int) -> stock.AllocationMade:
    return allocated().model_copy(update={"revision": revision})


def refusal(given: Given, edit: Edit) -> tuple[str, ...]:
    (refused,) = given.when(lines_edit(edit)).events
    assert isinstance(refused, shipments.LinesChangeRefused)
    assert refused.request == "r-4"
    return tuple(blocker.code for blocker in refused.reason.blockers)
