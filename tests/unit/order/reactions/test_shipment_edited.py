"""A shipment's new method or cost, as the order takes it over."""

from decimal import Decimal

from services.order.decider import decider
from shared.contracts import orders, shipments
from shared.contracts.address import Address
from tests.unit.given import Given
from tests.unit.order.builders import ADDRESS, NUMBER, ORDER, cart, line, shipment


def rerouted(cost: str) -> shipments.Edited:
    return shipments.Edited(
        order_id=ORDER,
        shipment_id="1",
        status="AwaitingInventory",
        warehouse="seattle",
        order_number=NUMBER,
        address=Address(**ADDRESS),
        shipping_method="express",
        request="m#1",
        shipping_cost=Decimal(cost),
    )


def test_a_cost_with_which_the_total_cannot_be_written_changes_no_total_and_loses_no_fact() -> None:
    """The shipment refuses it, as far as it knows the total; that may have grown since."""
    placed = Given(decider).when(cart(shipment(line(price="999999999999990.00", tax="0.00"))))
    given = placed.after
    for cost, total in (("9.99", "999999999999999.99"), ("10.00", "999999999999990.00")):
        events = given.when(rerouted(cost)).events
        edited, changed = (each for each in events if not isinstance(each, orders.NoteAdded))
        assert isinstance(edited, orders.ShipmentEdited)
        assert edited.shipping_method == "express"
        assert isinstance(changed, orders.LinesChanged)
        assert (changed.request, changed.total) == ("m#1", Decimal(total))
