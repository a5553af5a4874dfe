"""A split that the shipments decided, as the order takes it over."""

from decimal import Decimal

from shared.contracts import orders, shipments
from shared.contracts.shipments import Item, SplitPart
from tests.unit.order.builders import NUMBER, ORDER, line, order_of, shipment


def split(quantity: int, part: str = "2") -> shipments.Split:
    """So many pieces of the first line go into a new shipment."""
    moved = Item(line_id="1", sku="SKU-1", name="Dress", quantity=quantity)
    return shipments.Split(
        order_id=ORDER,
        shipment_id="1",
        status="AwaitingInventory",
        order_number=NUMBER,
        warehouse="seattle",
        given_up=None,
        lines=(),
        preorder=False,
        revision=2,
        parts=(SplitPart(shipment_id=part, warehouse="osaka", lines=(moved,)),),
        had=(),
        others=(),
        number=1,
    )


def test_a_split_makes_new_shipments_and_changes_no_total() -> None:
    placed = order_of(shipment(line(quantity=3)))
    (changed,) = (e for e in placed.when(split(2)).events if isinstance(e, orders.LinesChanged))

    held = {s.shipment_id: [x.quantity for x in s.lines] for s in changed.shipments}
    assert held == {"1": [1], "2": [2]}
    assert (changed.split, changed.total) == ("1", Decimal("30.00"))


def test_a_split_that_was_applied_is_not_applied_again() -> None:
    placed = order_of(shipment(line(quantity=3)))
    again = placed.when(split(1)).when(split(1))
    assert not any(isinstance(event, orders.LinesChanged) for event in again.events)


def test_a_split_of_more_than_there_is_names_the_line() -> None:
    outcome = order_of(shipment(line(quantity=3))).when(split(4))
    assert outcome.wrong == ("parts", "more of line 1 than shipment 1 has")
