"""An order for tests of fulfilment: 100.00 USD, with one or more shipments from Seattle."""

from decimal import Decimal

from services.shipment.fulfilment.decider import decider
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message, orders, payments, shipments, stock
from shared.contracts.address import Address
from shared.contracts.order_edits import Edit, LineAltered
from shared.contracts.shipments import Item
from tests.unit.given import NOW, Given

ORDER = "c-1"
NUMBER = "PO1000042"
PIKE = Address(name="Mercy Taylor", line1="1 Pike Pl", city="Seattle", region="WA", country="US")
ELM = Address(name="Mercy Taylor", line1="7 Elm St", city="Portland", region="OR", country="US")
DRESS = Item(line_id="1", sku="SKU-1", name="Linen dress", quantity=2)
SCARF = Item(line_id="2", sku="SKU-2", name="Scarf", quantity=1)
LINES = (DRESS, SCARF)


def placed(*shipment_ids: str, market: str = "US", preorder: bool = False) -> orders.Placed:
    """The placed order; `preorder` makes its scarves preorders."""
    zero = Decimal("0.00")
    lines = tuple(
        orders.Line(
            line_id=item.line_id,
            sku=item.sku,
            name=item.name,
            quantity=item.quantity,
            placed_price=Decimal("20.00"),
            discount=zero,
            tax=zero,
            preorder=preorder and item is SCARF,
        )
        for item in LINES
    )
    return orders.Placed(
        order_id=ORDER,
        order_number=NUMBER,
        market=market,
        currency="USD",
        customer=None,
        coupons=(),
        order_discount=zero,
        shipments=tuple(
            orders.Shipment(
                shipment_id=shipment_id,
                shipping_method="standard",
                shipping_cost=zero,
                shipping_tax=zero,
                address=PIKE,
                lines=lines,
            )
            for shipment_id in shipment_ids or ("1",)
        ),
        payments=(),
        total=Decimal("100.00"),
        converted_at=NOW,
    )


def paid(amount: str = "100.00") -> payments.OrderPaid:
    """The order is paid in full."""
    total = Decimal("100.00")
    return payments.OrderPaid(order_id=ORDER, currency="USD", total=total, paid=Decimal(amount))


def unpaid(amount: str) -> payments.OrderUnpaid:
    """The order was paid in full, and now only `amount` of it is."""
    total = Decimal("100.00")
    return payments.OrderUnpaid(order_id=ORDER, currency="USD", total=total, paid=Decimal(amount))


def recorded(outstanding: str) -> payments.Recorded:
    """A payment that leaves this much outstanding."""
    return payments.Recorded(
        order_id=ORDER,
        payment_id="p-1",
        amount=Decimal("1.00"),
        currency="USD",
        paid=Decimal("100.00") - Decimal(outstanding),
        outstanding=Decimal(outstanding),
        method="credit-card",
        transaction_type="Sale",
        status="Processed",
        reference=None,
        recorded_at=NOW,
    )


def noted(in_full: bool, outstanding: str) -> shipments.PaymentNoted:
    """The event with the paid and outstanding amounts."""
    return shipments.PaymentNoted(
        order_id=ORDER,
        in_full=in_full,
        currency="USD",
        outstanding=Decimal(outstanding),
        paid=Decimal("100.00") - Decimal(outstanding),
    )


def allocated(shipment_id: str = "1") -> stock.AllocationMade:
    """All items of a shipment are allocated."""
    return stock.AllocationMade(warehouse="seattle", order_id=ORDER, shipment_id=shipment_id)


SHORT = (shipments.Shortage(sku="SKU-2", wanted=1, available=0),)


def short(shipment_id: str = "1") -> stock.AllocationShort:
    """The stock is short of a scarf for a shipment."""
    return stock.AllocationShort(
        warehouse="seattle", order_id=ORDER, shipment_id=shipment_id, short=SHORT
    )


def offered(shipment_id: str = "1") -> stock.AllocationOffered:
    """Another warehouse has goods that a shipment waits for."""
    return stock.AllocationOffered(
        warehouse="seattle", order_id=ORDER, shipment_id=shipment_id, source="rotterdam"
    )


HOLD = orders.HoldRequested(order_id=ORDER, request="r-1", reason=None)
LIFT = orders.ReleaseHoldRequested(order_id=ORDER, request="r-2")
CANCEL_ORDER = orders.CancelRequested(order_id=ORDER, request="r-3", reason=None)


def lines_edit(edit: Edit | None = None, request: str = "r-4") -> orders.LinesChangeRequested:
    """The request of an edit; by default of three dresses instead of two."""
    more = LineAltered(shipment_id="1", line_id="1", quantity=3)
    return orders.LinesChangeRequested(order_id=ORDER, request=request, edit=edit or more)


def edit(
    shipment_id: str = "1", address: Address | None = ELM, method: str | None = None
) -> shipments.Edit:
    """The command."""
    given = {"address": address, "shipping_method": method}
    given = {name: value for name, value in given.items() if value is not None}
    return shipments.Edit.model_validate({"order_id": ORDER, "shipment_id": shipment_id, **given})


def release(shipment_id: str = "1") -> shipments.Release:
    """The command."""
    return shipments.Release(order_id=ORDER, shipment_id=shipment_id)


def add(shipment_id: str = "1") -> shipments.AddToPicklist:
    """The command."""
    return shipments.AddToPicklist(order_id=ORDER, shipment_id=shipment_id)


def remove(shipment_id: str = "1") -> shipments.RemoveFromPicklist:
    """The command."""
    return shipments.RemoveFromPicklist(order_id=ORDER, shipment_id=shipment_id)


def complete(shipment_id: str = "1", tracking: str | None = None) -> shipments.Complete:
    """The command."""
    return shipments.Complete(order_id=ORDER, shipment_id=shipment_id, tracking_number=tracking)


def correct(shipment_id: str = "1", **given: str | None) -> shipments.CorrectTracking:
    """The command; by default another number."""
    given = given or {"tracking_number": "1Z 998"}
    return shipments.CorrectTracking(order_id=ORDER, shipment_id=shipment_id, **given)


def cancel(shipment_id: str = "1") -> shipments.Cancel:
    """The command."""
    return shipments.Cancel(order_id=ORDER, shipment_id=shipment_id)


def after(*messages: Message, given: Given[Fulfilment] | None = None) -> Given[Fulfilment]:
    """Fulfilment after these messages, none of which may be rejected."""
    given = given or Given(decider)
    for message in messages:
        outcome = given.when(message)
        assert outcome.reason is None, outcome.reason
        given = outcome.after
    return given


WAITING = (placed(), paid())
ASSIGNED = (*WAITING, allocated())
RELEASED = (*ASSIGNED, release())
PACKING = (*RELEASED, add())
SHIPPED = (*PACKING, complete())
CANCELED = (*WAITING, cancel())
