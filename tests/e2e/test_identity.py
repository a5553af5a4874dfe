"""Reused ids, default amounts and cleared fields, on a running system.

Each test repeats the input of a reported fault, and says what happened then.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.cluster import Got, Sent
from tests.e2e.system import ADDRESS, System, cart, converted, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

AUTHORIZED = {
    "payment_id": "p-1",
    "method": "credit-card",
    "transaction_type": "Authorization",
    "status": "Processed",
}


def under_another_id(sent: Sent, message_id: str, system: System) -> Sent:
    """Sends the same record as another message, with a reply topic."""
    headers = {name: value for name, value in sent.headers if name != "ce_id"}
    headers |= {
        "ce_id": message_id.encode(),
        "ce_replyto": f"{system.cluster.prefix}waybill.replies".encode(),
    }
    return Sent(sent.topic, sent.key, sent.value, tuple(headers.items()))


def cart_again(system: System, data: dict[str, Any], message_id: str) -> dict[str, Any]:
    """Converts this cart in a new message, as a checkout does; returns the reply."""
    system.cluster.produce([under_another_id(converted(data), message_id, system)])
    return system.reply(message_id)


def refused(reply: dict[str, Any]) -> str:
    assert reply["outcome"] == "rejected", reply
    return str(reply["reason"]["code"])


def letters(system: System, message_id: str) -> list[Got]:
    """Returns the dead letters of a message."""
    found: list[Got] = system.cluster.read("order.dead-letters")
    return [letter for letter in found if letter.headers.get("ce_id") == message_id]


def ask_cart(system: System, name: str, cart_id: str, /, **data: Any) -> dict[str, Any]:
    return system.reply(system.post(f"cart.{name}", cart_id, {"cart_id": cart_id, **data}))


def fill(system: System, draft: str, sku: str) -> None:
    """Creates a draft with everything that an order needs."""
    place = {"shipment_id": "1", "shipping_method": "standard", "address": ADDRESS}
    line = {"shipment_id": "1", "line_id": "1", "sku": sku, "name": "Tea mug", "quantity": 1}
    for name, data in (("set-shipment", place), ("add-line", {**line, "placed_price": "9.50"})):
        reply = ask_cart(system, name, draft, **data)
        assert reply["outcome"] == "accepted", reply


def test_a_cart_id_again_with_other_content_is_told_and_kept(
    system: System, order: str, sku: str
) -> None:
    """Reported: accepted, but nothing happened, and the sender wasn't told."""
    first = cart(order, shipment(sku))
    system.cluster.produce([converted(first)])
    system.event(order, "order.placed")

    assert cart_again(system, first, f"same-{order}")["outcome"] == "accepted"
    assert refused(cart_again(system, cart(order, shipment(sku, 7)), f"other-{order}")) == (
        "id-reused"
    )

    eventually(lambda: letters(system, f"other-{order}"))
    (letter,) = letters(system, f"other-{order}")
    assert letter.headers["waybill_code"] == "rejected"
    assert letter.data["shipments"][0]["lines"][0]["quantity"] == 7, "nothing is lost"
    assert letters(system, f"same-{order}") == []
    assert system.names(order, "order.events") == ["placed"]


def test_a_message_id_again_with_other_content_is_told_and_kept(
    system: System, order: str, sku: str
) -> None:
    """Reported: answered as a repeat, with the first one's "accepted"."""
    system.place(order, shipment(sku))
    system.event(order, "order.placed")
    about = {"order_id": order, "text": "Called back."}
    first = system.post("order.add-note", order, about)
    assert system.reply(first)["outcome"] == "accepted"

    system.resend(first, "order.add-note", order, {**about, "text": "Never called."})

    replies = system.until(
        lambda seen: [
            got
            for got in seen
            if got.key == first.encode() and got.data.get("reason", {}).get("code") == "id-reused"
        ]
    )
    assert replies[0].data["outcome"] == "rejected"
    eventually(lambda: letters(system, first))
    (letter,) = letters(system, first)
    assert letter.data["text"] == "Never called."


def test_a_deleted_orders_cart_hears_that_it_was_deleted(
    system: System, order: str, sku: str
) -> None:
    """Reported: accepted."""
    first = cart(order, shipment(sku))
    system.cluster.produce([converted(first)])
    system.event(order, "order.placed")
    system.do("order.delete", order)

    assert refused(cart_again(system, first, f"again-{order}")) == "deleted"
    eventually(lambda: letters(system, f"again-{order}"))
    eventually(lambda: refused(ask_cart(system, "create-draft", order, market="US")) == "deleted")


