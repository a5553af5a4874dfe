"""Lines of an order are added, changed, removed and split off; then it is paid, and ships."""

import pytest

from tests.e2e.system import ADDRESS, System, shipment

pytestmark = pytest.mark.engines


def outstanding(system: System, order: str) -> str:
    """Returns the balance of the latest payment event; empty before the first one."""
    events = [got for got in system.events(order, "payment.events") if "outstanding" in got.data]
    return str(events[-1].data["outstanding"]) if events else ""


def total_of(system: System, order: str) -> str:
    """Returns the order's total in its latest event."""
    events = [got for got in system.events(order, "order.events") if "total" in got.data]
    return str(events[-1].data["total"])


def edit(system: System, order: str, what: str, total: str, /, **data: object) -> None:
    """Makes an edit that is accepted; then the order costs `total`, and the balance follows."""
    reply = system.reply(system.post(f"order.{what}", order, {"order_id": order, **data}))
    assert reply["outcome"] == "accepted", reply
    system.until(lambda _: total_of(system, order) == total)
    system.until(lambda _: outstanding(system, order) == total)


@pytest.mark.shows("1.6")
def test_a_phone_order_is_edited_until_it_is_right_and_ships(
    system: System, order: str, sku: str
) -> None:
    scarf, hat = f"{sku}-scarf", f"{sku}-hat"
    for article in (sku, scarf, hat):
        system.receive(article, 10)
    system.place(order, shipment(sku, 2), paid=False)
    system.event(order, "payment.account-opened")

    about = {"shipment_id": "1"}
    added = {"line_id": "2", "sku": scarf, "name": "Scarf", "quantity": 2, "placed_price": "5.00"}
    edit(system, order, "add-line", "30.90", **about, line=added)
    edit(system, order, "change-line", "20.90", **about, line_id="1", quantity=1)
    third = {"line_id": "3", "sku": hat, "name": "Hat", "quantity": 1, "placed_price": "9.00"}
    edit(system, order, "add-line", "30.71", **about, **third)
    edit(system, order, "remove-line", "20.90", **about, line_id="3")
    edit(
        system, order, "move-line", "35.80", **about, line_id="2", quantity=1,
        to_shipment_id="2", address={**ADDRESS, "city": "Tacoma"}, shipping_method="express",
    )  # fmt: skip
    edit(system, order, "set-discount", "33.80", amount="2.00")
    assert system.ask("order.remove-line", order, "2", line_id="2")["reason"]["code"] == "last-line"
    assert system.ask("shipment.release", order, "1")["reason"]["code"] == "not-paid"

    system.do(
        "payment.add", order,
        payment_id="p-2", method="telephone", transaction_type="Sale", reference="call 7",
    )  # fmt: skip
    system.until(lambda _: outstanding(system, order) == "0.00")
    system.ship(order, "1")
    assert system.ask("order.change-line", order, "1", line_id="1", quantity=2)["reason"][
        "code"
    ] == "partially-shipped"  # fmt: skip
    system.ship(order, "2")

    system.event(order, "order.completed")
    events = [got for got in system.seen if got.topic == "warehouse.releases"]
    lines = {
        got.data["shipment_id"]: [(each["sku"], each["quantity"]) for each in got.data["lines"]]
        for got in events
        if got.key == order.encode()
    }
    assert lines == {"1": [(sku, 1), (scarf, 1)], "2": [(scarf, 1)]}
    system.until(lambda _: system.level(scarf) == {"on_hand": 8, "allocated": 0, "backordered": 0})
    assert system.level(sku) == {"on_hand": 9, "allocated": 0, "backordered": 0}
    assert system.level(hat)["on_hand"] == 10


def test_a_paid_order_that_is_edited_keeps_what_it_has_and_waits_for_the_rest(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 3)
    system.place(order, shipment(sku, 2))
    system.event(order, "shipment.inventory-assigned")

    system.do("order.change-line", order, "1", line_id="1", quantity=4)
    system.event(order, "shipment.backordered")
    assert system.ask("shipment.release", order, "1")["outcome"] == "rejected"
    system.until(lambda _: system.level(sku) == {"on_hand": 3, "allocated": 0, "backordered": 4})
    system.do("order.change-line", order, "1", line_id="1", quantity=1)
    system.until(lambda _: system.level(sku) == {"on_hand": 3, "allocated": 1, "backordered": 0})

    system.until(lambda _: outstanding(system, order) == "-10.00")
    system.ship(order)
    system.until(lambda _: system.level(sku) == {"on_hand": 2, "allocated": 0, "backordered": 0})


def test_of_two_who_edit_the_same_line_at_once_one_wins(
    system: System, order: str, sku: str
) -> None:
    system.place(order, shipment(sku, 2))
    placed = system.event(order, "order.placed")
    version = placed.headers["ce_sequence"]
    about = {"order_id": order, "shipment_id": "1", "line_id": "1"}
    asked = [
        system.post(
            "order.change-line", order, {**about, "quantity": quantity}, expectedversion=version
        )
        for quantity in (5, 6)
    ]

    replies = [system.reply(each) for each in asked]

    assert [reply["outcome"] for reply in replies] == ["accepted", "rejected"]
    assert replies[1]["reason"]["code"] == "version-conflict"
    changed = system.event(order, "order.lines-changed")
    assert changed.data["shipments"][0]["lines"][0]["quantity"] == 5
