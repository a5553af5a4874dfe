"""A deleted customer is erased from every database, with drafts and, on request, with orders."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from tests.desk import Desk
from tests.e2e.system import System, cart, converted, shipment
from tests.polling import eventually
from tests.processes import until_ready

pytestmark = [pytest.mark.engines, pytest.mark.slow]

PERSON = {
    "name": "Leocadia Vasquéz",
    "email": "leocadia@vasquez.example",
    "phone": "+34 91 555 0177",
}
BOOK = {
    "name": "L. Vasquéz, work",
    "line1": "Avenida del Libro 177",
    "line2": "Ático B",
    "city": "Móstoles",
    "postal_code": "28931",
    "country": "ES",
    "phone": "+34 91 555 0178",
}
DRAFTED = {**BOOK, "name": "L. Vasquéz, draft", "line1": "Avenida del Borrador 178"}
SHIPPED = {**BOOK, "name": "L. Vasquéz, order", "line1": "Avenida del Pedido 179"}
NOTE, COMMENT, REFERENCE = "Sings on the phone", "Sleeves too long for her", "psp_leo_177"
OF_ORDERS = {SHIPPED["name"], SHIPPED["line1"], NOTE, COMMENT, REFERENCE}
OF_RECORD = {BOOK["name"], BOOK["line1"], DRAFTED["name"], DRAFTED["line1"]}
SECRETS = {*PERSON.values(), *OF_ORDERS, *OF_RECORD, BOOK["line2"], BOOK["city"], BOOK["phone"]}


def traces(system: System, secrets: Collection[str] = SECRETS) -> set[str]:
    """Where which of these words still are: in any collection of any database of the system."""
    found: set[str] = set()
    prefix = f"{system.cluster.database}_"
    with MongoClient[dict[str, Any]](system.cluster.engines.mongo) as client:
        for name in client.list_database_names():
            if not name.startswith(prefix):
                continue
            for collection in client[name].list_collection_names():
                for document in client[name][collection].find():
                    text = str(document)
                    found |= {
                        f"{secret} in {name.removeprefix(prefix)}.{collection}"
                        for secret in secrets
                        if secret in text or json.dumps(secret)[1:-1] in text
                    }
    return found


def said(traced: Collection[str]) -> set[str]:
    """The words that were found."""
    return {each.rpartition(" in ")[0] for each in traced}


class Customer:
    """A customer with an address book, a draft, and two orders: by phone, and of a checkout."""

    def __init__(self, system: System, order: str, sku: str) -> None:
        self.system = system
        self.id = f"cu-{order}"
        self.order, self.checkout, self.draft = order, f"{order}-shop", f"{order}-draft"
        system.receive(sku, 9)
        self._do("customer.create", self.id, customer_id=self.id, **PERSON)
        self._do("customer.add-address", self.id, customer_id=self.id, address_id="1", address=BOOK)
        for cart_id, address in ((self.draft, DRAFTED), (self.order, SHIPPED)):
            self._fill(cart_id, address, sku)
        self._do("cart.convert", self.order, cart_id=self.order)
        bought = cart(
            self.checkout,
            shipment(sku, address=SHIPPED),
            customer={**PERSON, "customer_id": self.id},
        )
        system.cluster.produce([converted(bought)])
        system.event(self.order, "order.placed")
        system.event(self.checkout, "order.placed")

    def _do(self, name: str, key: str, /, **data: Any) -> None:
        reply = self.system.reply(self.system.post(name, key, data))
        assert reply["outcome"] == "accepted", reply

    def _fill(self, cart_id: str, address: dict[str, Any], sku: str) -> None:
        about = {"cart_id": cart_id, "shipment_id": "1"}
        self._do("cart.create-draft", cart_id, cart_id=cart_id, market="US", customer_id=self.id)
        self._do("cart.set-shipment", cart_id, **about, address=address, shipping_method="standard")
        line = {"line_id": "1", "sku": sku, "name": "Dress", "quantity": 2, "placed_price": "10.00"}
        self._do("cart.add-line", cart_id, **about, **line)

    def finish(self) -> None:
        """Ships the order by phone, takes a piece back, and cancels the checkout's order."""
        do, order = self.system.do, self.order
        money = {"payment_id": "p-1", "method": "telephone", "reference": REFERENCE}
        do("payment.add", order, transaction_type="Sale", **money)
        do("order.add-note", order, text=NOTE)
        self.system.ship(order)
        back = {"shipment_id": "1", "line_id": "1", "quantity": 1}
        lines = [{**back, "reason": "other"}]
        do("return.create", order, return_id="r-1", lines=lines, comment=COMMENT)
        received = [{**back, "condition": "as-new", "disposition": "restock"}]
        do("return.receive", order, return_id="r-1", lines=received)
        do("return.complete", order, return_id="r-1")
        do("order.cancel", self.checkout)
        self.system.event(self.checkout, "order.canceled")

    def delete(self, **data: Any) -> dict[str, Any]:
        """Asks for the deletion; returns the outcome."""
        about = {"customer_id": self.id, **data}
        posted = self.system.post("customer.delete", self.id, about, actor="csr:17")
        return self.system.reply(posted, within=40)

    def refusal(self, name: str, key: str, /, **data: Any) -> str:
        """The code of the rejection of a command."""
        return str(self.system.reply(self.system.post(name, key, data))["reason"]["code"])


