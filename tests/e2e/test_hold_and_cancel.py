"""Orders that are on hold or canceled don't ship."""

import pytest

from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines


@pytest.mark.shows("6.2")
def test_hold_is_confirmed_only_when_the_shipments_have_stopped(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku))
    system.event(order, "shipment.inventory-assigned")

    reply = system.ask("order.hold", order, reason="ask first")

    assert (reply["outcome"], reply["status"]) == ("accepted", "OnHold")
    stopped, held = system.event(order, "shipment.held"), system.event(order, "order.held")
    assert held.headers["ce_causationid"] == stopped.headers["ce_id"]
    assert reply["version"] == int(held.headers["ce_sequence"])


@pytest.mark.shows("6.4", "6.5")
def test_held_order_does_not_ship_and_goes_on_where_it_was(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku))
    system.event(order, "shipment.inventory-assigned")
    system.do("shipment.release", order, "1")
    system.do("shipment.add-to-picklist", order, "1")
    system.do("order.hold", order)

    for step in ("release", "add-to-picklist", "complete", "remove-from-picklist"):
        assert system.ask(f"shipment.{step}", order, "1")["outcome"] == "rejected", step
    assert system.ask("order.cancel", order)["reason"]["code"] == "on-hold"

    recalled = system.event(order, "shipment.recalled")
    assert recalled.data["reason"] == "held"
    assert system.ask("order.release-hold", order)["status"] == "InProgress"
    system.do("shipment.complete", order, "1")
    system.event(order, "order.completed")


@pytest.mark.shows("7.2")
def test_cancel_is_confirmed_only_when_the_shipments_are_canceled(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku, 1), shipment(sku, 2))
    for number in ("1", "2"):
        system.event(order, "shipment.inventory-assigned", number)

    reply = system.ask("order.cancel", order, reason="changed my mind")

    assert (reply["outcome"], reply["status"]) == ("accepted", "Canceled")
    last = [got for got in system.events(order, "shipment.events") if "canceled" in got.type][-1]
    canceled = system.event(order, "order.canceled")
    assert canceled.headers["ce_causationid"] == last.headers["ce_id"]
    assert system.names(order, "shipment.events").count("canceled") == 2
    system.event(order, "payment.refunded")
    system.until(lambda _: system.level(sku)["allocated"] == 0)
    assert system.level(sku) == {"on_hand": 5, "allocated": 0, "backordered": 0}
    assert system.ask("shipment.release", order, "1")["outcome"] == "rejected"
