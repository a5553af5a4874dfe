"""A deleted order is erased from every database; its tombstone stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pymongo import MongoClient

from shared.contracts.topics import SERVICES
from tests.cluster import Sent, command
from tests.e2e.system import System, cart, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

PERSON = {
    "name": "Wilhelmina Ödegård",
    "email": "wilhelmina@odegard.example",
    "phone": "+46 8 555 01 77",
}
ADDRESS = {
    "name": "W. Ödegård",
    "line1": "Storgatan 1774",
    "line2": "c/o Bergström",
    "city": "Skellefteå",
    "region": "AC",
    "postal_code": "931 77",
    "country": "SE",
    "phone": "+46 8 555 01 78",
}
MOVED = "Lillgatan 1775"
NOTE, REASON, REFERENCE = "Rang twice, talks about her cat", "Asked by her sister", "psp_17749"
SECRETS = [
    *PERSON.values(),
    *(value for key, value in ADDRESS.items() if key not in ("region", "country")),
    *(MOVED, NOTE, REASON, REFERENCE),
]


def everything(system: System) -> dict[str, list[dict[str, Any]]]:
    """Returns every document of every collection of every service's database."""
    cluster = system.cluster
    found: dict[str, list[dict[str, Any]]] = {}
    with MongoClient[dict[str, Any]](cluster.engines.mongo) as client:
        for service in SERVICES:
            database = client[f"{cluster.database}_{service}"]
            for name in database.list_collection_names():
                found[f"{service}.{name}"] = list(database[name].find())
    return found


def traces(system: System) -> set[str]:
    """Returns the documents with personal data, and the data."""
    return {
        f"{secret} in {place}"
        for place, documents in everything(system).items()
        for document in documents
        for secret in SECRETS
        if secret in str(document) or json.dumps(secret)[1:-1] in str(document)
    }


def known(system: System, order: str) -> dict[str, list[Any]]:
    """Returns the documents of an order's streams, by service."""
    return {
        service: [
            document
            for document in system.cluster.journal(service)
            if document["stream"].partition("/")[2] == order
        ]
        for service in SERVICES
    }


def draft(system: System, order: str, sku: str) -> None:
    """An order by phone with personal data in every field."""

    def do(name: str, /, **data: Any) -> None:
        reply = system.reply(system.post(f"cart.{name}", order, {"cart_id": order, **data}))
        assert reply["outcome"] == "accepted", reply

    do("create-draft", market="US", customer=PERSON)
    do("set-shipment", shipment_id="1", address=ADDRESS, shipping_method="standard")
    line = {"sku": sku, "name": "Dress", "quantity": 2, "placed_price": "10.00"}
    do("add-line", shipment_id="1", line_id="1", **line)
    do("convert")
    system.event(order, "order.placed")


