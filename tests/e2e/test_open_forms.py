"""Two people have the same form open: the second sees what the first one has changed.

The second person's input stays in the form, because only the message is replaced. Saving again
overwrites the version that they have seen.
"""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.desk import Desk
from tests.e2e.system import ADDRESS, System, shipment
from tests.forms import fields_of
from tests.polling import eventually

pytestmark = pytest.mark.engines
CHANGED = "Somebody else has changed this since you opened it, and nothing of yours was saved."


@pytest.fixture
def anna(desk: Desk) -> Iterator[httpx.Client]:
    with desk.signed_in("supervisor") as client:
        yield client


@pytest.fixture
def ben(desk: Desk) -> Iterator[httpx.Client]:
    with desk.signed_in("supervisor") as client:
        yield client


@pytest.fixture
def customer(system: System, desk: Desk, order: str) -> str:
    """Returns the address of a customer's page; the customer has a phone and an address, home."""
    me = {"customer_id": f"cu-{order}"}
    contact = {**me, "name": "Mercy Taylor", "phone": "+1 206 555 0100"}
    home = {**me, "address_id": "home", "address": ADDRESS}
    for name, data in (("create", contact), ("add-address", home)):
        reply = system.reply(system.post(f"customer.{name}", me["customer_id"], data))
        assert reply["outcome"] == "accepted"
    where = f"/customers/{me['customer_id']}"
    eventually(lambda: desk.shows(f"{where}/dialog/change-address?address=home"))
    return where


def opened(client: httpx.Client, path: str) -> dict[str, str]:
    """Returns the fields of a form as it was opened."""
    answer = client.get(path)
    assert answer.status_code == 200
    return fields_of(answer.text)


def saved(client: httpx.Client, command: str, form: dict[str, str]) -> None:
    answer = client.post(f"/do/{command}", data=form)
    assert answer.status_code == 204, answer.text