def test_an_orders_id_makes_no_draft(system: System, order: str, sku: str) -> None:
    """Reported: the draft, its changes and its conversion were accepted, but there was no order."""
    system.place(order, shipment(sku))
    system.place(f"{order}-2", shipment(sku))
    for each in (order, f"{order}-2"):
        system.event(each, "order.placed")

    draft = ask_cart(system, "create-draft", order, market="US")
    assert refused(draft) == "id-reused"
    assert refused(system.ask("order.reorder", f"{order}-2", cart_id=order)) == "id-reused"


def test_a_draft_that_loses_its_id_to_an_order_is_not_lost(
    system: System, order: str, sku: str
) -> None:
    """Reported: the conversion was accepted and the draft was gone, but there was no order."""
    assert ask_cart(system, "create-draft", order, market="US")["outcome"] == "accepted"
    fill(system, order, sku)
    system.place(order, shipment(sku, 5))
    placed = system.event(order, "order.placed").data

    assert refused(ask_cart(system, "convert", order)) == "id-reused"

    assert system.event(order, "cart.convert-refused").data["reason"]["code"] == "id-reused"
    changed = {"shipment_id": "1", "line_id": "1", "quantity": 2}
    assert ask_cart(system, "change-line", order, **changed)["outcome"] == "accepted"
    assert placed["shipments"][0]["lines"][0]["quantity"] == 5


def test_a_conversion_is_accepted_once_the_order_is_there(
    system: System, order: str, sku: str
) -> None:
    assert ask_cart(system, "create-draft", order, market="US")["outcome"] == "accepted"
    fill(system, order, sku)
    assert ask_cart(system, "convert", order)["outcome"] == "accepted"
    number = system.event(order, "order.placed").data["order_number"]
    assert system.event(order, "cart.order-placed").data["order_number"] == number
    assert ask_cart(system, "convert", order)["outcome"] == "accepted"


def test_a_capture_without_an_amount_takes_what_the_order_owes(
    system: System, order: str, sku: str
) -> None:
    """Reported: authorized 100.00, edited to 60.00, and 100.00 was captured."""
    paid = {**AUTHORIZED, "amount": "100.00"}
    system.cluster.produce([converted(cart(order, shipment(sku, 10), payments=[paid]))])
    system.event(order, "payment.order-paid")
    system.do("order.change-line", order, "1", line_id="1", quantity=6)
    system.event(order, "payment.total-changed")
    answer = system.ask("payment.explain", order)
    said = {(each["action"], each["subject"]): each for each in answer["actions"]}
    assert said["payment.capture", "p-1"]["defaults"] == {"amount": "60.00"}

    system.do("payment.capture", order, payment_id="p-1")

    assert system.event(order, "payment.captured").data["amount"] == "60.00"
    system.do("payment.capture", order, payment_id="p-1")
    system.do("payment.void", order, payment_id="p-1")
    assert system.event(order, "payment.voided").data["outstanding"] == "0.00"
    system.do("payment.refund", order, payment_id="p-1")
    assert system.event(order, "payment.refunded").data["amount"] == "60.00"


def test_a_customers_phone_can_be_cleared(system: System, order: str) -> None:
    """Reported: null left the field unchanged, and nothing else could clear it."""
    customer = f"cu-{order}"
    contact = {"name": "Mercy Taylor", "email": "mercy@example.com", "phone": "+1 206 555 0100"}

    def ask(command: str, /, **data: Any) -> dict[str, Any]:
        about = {"customer_id": customer, **data}
        return system.reply(system.post(f"customer.{command}", customer, about))

    assert ask("create", **contact)["outcome"] == "accepted"
    assert ask("update", phone=None)["outcome"] == "accepted"
    assert system.event(customer, "customer.updated").data == {
        "customer_id": customer,
        **contact,
        "phone": None,
    }
    assert refused(ask("update", name=None, email=None)) == "contact-needed"
    done = waybill(system, "send", "customer.update", "--customer-id", customer, "--email", "")
    assert done.returncode == 0, done.stdout + done.stderr
    last = system.events(customer, "customer.events")[-1].data
    assert (last["name"], last["email"]) == ("Mercy Taylor", None)
    assert ask("create", **contact)["outcome"] == "accepted", "the same as it was created with"
    assert refused(ask("create", **{**contact, "phone": "+1"})) == "id-reused"


def waybill(system: System, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, on this system."""
    return subprocess.run(
        [sys.executable, "-m", "ops.cli.main", *arguments],
        env={**os.environ, **system.cluster.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