@pytest.mark.shows("8.2")
def test_nothing_personal_is_left_of_a_deleted_order_and_its_tombstone_is(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    draft(system, order, sku)
    money = {"payment_id": "p-1", "method": "telephone", "reference": REFERENCE}
    system.do("payment.add", order, transaction_type="Authorization", **money)
    system.event(order, "shipment.inventory-assigned")
    system.do("order.add-note", order, text=NOTE)
    moved = {**ADDRESS, "line1": MOVED}
    system.do("shipment.edit", order, "1", address=moved)
    system.do("shipment.release", order, "1")
    system.do("order.hold", order, reason=REASON)
    assert {secret for secret in SECRETS if not any(secret in t for t in traces(system))} == set()
    before = known(system, order)

    deleting = system.post("order.delete", order, {"order_id": order}, actor="csr:17")
    reply = system.reply(deleting)

    assert (reply["outcome"], reply["status"]) == ("accepted", "Deleted")
    system.event(order, "payment.account-deleted")
    eventually(lambda: not traces(system), within=60)

    after = known(system, order)
    for service in SERVICES:
        sequences = [(d["_id"], d["first"], len(d["events"])) for d in before[service]]
        left = [(d["_id"], d["first"], len(d["events"])) for d in after[service]]
        assert left[: len(sequences)] == sequences, "versions and counts stay"
        causes = [c["key"] for d in before[service] for c in d["causes"]]
        assert [c["key"] for d in after[service] for c in d["causes"]][: len(causes)] == causes
    gone = system.event(order, "order.deleted")
    assert gone.data["by"] == "csr:17"
    said = [e["data"] for d in after["order"] for e in d["events"] if "data" in e]
    assert [json.loads(data) for data in said] == [gone.data]
    assert json.loads(said[0])["order_number"].startswith("PO")
    taken = system.event(order, "payment.account-deleted").data
    assert (taken["taken"], taken["currency"]) == ("0.00", "USD")
    assert system.names(order, "payment.events")[-2:] == ["voided", "account-deleted"]
    system.until(lambda _: system.level(sku)["allocated"] == 0)
    assert system.level(sku) == {"on_hand": 5, "allocated": 0, "backordered": 0}

    # The order can't come back, and every command is rejected with the reason.
    for name in ("order.cancel", "shipment.release", "payment.capture"):
        extra = {"shipment.release": {"shipment_id": "1"}, "payment.capture": {"payment_id": "p-1"}}
        refused = system.ask(name, order, **extra.get(name, {}))
        assert refused["reason"]["code"] == "deleted", name
    again = {"cart_id": order, "market": "US", "customer": PERSON}
    assert system.reply(system.post("cart.create-draft", order, again))["reason"]["code"] == (
        "deleted"
    )
    assert system.ask("order.delete", order)["outcome"] == "accepted"
    assert system.names(order, "order.events")[-1] == "deleted"
    assert not traces(system)


def another(data: dict[str, Any]) -> Sent:
    """Sends the same cart as a checkout that gives it another id."""
    kind, order = "waybill.cart.converted.v1", data["cart_id"]
    return command(f"late-{order}", kind, "checkout.cart-converted", order, data)


def test_cart_that_comes_again_does_not_bring_its_order_back(
    system: System, order: str, sku: str
) -> None:
    system.place(order, shipment(sku, address=ADDRESS), customer=PERSON)
    system.event(order, "order.placed")
    system.do("order.delete", order)
    system.event(order, "payment.account-deleted")

    system.place(order, shipment(sku, address=ADDRESS), customer=PERSON)
    system.cluster.produce([another(cart(order, shipment(sku, address=ADDRESS), customer=PERSON))])
    system.cluster.until_done("order", "payment", "shipment", "cart")

    assert system.names(order, "order.events").count("placed") == 1
    eventually(lambda: not traces(system), within=60)


@pytest.mark.parametrize("step", ["release", "add-to-picklist"])
def test_order_that_a_warehouse_is_at_stays_until_it_is_held(
    system: System, order: str, sku: str, step: str
) -> None:
    system.receive(sku, 5)
    system.place(order, shipment(sku))
    system.event(order, "shipment.inventory-assigned")
    for each in ("release", "add-to-picklist"):
        system.do(f"shipment.{each}", order, "1")
        if each == step:
            break

    refused = system.ask("order.delete", order)

    assert (refused["outcome"], refused["status"]) == ("rejected", "InProgress")
    assert refused["reason"]["code"] == "at-warehouse"
    system.do("order.hold", order)
    system.do("order.delete", order)
    assert system.ask("shipment.complete", order, "1")["reason"]["code"] == "deleted"
    assert system.event(order, "payment.account-deleted").data["taken"] == "20.00"


def test_deletion_and_completion_that_race_never_both_win(system: System, sku: str) -> None:
    orders = [f"gone-{sku}-{n}" for n in range(12)]
    system.receive(sku, 100)
    for order in orders:
        system.place(order, shipment(sku, 1))
    for order in orders:
        system.event(order, "shipment.inventory-assigned")
    asked = {}
    for n, order in enumerate(orders):
        about = {"order_id": order, "shipment_id": "1"}
        names = ["shipment.release", "order.delete"][:: 1 if n % 2 else -1]
        asked[order] = {
            name: system.post(name, order, about if "shipment" in name else {"order_id": order})
            for name in names
        }

    for order in orders:
        released = system.reply(asked[order]["shipment.release"])["outcome"]
        deleted = system.reply(asked[order]["order.delete"])["outcome"]
        assert sorted([released, deleted]) == ["accepted", "rejected"], order
        names = system.names(order, "shipment.events")
        assert ("released" in names) == (released == "accepted")
        assert ("deleted" in names) == (deleted == "accepted")


@pytest.mark.shows("8.1")
def test_cart_that_was_never_an_order_is_erased_as_well(
    system: System, order: str, sku: str
) -> None:
    data = {"cart_id": order, "market": "US", "customer": PERSON}
    assert system.reply(system.post("cart.create-draft", order, data))["outcome"] == "accepted"
    assert traces(system)

    reply = system.reply(system.post("cart.delete", order, {"cart_id": order}))

    assert (reply["outcome"], reply["status"]) == ("accepted", "Deleted")
    eventually(lambda: not traces(system), within=30)