def refused(client: httpx.Client, command: str, form: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Returns the refusal that a late person reads, and the fields that saving again sends."""
    answer = client.post(f"/do/{command}", data=form)
    assert answer.status_code == 409, answer.text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text)).strip()
    version = re.search(r'name="replaces" value="(\d+)"', answer.text)
    assert version, answer.text
    told = fields_of(answer.text)
    return words, {**form, **told, "key": form["key"] + "+", "replaces": version[1]}


def test_two_open_customer_forms(anna: httpx.Client, ben: httpx.Client, customer: str) -> None:
    command, path = "customer.update", f"{customer}/dialog/update"
    first, second = opened(anna, path), opened(ben, path)
    saved(anna, command, first | {"phone": "+44 20 7946 0000", "email": "mercy@example.com"})
    words, again = refused(ben, command, second | {"name": "Mercy T. Taylor"})
    assert CHANGED in words
    assert "Phone is now +44 20 7946 0000 (you opened it as +1 206 555 0100)." in words
    assert "Email is now mercy@example.com (you opened it as empty)." in words
    assert "Name is now" not in words
    now = opened(ben, path)
    assert (now["name"], now["phone"]) == ("Mercy Taylor", "+44 20 7946 0000")
    saved(ben, command, again)  # deliberately overwrites the other change
    now = opened(anna, path)
    assert (now["name"], now["phone"], now["email"]) == ("Mercy T. Taylor", "+1 206 555 0100", "")


def test_who_saves_anyway_replaces_only_what_they_were_told_of(
    anna: httpx.Client, ben: httpx.Client, customer: str
) -> None:
    command, path = "customer.update", f"{customer}/dialog/update"
    second = opened(ben, path)
    saved(anna, command, opened(anna, path) | {"phone": "+1 1"})
    _, again = refused(ben, command, second)
    saved(anna, command, opened(anna, path) | {"phone": "+1 2"})
    words, again = refused(ben, command, again)
    assert "Phone is now +1 2 (you opened it as +1 206 555 0100)." in words
    saved(ben, command, again)


def test_two_open_forms_of_an_address(anna: httpx.Client, ben: httpx.Client, customer: str) -> None:
    command, path = "customer.change-address", f"{customer}/dialog/change-address?address=home"
    first, second = opened(anna, path), opened(ben, path)
    moved = {"address.line1": "10 Downing St", "address.region": "", "address.country": "GB"}
    saved(anna, command, first | moved)
    words, again = refused(ben, command, second | {"address.phone": "+1 206 555 0199"})
    assert "Address is now 10 Downing St (you opened it as 1 Pike Pl)." in words
    assert "Region is now empty (you opened it as WA)." in words
    assert "Country is now United Kingdom (you opened it as United States)." in words
    assert "City is now" not in words
    saved(ben, command, again)
    now = opened(anna, path)
    assert (now["address.line1"], now["address.phone"]) == ("1 Pike Pl", "+1 206 555 0199")


def test_an_address_that_is_gone_meanwhile(
    anna: httpx.Client, ben: httpx.Client, customer: str
) -> None:
    second = opened(ben, f"{customer}/dialog/change-address?address=home")
    first = opened(anna, f"{customer}/dialog/remove-address?address=home")
    saved(anna, "customer.remove-address", first)
    answer = ben.post("/do/customer.change-address", data=second)
    assert answer.status_code == 409
    assert "Somebody else has removed this since you opened it" in answer.text
    assert "replaces" not in answer.text


def test_two_open_forms_of_a_shipments_address(
    system: System, desk: Desk, anna: httpx.Client, ben: httpx.Client, order: str, sku: str
) -> None:
    system.place(order, shipment(sku))
    system.event(order, "shipment.awaiting-inventory")
    eventually(lambda: desk.knows(order))
    path, command = f"/orders/{order}/dialog/edit-shipment?shipment=1", "shipment.edit"
    eventually(lambda: "expectedversion" in anna.get(path).text)
    first, second = opened(anna, path), opened(ben, path)
    saved(anna, command, first | {"address.city": "Tacoma", "shipping_method": "express"})
    words, again = refused(ben, command, second | {"address.postal_code": "98102"})
    assert "City is now Tacoma (you opened it as Seattle)." in words
    assert (
        "Shipping method is now Express, next day (you opened it as Standard, 3 to 5 days)."
        in words
    )
    saved(ben, command, again)
    now = opened(anna, path)
    assert (now["address.city"], now["address.postal_code"]) == ("Seattle", "98102")


def test_two_open_forms_of_a_carts_line_and_address(
    system: System, desk: Desk, anna: httpx.Client, ben: httpx.Client, order: str, sku: str
) -> None:
    start = {"cart_id": order, "market": "US", "anonymous": "yes"}
    assert anna.post("/create", data=start).status_code in (204, 303)
    eventually(lambda: desk.shows(f"/carts/{order}"))
    command, path = "cart.set-shipment", f"/carts/{order}/dialog/edit-shipment?shipment=1"
    first, second = opened(anna, path), opened(ben, path)
    where = {f"address.{name}": value for name, value in ADDRESS.items() if value}
    saved(anna, command, first | where)
    words, again = refused(ben, command, second | where | {"address.city": "Tacoma"})
    assert "City is now Seattle (you opened it as empty)." in words
    saved(ben, command, again)
    line = {"shipment_id": "1", "line_id": "1", "sku": sku, "quantity": "2", "currency": "USD"}
    line |= {"cart_id": order, "name": "Linen dress", "placed_price": "10.00"}
    saved(anna, "cart.add-line", line)
    command, path = "cart.change-line", f"/carts/{order}/dialog/change-line?shipment=1&line=1"
    first, second = opened(anna, path), opened(ben, path)
    saved(anna, command, first | {"quantity": "3", "placed_price": "9.00"})
    words, again = refused(ben, command, second | {"quantity": "4"})
    assert "Quantity is now 3 (you opened it as 2)." in words
    assert "Placed Price is now $9.00 (you opened it as $10.00)." in words
    saved(ben, command, again)
    assert opened(anna, path)["quantity"] == "4"


def test_goods_come_in_while_a_count_is_open(system: System, desk: Desk, sku: str) -> None:
    command, path = "stock.count", f"/warehouse/seattle/stock/dialog/count?sku={sku}"
    system.receive(sku, 2)
    with desk.signed_in("warehouse") as cleo:
        eventually(lambda: opened(cleo, path)["opened.on_hand"] == "2")
        form = opened(cleo, path) | {"quantity": "1"}
        system.receive(sku, 3)
        words, again = refused(cleo, command, form)
        assert "On hand is now 5 (you opened it as 2)." in words
        system.receive(f"{sku}-other", 1)  # the warehouse moves on, but not this article
        saved(cleo, command, again | {"quantity": "4"})
        assert opened(cleo, path)["opened.on_hand"] == "4"


def test_what_changes_beside_the_form_stops_nobody(
    anna: httpx.Client, ben: httpx.Client, customer: str
) -> None:
    """A change elsewhere in the record, outside the form, doesn't prevent saving."""
    second = opened(ben, f"{customer}/dialog/change-address?address=home")
    path = f"{customer}/dialog/update"
    saved(anna, "customer.update", opened(anna, path) | {"phone": "+1 3"})
    saved(ben, "customer.change-address", second | {"address.city": "Tacoma"})
    assert opened(anna, path)["phone"] == "+1 3"
