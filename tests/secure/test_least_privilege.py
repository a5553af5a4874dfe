"""Every user has the rights that it needs, as one order's life shows, and no others."""

from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from pymongo.errors import OperationFailure

from ops.security.rights.needs import Needs, all_needs
from shared.contracts.topics import PROCESSES, SERVICES, dead_letter_topic
from tests.cluster import Sent, command
from tests.e2e.system import ADDRESS, cart, converted, shipment
from tests.polling import eventually
from tests.secure.engines import ADMIN
from tests.secure.system import DATABASE, PREFIX, SecureSystem, outcome

pytestmark = [pytest.mark.engines, pytest.mark.timeout(900)]

ORDER, SKU = "c-secure", "SKU-SECURE"
# Only this order has these words, so wherever they are found, they come from it.
PERSON = {
    "name": "Philippa Quillfeather",
    "email": "philippa@quillfeather.example",
    "phone": "+1 206 555 0147",
}
STREET = "47 Marzipan Crescent"
WORDS = "The doorbell plays Brahms"
SECOND_STREET = "12 Nougat Lane"
HOME = {**ADDRESS, "name": PERSON["name"], "line1": STREET, "phone": PERSON["phone"]}


@pytest.fixture(scope="module")
def lived(secure: SecureSystem) -> SecureSystem:
    """An order that has passed through all services, and was deleted."""
    stock = {"warehouse": "seattle", "sku": SKU, "quantity": 100}
    received = command("r-1", "waybill.stock.receive.v1", "stock.commands", "seattle", stock)
    assert not secure.write("warehouse", received)
    known = {"customer_id": "cu-secure", **PERSON}
    sent = cart(ORDER, shipment(SKU, address=HOME), paid=False, customer=known)
    assert not secure.write("checkout", converted(sent))
    with secure.tool("supervisor", "csr", "warehouse") as tool:
        eventually(lambda: tool.get(f"/api/orders/{ORDER}").status_code == 200, within=90)

        def do(name: str, **data: Any) -> None:
            outcome(tool.post(f"/api/commands/{name}", json={"order_id": ORDER, **data}))

        about = {"shipment_id": "1"}
        moved = {**HOME, "line1": SECOND_STREET}
        outcome(tool.post("/api/commands/customer.create", json=known))
        do("order.add-note", text=WORDS)
        do("shipment.edit", **about, address=moved, add_to_address_book=True)
        do("order.hold", reason=WORDS)
        do("order.release-hold")
        # The payment service's gateway calls the simulated provider.
        paying = {"payment_id": "p-2", "method": "credit-card", "transaction_type": "Sale"}
        do("payment.add", **paying)
        eventually(lambda: _status(tool, ORDER) == "InventoryAssigned", within=90)
        for step in ("release", "add-to-picklist", "complete"):
            do(f"shipment.{step}", **about)
        do("order.reorder", cart_id="c-again")
        again = {"cart_id": "c-again", "shipment_id": "1"}
        outcome(tool.post("/api/commands/cart.convert", json=again))
        eventually(lambda: tool.get("/api/orders/c-again").status_code == 200, within=90)
        outcome(tool.post("/api/commands/order.delete", json={"order_id": "c-again"}))
        do("order.delete")
    return secure


def _status(tool: Any, order: str) -> str:
    found: str = tool.get(f"/api/orders/{order}").json()["shipments"][0]["status"]
    return found


def test_what_each_service_may_do_is_enough(lived: SecureSystem) -> None:
    assert lived.read(ADMIN, map(dead_letter_topic, PROCESSES)) == []
    denied = [
        line for line in lived.everything_logged().splitlines() if "uthorizationFailed" in line
    ]
    assert denied == []
    assert all(process.ready() for process in lived.processes.values())


def test_releases_reach_the_warehouse_that_may_read_nothing_else(lived: SecureSystem) -> None:
    group = f"{PREFIX}warehouse-seattle"
    heard = lived.read("warehouse", ["warehouse.releases"], group)
    assert [record.type for record in heard] == ["waybill.shipment.released.v1"]
    with pytest.raises(KafkaException, match="Unknown partition"):
        lived.read("warehouse", ["order.events"], group)


@pytest.mark.parametrize("needs", all_needs(), ids=lambda needs: needs.user)
def test_nobody_sees_a_topic_that_it_neither_reads_nor_writes(
    secure: SecureSystem, needs: Needs
) -> None:
    found = AdminClient(secure.engines.clients(needs.user)).list_topics(timeout=30).topics
    assert {name.removeprefix(PREFIX) for name in found} == {
        *needs.reads,
        *needs.writes,
        *needs.watched_topics,
    }


@pytest.mark.parametrize(
    ("user", "topic"),
    [
        ("order", "payment.events"),  # only the payment service publishes these
        ("shipment", "shipment.commands"),  # a reader of commands must not send them
        ("payment", "order.events"),
        ("portal", "order.events"),  # the portal only sends commands
        ("warehouse", "warehouse.releases"),
        ("checkout", "order.commands"),
        ("cli", "payment.events"),
    ],
)
def test_nobody_writes_where_it_must_not(secure: SecureSystem, user: str, topic: str) -> None:
    (refused,) = secure.write(user, Sent(topic, b"c-secure", b"{}"))
    codes = (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.UNKNOWN_TOPIC_OR_PART)
    assert refused.code() in codes


def test_no_service_joins_the_group_of_another(secure: SecureSystem) -> None:
    config = {"group.id": f"{PREFIX}waybill-payment"}
    thief = Consumer({**secure.engines.clients("order"), **config})
    thief.subscribe([f"{PREFIX}payment.events"])
    try:
        (answer,) = thief.consume(1, 30)
        assert answer.error().code() == KafkaError.GROUP_AUTHORIZATION_FAILED
    finally:
        thief.close()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_its_own_database_and_no_other(secure: SecureSystem, service: str) -> None:
    with secure.engines.database(service) as client:
        client[f"{DATABASE}_{service}"]["journal"].find_one()
        for other in {*PROCESSES} - {service}:
            with pytest.raises(OperationFailure, match="not authorized"):
                client[f"{DATABASE}_{other}"]["journal"].find_one()


# Logs


@pytest.mark.parametrize("word", [*PERSON.values(), STREET, SECOND_STREET, WORDS])
def test_no_log_names_a_person(lived: SecureSystem, word: str) -> None:
    assert word not in lived.everything_logged()


def test_no_log_holds_a_password(lived: SecureSystem) -> None:
    said = lived.everything_logged()
    assert "started" in said
    assert [user for user, word in lived.engines.passwords.items() if word in said] == []