@pytest.fixture
def customer(system: System, order: str, sku: str) -> Customer:
    return Customer(system, order, sku)


@pytest.fixture(scope="module")
def _notified(system: System) -> Iterator[None]:
    """The notify service, whose database is a store as well."""
    notify = system.cluster.start("notify")
    until_ready(notify)
    yield
    notify.kill()


@pytest.mark.usefixtures("_notified")
def test_nothing_personal_is_left_of_a_customer_who_is_deleted_with_orders(
    system: System, desk: Desk, customer: Customer
) -> None:
    refused = customer.delete(orders=True)
    assert (refused["outcome"], refused["status"]) == ("rejected", "Active")
    assert [each["code"] for each in refused["reason"]["blockers"]] == ["order-open"] * 2
    customer.finish()
    eventually(lambda: said(traces(system)) == SECRETS, within=30)
    eventually(lambda: desk.shows(f"/customers/{customer.id}"), within=30)
    eventually(lambda: desk.knows(customer.checkout), within=30)

    done = customer.delete(orders=True)

    assert (done["outcome"], done["status"]) == ("accepted", "Deleted")
    for order in (customer.order, customer.checkout):
        assert system.event(order, "order.deleted").data["by"] == "csr:17"
    eventually(lambda: not traces(system), within=60)
    tombstone = system.event(customer.id, "customer.deleted").data
    assert (tombstone["by"], tombstone["orders"]) == ("csr:17", 2)
    assert desk.tool("viewer").get(f"/customers/{customer.id}").status_code == 410
    assert system.ask("order.explain", customer.order)["reason"]["code"] == "deleted"

    # Repeats have no further effect, and nobody comes back.
    assert customer.delete(orders=True)["outcome"] == "accepted"
    assert customer.delete()["outcome"] == "accepted"
    create = {"customer_id": customer.id, **PERSON}
    assert customer.refusal("customer.create", customer.id, **create) == "deleted"
    draft = {"cart_id": "again", "market": "US", "customer_id": customer.id}
    assert customer.refusal("cart.create-draft", "again", **draft) == "deleted"
    names = system.names(customer.id, "customer.events")
    assert names.count("deleted") == 1
    assert not traces(system)


def test_orders_stay_unless_they_are_asked_for(
    system: System, desk: Desk, customer: Customer
) -> None:
    customer.finish()
    eventually(lambda: said(traces(system, OF_RECORD)) == OF_RECORD, within=30)
    eventually(lambda: desk.shows(f"/customers/{customer.id}"), within=30)

    done = customer.delete()

    assert (done["outcome"], done["status"]) == ("accepted", "Deleted")
    system.event(customer.draft, "cart.deleted")
    eventually(lambda: not traces(system, OF_RECORD), within=60)
    assert said(traces(system, OF_ORDERS)) == OF_ORDERS
    assert system.ask("order.explain", customer.order)["status"] == "Completed"
    assert desk.knows(customer.order)
    gone = desk.tool("supervisor").get(f"/customers/{customer.id}")
    assert gone.status_code == 410
    assert "deleted by csr:17" in gone.text
    tombstone = desk.tool("viewer").get(f"/api/customers/{customer.id}").json()
    assert tombstone.keys() == {"customer_id", "who", "when"}

    # Later, the orders have to be deleted themselves; reordering one would bring the person back.
    refused = customer.delete(orders=True)
    assert refused["reason"]["code"] == "deleted"
    again = system.ask("order.reorder", customer.order, cart_id=f"{customer.order}-again")
    assert again["reason"]["code"] == "deleted"
    for order in (customer.order, customer.checkout):
        system.do("order.delete", order)
    eventually(lambda: not traces(system, OF_ORDERS), within=60)


def test_a_supervisor_deletes_a_customer_on_their_page(
    system: System, desk: Desk, customer: Customer
) -> None:
    path = f"/customers/{customer.id}"
    eventually(lambda: desk.shows(path), within=30)
    with desk.signed_in("csr") as client:
        assert "/dialog/delete" not in client.get(path).text
        form = {"customer_id": customer.id}
        assert client.post("/do/customer.delete", data=form).status_code == 403
    with desk.signed_in("supervisor") as client:
        assert "/dialog/delete" in client.get(path).text
        asked = client.get(f"{path}/dialog/delete").text
        assert "2 orders are still open" in asked
        answer = client.post(
            "/do/customer.delete", data={"customer_id": customer.id, "then": "/customers"}
        )
        assert answer.status_code == 204, answer.text
        assert client.get(path).status_code == 410
    eventually(lambda: not traces(system, OF_RECORD), within=60)
