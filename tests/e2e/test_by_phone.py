"""Orders by phone: the caller is a known customer, and articles come from the catalog."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.system import ADDRESS, System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

WORK = {**ADDRESS, "line1": "7 Elm St", "line2": "Third floor"}


def import_catalog(system: System, file: Path) -> None:
    """Publishes an article as the catalog's owner does."""
    done = subprocess.run(
        [sys.executable, "-m", "ops.cli.main", "catalog", "import", str(file)],
        env={**os.environ, **system.cluster.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Caller:
    """Customer service with a caller."""

    def __init__(self, system: System, order: str) -> None:
        self.system, self.order, self.customer = system, order, f"cu-{order}"

    def ask_customer(self, name: str, /, **data: Any) -> dict[str, Any]:
        data = {"customer_id": self.customer, **data}
        return self.system.reply(self.system.post(f"customer.{name}", self.customer, data))

    def ask_cart(self, name: str, /, **data: Any) -> dict[str, Any]:
        data = {"cart_id": self.order, **data}
        return self.system.reply(self.system.post(f"cart.{name}", self.order, data))

    def book(self) -> list[dict[str, Any]]:
        """Returns the addresses that were added to the customer's address book, in order."""
        added = self.system.events(self.customer, "customer.events")
        return [got.data["address"] for got in added if got.type.endswith("address-added.v1")]


def accepted(reply: dict[str, Any]) -> None:
    assert reply["outcome"] == "accepted", reply


@pytest.mark.shows("1.5", "3.2", "4.1", "4.15", "4.20")
def test_order_by_phone_from_the_catalog_and_the_record(
    system: System, order: str, sku: str, tmp_path: Path
) -> None:
    caller = Caller(system, order)
    file = tmp_path / "catalog.csv"
    file.write_text(f"sku,name,price_US\n{sku},Linen dress,39.50\n", encoding="utf-8")
    import_catalog(system, file)

    contact = {"name": "Mercy Taylor", "email": "mercy@example.com"}
    accepted(caller.ask_customer("create", **contact))
    accepted(caller.ask_customer("add-address", address_id="home", address=ADDRESS))
    accepted(caller.ask_cart("create-draft", market="US", customer_id=caller.customer))
    where = {"shipment_id": "1", "shipping_method": "standard"}
    accepted(caller.ask_cart("set-shipment", address_id="home", **where))

    line = {"shipment_id": "1", "line_id": "1", "sku": sku, "quantity": 2}
    # The cart service reads the catalog a moment after the import.
    eventually(lambda: caller.ask_cart("add-line", **line)["outcome"] == "accepted", within=30)
    unheard = caller.ask_cart("add-line", **{**line, "line_id": "2", "sku": f"{sku}-X"})
    assert unheard["reason"]["code"] == "not-in-catalog"

    # Later changes of the customer don't change the draft.
    accepted(caller.ask_customer("change-address", address_id="home", address=WORK))
    accepted(caller.ask_cart("convert"))

    placed = system.event(order, "order.placed").data
    (delivery,) = placed["shipments"]
    (bought,) = delivery["lines"]
    assert placed["customer"] == {"customer_id": caller.customer, **contact, "phone": None}
    assert delivery["address"] == {"line2": None, "phone": None, **ADDRESS}
    assert (bought["name"], bought["quantity"], bought["placed_price"]) == (
        "Linen dress", 2, "39.50",
    )  # fmt: skip
    assert placed["total"] == "91.01"  # 79.00, 9 % tax, 4.90 for the standard method


@pytest.mark.shows("11.1", "11.7", "11.9")
def test_new_address_of_an_order_enters_the_book_when_it_is_asked_to(
    system: System, order: str
) -> None:
    caller = Caller(system, order)
    accepted(caller.ask_customer("create", name="Mercy Taylor"))
    accepted(caller.ask_cart("create-draft", market="US", customer_id=caller.customer))
    where = {"shipment_id": "1", "shipping_method": "standard"}
    accepted(caller.ask_cart("set-shipment", address=WORK, **where))
    accepted(caller.ask_cart("set-shipment", address=ADDRESS, add_to_address_book=True, **where))
    system.event(caller.customer, "customer.address-added")
    line = {"sku": "S", "name": "Scarf", "quantity": 1, "placed_price": "5.00"}
    accepted(caller.ask_cart("add-line", shipment_id="1", line_id="1", **line))
    accepted(caller.ask_cart("convert"))
    system.event(order, "shipment.awaiting-inventory")

    system.do("shipment.edit", order, "1", address=WORK)
    system.do("shipment.edit", order, "1", address=ADDRESS, add_to_address_book=True)
    system.do("shipment.edit", order, "1", address=WORK, add_to_address_book=True)
    system.until(lambda _: len(caller.book()) >= 2)

    assert [address["line1"] for address in caller.book()] == [ADDRESS["line1"], WORK["line1"]]
    # A change of the address book doesn't change the order.
    edited = [got for got in system.events(order, "shipment.events") if "edited" in got.type]
    place = edited[-1].data["to_address_book"]["address_id"]
    accepted(caller.ask_customer("remove-address", address_id=place))
    accepted(caller.ask_customer("update", name="Mercy Hayes"))
    names = ["placed", *["shipment-edited"] * 3]
    system.until(lambda _: len(system.names(order, "order.events")) >= len(names))
    assert system.names(order, "order.events") == names
    assert [got.data["address"]["line1"] for got in edited][-1] == WORK["line1"]


def test_order_of_nobody_has_no_address_book(system: System, order: str, sku: str) -> None:
    system.place(order, shipment(sku))
    system.event(order, "shipment.awaiting-inventory")

    reply = system.ask("shipment.edit", order, "1", address=WORK, add_to_address_book=True)

    assert reply["reason"]["code"] == "no-customer"
