"""A checkout, a warehouse and a tool that know only the contract."""

import json
import re
import shutil
import subprocess

import pytest

from tests.cluster import Sent
from tests.e2e.system import ADDRESS, System, cart, shipment

pytestmark = pytest.mark.engines


def example(order: str, sku: str) -> dict[str, object]:
    """Returns the contract's example, for this order and article."""
    line = {
        "line_id": "1", "sku": sku, "name": "Linen dress", "quantity": 2,
        "placed_price": "39.50", "discount": "7.90", "tax": "7.11", "preorder": False,
    }  # fmt: skip
    return {
        "cart_id": order, "market": "US", "currency": "USD",
        "converted_at": "2026-11-22T20:00:00Z",
        "customer": {"customer_id": "cu-7", "name": "Mercy Taylor",
                     "email": "mercy@example.com", "phone": "+1 206 555 0100"},
        "coupons": ["SPRING10"], "order_discount": "5.00",
        "shipments": [{"shipment_id": "1", "shipping_method": "standard",
                       "shipping_cost": "4.90", "shipping_tax": "0.00",
                       "address": ADDRESS, "lines": [line]}],
        "payments": [{"payment_id": "p-1", "method": "credit-card",
                      "transaction_type": "Authorization", "amount": "78.11",
                      "status": "Processed", "reference": "psp_9f3"}],
    }  # fmt: skip


def structured(order: str, sku: str) -> bytes:
    event = {
        "specversion": "1.0", "id": f"shop-{order}", "source": "/shop",
        "type": "waybill.cart.converted.v1", "data": example(order, sku),
    }  # fmt: skip
    return json.dumps(event).encode()


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_checkout_places_an_order(system: System, order: str, sku: str, mode: str) -> None:
    system.receive(sku, 5)
    topic, key = "checkout.cart-converted", order.encode()
    if mode == "binary":
        headers = [
            ("ce_specversion", b"1.0"), ("ce_id", f"shop-{order}".encode()),
            ("ce_source", b"/shop"), ("ce_type", b"waybill.cart.converted.v1"),
            ("ce_time", b"2026-11-22T20:00:00Z"), ("ce_subject", key),
            ("content-type", b"application/json"),
        ]  # fmt: skip
        sent = Sent(topic, key, json.dumps(example(order, sku)).encode(), tuple(headers))
    else:
        mode_header = (("content-type", b"application/cloudevents+json"),)
        sent = Sent(topic, key, structured(order, sku), mode_header)

    system.cluster.produce([sent])

    placed = system.event(order, "order.placed")
    assert placed.data["total"] == "78.11"
    assert placed.headers["ce_causationid"] == f"shop-{order}"
    system.event(order, "payment.order-paid")
    system.event(order, "shipment.inventory-assigned")


def test_kcat_places_an_order(system: System, order: str, sku: str) -> None:
    kcat = shutil.which("kcat") or shutil.which("kafkacat")
    if not kcat:
        pytest.skip("kcat isn't installed; on Debian and Ubuntu: apt-get install kcat")
    topic = f"{system.cluster.prefix}checkout.cart-converted"
    mode = "content-type=application/cloudevents+json"
    command = [kcat, "-P", "-b", system.cluster.engines.kafka, "-t", topic, "-k", order, "-H", mode]

    subprocess.run(command, input=structured(order, sku), check=True, timeout=30)

    assert system.event(order, "order.placed").data["total"] == "78.11"


def test_warehouse_hears_all_that_it_needs_and_nothing_else(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.cluster.produce(
        [
            Sent(
                "checkout.cart-converted",
                order.encode(),
                structured(order, sku),
                (("content-type", b"application/cloudevents+json"),),
            )
        ]
    )
    system.event(order, "shipment.inventory-assigned")
    system.do("shipment.release", order, "1")

    (release,) = system.until(lambda _: system.events(order, "warehouse.releases"))

    number = system.event(order, "order.placed").data["order_number"]
    data = dict(release.data)
    assert re.fullmatch(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", data.pop("released_at"))
    assert data == {
        "order_id": order, "order_number": number, "shipment_id": "1", "warehouse": "seattle",
        "market": "US", "shipping_method": "standard", "address": ADDRESS,
        "lines": [{"line_id": "1", "sku": sku, "name": "Linen dress", "quantity": 2}],
    }  # fmt: skip
    assert release.type == "waybill.shipment.released.v1"
    assert release.key == order.encode()
    wanted = {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject",
              "content-type", "ce_correlationid", "ce_causationid"}  # fmt: skip
    assert wanted <= release.headers.keys()


def test_warehouse_hears_of_a_recall_and_of_a_second_release(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku))
    system.event(order, "shipment.inventory-assigned")
    system.do("shipment.release", order, "1")
    system.do("order.hold", order)
    system.do("order.release-hold", order)

    releases = system.until(
        lambda _: (
            (all_releases := system.events(order, "warehouse.releases"))
            and len(all_releases) >= 3
            and all_releases
        )
    )

    kinds = [got.type.removeprefix("waybill.shipment.").removesuffix(".v1") for got in releases]
    assert kinds == ["released", "recalled", "released"]
    assert releases[1].data.keys() == {
        "order_id", "order_number", "shipment_id", "warehouse", "reason", "recalled_at",
    }  # fmt: skip


def test_checkout_that_asks_is_told_why_its_cart_is_no_order(system: System, order: str) -> None:
    data = cart(order, shipment("S"), market="MARS")
    headers = {
        "specversion": "1.0", "id": f"shop-{order}", "source": "/shop",
        "type": "waybill.cart.converted.v1", "replyto": f"{system.cluster.prefix}waybill.replies",
    }  # fmt: skip
    system.cluster.produce(
        [
            Sent(
                "checkout.cart-converted",
                order.encode(),
                json.dumps(data).encode(),
                tuple((f"ce_{name}", value.encode()) for name, value in headers.items()),
            )
        ]
    )

    reply = system.reply(f"shop-{order}")

    assert reply["outcome"] == "rejected"
    assert reply["reason"]["code"] == "malformed"
    assert reply["reason"]["message"] == "market: no market is called MARS"


def test_reply_topic_of_a_tool_that_came_into_being_just_now_gets_its_reply(
    system: System, order: str, sku: str
) -> None:
    from confluent_kafka.admin import AdminClient, NewTopic

    system.place(order, shipment(sku))
    system.event(order, "order.placed")
    system.post("order.add-note", order, {"order_id": order, "text": "x"}, replyto="nobody.there")
    name = f"{system.cluster.prefix}tool.replies"
    admin = AdminClient({"bootstrap.servers": system.cluster.engines.kafka})
    admin.create_topics([NewTopic(name, 2, 1)])[name].result(30)

    message_id = system.post(
        "order.add-note", order, {"order_id": order, "text": "y"}, replyto=name
    )

    (reply,) = system.cluster.until(lambda found: found, "tool.replies")
    assert reply.data["command_id"] == message_id
    letters = system.cluster.until(
        lambda found: [got for got in found if got.headers["waybill_topic"] == "nobody.there"],
        "order.dead-letters",
    )
    assert letters[0].headers["waybill_code"] == "no-reply-topic"
