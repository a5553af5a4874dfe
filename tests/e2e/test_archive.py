"""Closed orders are archived, and found, shown, repeated, changed and erased as before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from pymongo import MongoClient

from ops.inspect.journals import Entry, Journals
from shared.contracts.topics import SERVICES
from shared.runtime.mongo.archive import COLLECTION
from shared.runtime.settings import Settings
from tests.cluster import command
from tests.desk import Desk
from tests.e2e.system import ADDRESS, System, cart, converted, shipment
from tests.engines import AnyEngines
from tests.polling import eventually

pytestmark = [pytest.mark.engines, pytest.mark.slow]

SOON = {"WAYBILL_ARCHIVE_AFTER_DAYS": "0.00005"}  # four seconds
# The streams of an order that the checkout has placed.
STREAMS = {"order": "order", "payment": "payment", "shipment": "fulfilment"}


@pytest.fixture(scope="module")
def system(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that archives what has rested for some seconds."""
    logs = tmp_path_factory.mktemp("archiving")
    with System(engines, logs, environment=SOON) as running:
        yield running


@pytest.fixture(scope="module")
def desk(system: System) -> Desk:
    return Desk(system.cluster)


@pytest.fixture
def journals(system: System) -> Iterator[Journals]:
    """What the command line reads an order from."""
    cluster = system.cluster
    mongo = SecretStr(cluster.engines.mongo)
    with Journals(Settings(mongo=mongo, database=cluster.database)) as found:
        yield found


def secrets_of(order: str) -> list[str]:
    """The personal data of an order, which nothing else has."""
    unique = order[::-1]
    return [f"Wilhelmina {unique}", f"w{unique}@odegard.example", f"Storgatan {unique}", unique]


@pytest.fixture
def completed(system: System, order: str, sku: str) -> str:
    """An order that has shipped, with personal data in each of its parts."""
    name, email, street, note = secrets_of(order)
    system.receive(sku, 5)
    home = {**ADDRESS, "name": name, "line1": street}
    person = {"customer_id": f"cu-{order}", "name": name, "email": email}
    system.place(order, shipment(sku, address=home), customer=person)
    system.event(order, "shipment.inventory-assigned", within=60)
    system.do("order.add-note", order, text=f"Rang twice, {note}")
    system.ship(order)
    system.event(order, "order.completed", within=60)
    return order


def archived(system: System, order: str) -> dict[str, dict[str, Any]]:
    """The archived streams of an order, by service."""
    cluster, found = system.cluster, {}
    with MongoClient[dict[str, Any]](cluster.engines.mongo) as client:
        for service, kind in STREAMS.items():
            collection = client[f"{cluster.database}_{service}"][COLLECTION]
            if kept := collection.find_one({"_id": f"{kind}/{order}"}):
                found[service] = kept
    return found


def wait_for_archive(system: System, order: str) -> None:
    eventually(lambda: archived(system, order).keys() == STREAMS.keys(), within=120)


def traces(system: System, order: str) -> set[str]:
    """An order's personal data that is anywhere in the databases."""
    cluster, found, secrets = system.cluster, set(), secrets_of(order)
    with MongoClient[dict[str, Any]](cluster.engines.mongo) as client:
        for service in (*SERVICES, "portal"):
            database = client[f"{cluster.database}_{service}"]
            for name in database.list_collection_names():
                for document in database[name].find():
                    found |= {secret for secret in secrets if secret in str(document)}
    return found


def shown(client: httpx.Client, order: str, number: str) -> tuple[Any, Any, bool]:
    """What the portal has of an order: its content, its timeline, and whether it is found."""
    content = client.get(f"/api/orders/{order}").json()
    timeline = client.get(f"/api/orders/{order}/timeline").json()
    found = client.get("/api/orders", params={"number": number}).json()
    return content, timeline, order in str(found)


def numbered(entries: list[Entry]) -> list[tuple[str, int, str]]:
    return [(entry.service, entry.sequence, entry.type) for entry in entries]


def test_archived_order_is_found_and_shown_as_before(
    system: System, desk: Desk, journals: Journals, completed: str
) -> None:
    number = system.event(completed, "order.placed").data["order_number"]
    eventually(lambda: desk.knows(completed), within=60)
    client = desk.tool("viewer")
    eventually(lambda: '"Completed"' in client.get(f"/api/orders/{completed}").text, within=60)
    before, entries = shown(client, completed, number), journals.history(completed)
    assert before[2]

    wait_for_archive(system, completed)

    assert shown(client, completed, number) == before
    assert numbered(journals.history(completed)) == numbered(entries)
    assert len(entries) > 10
    assert journals.order_with_number(number) == completed


def test_repeats_about_an_archived_order_change_nothing(
    system: System, order: str, sku: str
) -> None:
    system.receive(sku, 5)
    data = cart(order, shipment(sku))
    system.cluster.produce([converted(data)])
    system.ship(order)
    refused = system.post("order.cancel", order, {"order_id": order})
    first = system.reply(refused)
    assert (first["outcome"], first["reason"]["code"]) == ("rejected", "completed")
    wait_for_archive(system, order)
    placed = [got.headers["ce_id"] for got in system.events(order, "order.events")]

    kind = "waybill.cart.converted.v1"
    under_another_id = command(f"late-{order}", kind, "checkout.cart-converted", order, data)
    system.cluster.produce([converted(data), under_another_id])
    system.resend(refused, "order.cancel", order, {"order_id": order})

    def replies() -> list[Any]:
        found = (got for got in system.seen if got.topic == "waybill.replies")
        return [got.data for got in found if got.key == refused.encode()]

    eventually(lambda: len(replies()) > 1, within=60)
    assert replies() == [first, first]
    system.cluster.until_done("order", "payment", "shipment")
    assert [got.headers["ce_id"] for got in system.events(order, "order.events")] == placed


def test_archived_order_takes_new_commands_as_before(system: System, completed: str) -> None:
    wait_for_archive(system, completed)

    lines = [{"shipment_id": "1", "line_id": "1", "quantity": 1, "reason": "other"}]
    system.do("return.create", completed, return_id="r-1", lines=lines)
    refused = system.ask("order.hold", completed)

    assert refused["outcome"] == "rejected"
    sequences = [
        int(got.headers["ce_sequence"]) for got in system.events(completed, "order.events")
    ]
    assert sequences == list(range(1, len(sequences) + 1))
    assert system.names(completed, "order.events")[-1] == "created"


def test_archived_order_is_erased_on_request(system: System, completed: str) -> None:
    wait_for_archive(system, completed)
    assert traces(system, completed) == set(secrets_of(completed))

    assert system.ask("order.delete", completed)["status"] == "Deleted"

    eventually(lambda: not traces(system, completed), within=120)
    assert archived(system, completed).keys() == STREAMS.keys(), "it stays, without texts"
    assert system.ask("order.cancel", completed)["reason"]["code"] == "deleted"


def test_archived_order_is_erased_with_its_customer(system: System, completed: str) -> None:
    wait_for_archive(system, completed)
    customer = f"cu-{completed}"

    deleting = {"customer_id": customer, "orders": True}
    reply = system.reply(system.post("customer.delete", customer, deleting), within=60)

    assert reply["outcome"] == "accepted", reply
    eventually(lambda: not traces(system, completed), within=120)
    assert archived(system, completed).keys() == STREAMS.keys(), "it stays, without texts"
