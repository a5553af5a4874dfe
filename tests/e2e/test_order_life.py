"""Orders from the checkout to their end."""

import pytest

from tests.cluster import Sent
from tests.desk import Desk
from tests.e2e.system import System, cart, converted, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


@pytest.mark.shows("1.3", "3.1", "6.1", "10.2", "10.3", "10.4", "10.5")
def test_order_goes_from_checkout_to_completed(system: System, order: str, sku: str) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku, 2))

    system.ship(order)

    completed = system.event(order, "order.completed")
    placed = system.event(order, "order.placed")
    assert placed.data["total"] == "20.00"
    assert placed.data["order_number"] == completed.data["order_number"]
    assert placed.data["order_number"].startswith("PO1")
    assert system.names(order, "order.events") == ["placed", "shipment-closed", "completed"]
    assert system.names(order, "payment.events") == ["account-opened", "recorded", "order-paid"]
    system.until(lambda _: system.names(order, "stock.events") == ["allocated", "issued"])
    assert system.level(sku) == {"on_hand": 3, "allocated": 0, "backordered": 0}


def test_events_of_an_order_are_numbered_without_a_gap(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku))
    system.ship(order)
    system.event(order, "order.completed")

    for topic in ("order.events", "payment.events", "shipment.events"):
        sequences = [int(got.headers["ce_sequence"]) for got in system.events(order, topic)]
        assert sequences == list(range(1, len(sequences) + 1)), topic


def test_everything_about_an_order_is_one_conversation(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku))
    system.event(order, "shipment.inventory-assigned")

    mine = [got for got in system.seen if got.data.get("order_id") == order]

    assert {got.headers["ce_correlationid"] for got in mine} == {f"checkout-{order}"}
    ids = {got.headers["ce_id"] for got in mine}
    assert len(mine) >= 8
    causes = {got.headers["ce_causationid"] for got in mine}
    assert f"checkout-{order}" in causes
    assert causes & ids, "one thing follows from another"


def test_two_shipments_and_one_of_them_first(system: System, order: str, sku: str) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku, 1), shipment(sku, 1))

    system.ship(order, "2")
    system.event(order, "order.partially-shipped")
    assert system.ask("order.cancel", order)["reason"]["code"] == "shipped"
    system.ship(order, "1")

    system.event(order, "order.completed")
    assert system.names(order, "order.events") == [
        "placed", "shipment-closed", "partially-shipped", "shipment-closed", "completed",
    ]  # fmt: skip


@pytest.mark.shows("10.1")
def test_order_waits_until_its_stock_arrives(system: System, order: str, sku: str) -> None:
    system.place(order, shipment(sku, 3))
    short = system.event(order, "shipment.backordered").data["short"]
    assert short == [{"sku": sku, "wanted": 3, "available": 0}]
    assert system.ask("shipment.release", order, "1")["outcome"] == "rejected"

    system.receive(sku, 2)
    system.receive(sku, 2)

    system.event(order, "shipment.inventory-assigned")
    assert system.level(sku) == {"on_hand": 4, "allocated": 3, "backordered": 0}


@pytest.mark.shows("4.23", "3.3")
def test_unpaid_order_is_not_released_until_it_is_paid(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku, 2), paid=False)
    system.event(order, "payment.account-opened")
    refused = system.ask("shipment.release", order, "1")
    assert refused["outcome"] == "rejected"
    assert "not-paid" in [blocker["code"] for blocker in refused["reason"]["blockers"]]

    system.do(
        "payment.add", order,
        payment_id="p-2", method="telephone", transaction_type="Sale", reference="call 7",
    )  # fmt: skip

    system.ship(order)
    system.event(order, "order.completed")


def test_cart_that_is_published_ten_times_is_one_order(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 100)
    same = converted(cart(order, shipment(sku, 2)))
    system.cluster.produce([same] * 10)
    system.event(order, "shipment.inventory-assigned")

    system.cluster.produce([same])
    system.ship(order)

    system.event(order, "order.completed")
    assert system.names(order, "order.events").count("placed") == 1
    # The stock issues the items on its own topic, before or after the order is completed.
    system.until(lambda _: system.level(sku)["on_hand"] == 98)


