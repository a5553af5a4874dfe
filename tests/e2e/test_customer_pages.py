"""Customers on the portal's pages: duplicates, and buyers from the checkout."""

import pytest

from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


def test_a_second_contact_with_one_email_is_pointed_out(desk: Desk) -> None:
    with desk.signed_in("csr") as client:
        for customer, is_warned in (("cu-first", False), ("cu-second", True)):
            form = {"customer_id": customer, "name": "Ada Same", "email": "ada.same@example.com"}
            answer = client.post("/customers", data=form)
            assert answer.status_code == 200
            assert ("Another customer has this email" in answer.text) is is_warned
            assert ("/customers/cu-first" in answer.text) is is_warned


def test_who_came_by_a_checkout_is_found_among_the_customers(system: System, desk: Desk) -> None:
    buyer = {"name": "Wanda Checkout", "email": "wanda@example.com", "customer_id": "shop-17"}
    system.place("by-checkout", shipment("SKU-C", 1), customer=buyer)
    eventually(lambda: desk.knows("by-checkout"))
    with desk.signed_in("csr") as client:
        for typed in ("wanda", "wanda@example.com"):
            assert "Wanda Checkout" in client.get("/customers", params={"search": typed}).text
        order = client.get("/orders/by-checkout").text
        assert 'href="/customers/shop-17"' in order
        assert client.get("/customers/shop-17").headers["location"] == "/orders?customer_id=shop-17"
