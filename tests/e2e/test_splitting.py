"""Sweden's shipments come from Rotterdam or Coventry, or from both if neither has all of one."""

import pytest

from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines

TOTAL = "79.00"  # three pieces at 10.00, and shipping
PAYMENT = {
    "payment_id": "p-1",
    "method": "credit-card",
    "transaction_type": "Sale",
    "amount": TOTAL,
    "status": "Processed",
}


def split(system: System, order: str, sku: str) -> None:
    """Rotterdam has two of three pieces, Coventry one."""
    system.receive(sku, 2, "rotterdam")
    system.receive(sku, 1, "coventry")
    parcel = shipment(sku, 3, shipping_cost="49.00")
    system.place(order, parcel, market="SE", currency="SEK", payments=[PAYMENT])
    system.event(order, "shipment.inventory-assigned", "1")
    system.event(order, "shipment.inventory-assigned", "2")


def test_both_send_their_part_and_the_order_costs_the_same(
    system: System, order: str, sku: str
) -> None:
    split(system, order, sku)
    changed = system.event(order, "order.lines-changed").data
    assert (changed["split"], changed["total"]) == ("1", TOTAL)
    costs = {each["shipment_id"]: each["shipping_cost"] for each in changed["shipments"]}
    assert costs == {"1": "49.00", "2": "0.00"}
    for which, warehouse in (("1", "rotterdam"), ("2", "coventry")):
        system.ship(order, which)
        assert system.event(order, "shipment.shipped", which).data["warehouse"] == warehouse
    system.event(order, "order.completed")
    assert "total-changed" not in system.names(order, "payment.events")


def test_what_is_moved_back_waits_for_one_warehouse(system: System, order: str, sku: str) -> None:
    split(system, order, sku)
    system.event(order, "order.lines-changed")
    back = {"line_id": "1", "to_shipment_id": "1", "to_line_id": "1"}
    system.do("order.move-line", order, "2", **back)
    system.receive(sku, 1, "rotterdam")
    system.until(lambda _: "inventory-assigned" in _since_the_edit(system, order))
    assert _names(system, order).count("split") == 1
    system.ship(order)
    shipped = system.event(order, "shipment.shipped").data
    assert [line["quantity"] for line in shipped["lines"]] == [3]


def _names(system: System, order: str) -> list[str]:
    return system.names(order, "shipment.events")


def _since_the_edit(system: System, order: str) -> list[str]:
    names = _names(system, order)
    return names[names.index("lines-changed") :] if "lines-changed" in names else []