def test_command_that_is_repeated_gets_the_outcome_that_it_had(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku))
    system.event(order, "shipment.inventory-assigned")
    message_id = system.post("shipment.release", order, {"order_id": order, "shipment_id": "1"})
    first = system.reply(message_id)
    system.do("shipment.add-to-picklist", order, "1")

    (same,) = [
        got
        for got in system.cluster.read("shipment.commands")
        if got.headers["ce_id"] == message_id
    ]
    system.cluster.produce([Sent(same.topic, same.key, same.value, same.raw)])

    replies = system.until(
        lambda seen: [
            found
            for found in [[got for got in seen if got.key == message_id.encode()]]
            if len(found) > 1
        ]
    )[0]
    assert [dict(got.data) for got in replies] == [first, first]
    assert system.names(order, "shipment.events").count("released") == 1


def test_command_about_a_version_that_is_past_is_refused(
    system: System, order: str, sku: str
) -> None:
    system.place(order, shipment(sku))
    system.event(order, "order.placed")
    data = {"order_id": order, "text": "first"}
    assert system.reply(system.post("order.add-note", order, data, expectedversion="1"))[
        "outcome"
    ] == "accepted"  # fmt: skip

    late = system.reply(system.post("order.add-note", order, data, expectedversion="1"))

    assert late["reason"]["code"] == "version-conflict"
    assert late["version"] > 1


def test_life_of_an_order_is_written_down_in_words(
    system: System, desk: Desk, order: str, sku: str
) -> None:
    system.receive(sku, 2)
    system.place(order, shipment(sku, 2))
    system.event(order, "shipment.inventory-assigned")
    system.do("shipment.release", order, "1")
    system.do("order.hold", order, reason="Her voice was odd.")
    system.do("order.release-hold", order)
    system.do("order.add-note", order, text="She is fine.")
    for step in ("add-to-picklist", "complete"):
        system.do(f"shipment.{step}", order, "1")
    number = system.event(order, "order.completed").data["order_number"]

    with desk.tool("viewer") as tool:

        def activity() -> list[str]:
            answer = tool.get(f"/api/order-ids/{order}")
            notes = answer.json()["notes"] if answer.status_code == 200 else []
            return [note["text"] for note in notes if note["kind"] == "activity"]

        eventually(lambda: len(activity()) >= 13)
        notes = activity()
    assert notes[0] == f"Order {number} was placed: 20.00 USD."
    assert notes[-1] == "The order is completed."
    assert sorted(notes[1:-1]) == sorted(
        [
            "Paid 20.00 USD by Credit card (Sale); paid in full.",
            "Inventory assigned to shipment 1 in Seattle.",
            "Shipment 1 was released to Seattle.",
            "Hold requested.",
            "Shipment 1 was recalled from Seattle: it is on hold.",
            "The order is on hold.",
            "Hold release requested.",
            "Hold released: the order is In Progress again.",
            "Shipment 1 was released to Seattle.",
            "Shipment 1 is being packed.",
            "Shipment 1 has shipped from Seattle.",
        ]
    )


def test_payment_between_reading_and_editing_does_not_refuse_the_edit(
    system: System, order: str, sku: str
) -> None:
    system.place(order, shipment(sku), paid=False)
    system.event(order, "payment.account-opened")
    seen = str(system.ask("order.explain", order)["version"])
    pay = {"payment_id": "p-2", "method": "telephone", "transaction_type": "Sale"}
    system.do("payment.add", order, **pay)
    system.event(order, "payment.recorded")

    note = {"order_id": order, "text": "Paid by phone."}
    first = system.reply(system.post("order.add-note", order, note, expectedversion=seen))
    second = system.reply(system.post("order.add-note", order, note, expectedversion=seen))

    assert first["outcome"] == "accepted"
    assert second["reason"]["code"] == "version-conflict"
