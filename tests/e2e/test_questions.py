"""Questions about possible actions, asked over the topics as any tool can."""

from typing import Any

import pytest

from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines


def answer(system: System, name: str, order: str) -> dict[tuple[str, str], Any]:
    """Returns the answer to a question about an order: its actions by name and subject."""
    reply = system.ask(f"{name}.explain", order)
    assert reply["outcome"] == "accepted", reply
    return {(a["action"], a["subject"]): a for a in reply["actions"] if "given" not in a}


def test_answers_follow_what_happens_and_commands_meet_what_they_said(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku), paid=False)
    system.event(order, "shipment.awaiting-inventory")
    system.event(order, "payment.account-opened")

    said = answer(system, "shipment", order)["shipment.release", "1"]
    assert not said["allowed"]
    refused = system.ask("shipment.release", order, "1")
    assert refused["reason"]["blockers"] == said["blockers"]
    assert answer(system, "order", order)["order.hold", order]["allowed"]
    assert answer(system, "payment", order)["payment.add", order]["allowed"]

    pay = {"payment_id": "p-2", "method": "telephone", "transaction_type": "Sale"}
    system.do("payment.add", order, **pay)
    system.event(order, "shipment.inventory-assigned")

    paid = answer(system, "payment", order)
    assert [b["code"] for b in paid["payment.add", order]["blockers"]] == ["already-paid"]
    assert paid["payment.refund", "p-2"]["allowed"]
    assert answer(system, "shipment", order)["shipment.release", "1"]["allowed"]
    system.do("shipment.release", order, "1")
    assert answer(system, "shipment", order)["shipment.release", "1"]["done"]


OWED = {"currency": "USD", "total": "20.00", "paid": "20.00", "outstanding": "0.00"}


@pytest.mark.parametrize(
    ("asked", "owed", "then", "data"),
    [
        ("order", None, "order.hold", {"reason": "seen"}),
        ("payment", OWED, "payment.refund", {"payment_id": "p-1", "amount": "1.00"}),
    ],
)
def test_question_moves_nothing_and_says_the_version_that_a_command_can_expect(
    system: System,
    order: str,
    sku: str,
    asked: str,
    owed: dict[str, str] | None,
    then: str,
    data: dict[str, str],
) -> None:
    system.place(order, shipment(sku))
    # Nothing happens any more once the order is paid and waits for stock.
    system.event(order, "payment.order-paid")
    system.event(order, "shipment.backordered")

    first, again = (system.ask(f"{asked}.explain", order) for _ in range(2))

    assert first.get("owed") == owed
    assert first["version"] == again["version"]
    about, expected = {"order_id": order, **data}, str(again["version"])
    gone = system.reply(system.post(then, order, about, expectedversion=expected))
    assert gone["outcome"] == "accepted"


def test_question_about_an_order_that_nobody_knows_is_refused(system: System, order: str) -> None:
    for name in ("order", "payment", "shipment"):
        reply = system.ask(f"{name}.explain", order)
        assert (reply["outcome"], reply["reason"]["code"]) == ("rejected", "unknown-order")
    cart = system.reply(system.post("cart.explain", order, {"cart_id": order}))
    assert cart["reason"]["code"] == "unknown-cart"


def test_count_says_who_is_short_and_the_warehouse_who_waits(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    for number in (1, 2, 3):
        system.place(f"{order}-{number}", shipment(sku, 2))
        name = "inventory-assigned" if number < 3 else "backordered"
        system.event(f"{order}-{number}", f"shipment.{name}")

    about = {"warehouse": "seattle", "sku": sku}
    system.reply(system.post("stock.count", "seattle", {**about, "quantity": 3}))
    stands = system.reply(system.post("stock.explain", "seattle", about))["stock"]

    short = [{"order_id": f"{order}-2", "shipment_id": "1", "sku": sku, "lacks": 1}]
    assert stands["short"] == short
    assert [each["order_id"] for each in stands["queue"]] == [f"{order}-3"]
    (counted,) = [got for got in system.seen if "counted" in got.type and got.data["sku"] == sku]
    assert counted.data["short"] == short
