"""The search box of the list of carts: what a text may stand for, and how carts are found by it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.portal.projections.carts import CARTS
from services.portal.queries.cart_search import (
    CartFilter,
    cart_readings,
    plan_carts,
    search_carts,
)
from services.portal.queries.models.carts import CartPage, CartRow
from shared.contracts import carts
from tests.unit.cart.cart.builders import CONVERT, ready
from tests.unit.portal.builders import MERCY, NOW, PIKE, Stream, recorded
from tests.unit.portal.test_shipment_labels import projected
from tests.unit.portal.test_wrong_input import CART, client

__all__ = ["client"]


def keys_of(**created: Any) -> list[str]:
    """The keys of a draft with a line and an address."""
    given = {"market": "US", "currency": "USD", "customer": MERCY} | created
    told = Stream(NOW).tell(
        carts.DraftCreated(cart_id="Draft-7", **given),
        carts.ShipmentSet(
            cart_id="Draft-7",
            shipment_id="1",
            address=PIKE.model_copy(update={"name": "Otis Hayes"}),
            shipping_method="standard",
            shipping_cost=recorded().amount,
        ),
    )
    row = projected(CARTS, *told.facts)["row"]
    return list(row["pieces"])


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", []),
        (" % ", []),
        ("\x00", []),
        ("an", ["cart_id", "name"]),
        ("ann", ["cart_id", "sku", "name"]),
        ("ann@example.com", ["email"]),
    ],
)
def test_what_a_text_may_be(typed: str, names: list[str]) -> None:
    assert list(cart_readings(typed)) == names


def test_a_name_is_found_from_its_start_and_inside_only_with_a_pattern() -> None:
    assert cart_readings("taylor")["name"] == "taylor"
    assert cart_readings("%tay%")["name"] == "%tay%"


def test_a_cart_has_keys_of_its_id_its_customer_and_its_skus() -> None:
    found = keys_of()
    assert {"Idraft-7", "Emercy@example.com", "Fm", "Fmercy", "ylo"} <= set(found)


def test_a_recipient_stands_for_a_customer_without_a_name() -> None:
    assert "Fotis" in keys_of(customer=None)
    assert "Fotis" not in keys_of()


def test_a_cart_that_was_checked_out_is_in_no_index() -> None:
    asked = ready().when(CONVERT).after
    assert projected(CARTS, *Stream().tell(*asked.past).facts)["row"] == {"listed": False}


@pytest.mark.parametrize("field", ["cart_id", "email", "sku"])
def test_whole_keys_are_answered_by_an_index_alone(field: str) -> None:
    plan = plan_carts(CartFilter(**{field: "Mercy@example.com"}))
    assert [plan.cost(scan) for scan in plan.scans] == [0]


def test_every_name_pattern_has_a_scan_of_the_carts_with_a_part_of_it() -> None:
    assert [scan.index for scan in plan_carts(CartFilter(name="%tay%")).scans] == ["pieces"]
    assert [scan.index for scan in plan_carts(CartFilter(name="%ta")).scans] == ["newest"]
    assert [scan.index for scan in plan_carts(CartFilter()).scans] == ["newest"]


async def test_a_cart_that_is_found_twice_is_listed_once_by_its_id() -> None:
    async def search(_: CartFilter, __: str | None, ___: int) -> CartPage:
        return CartPage(carts=[a_row(2), a_row(1)], after=None)

    found = await search_carts(search, "ann")
    assert [(row.cart_id, row.matched) for row in found.carts] == [
        ("c-2", "cart_id"),
        ("c-1", "cart_id"),
    ]


def a_row(number: int) -> CartRow:
    return CartRow(
        cart_id=f"c-{number}", created=NOW + timedelta(minutes=number), changed=NOW, by=None,
        market="US", currency="USD", customer=None, customer_email=None, lines=0, total="0.00",
    )  # fmt: skip


async def test_results_alone_are_answered_to_the_search_box(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/carts")).text
    assert CART in whole
    assert "Found by" not in whole
    answer = await client.get("/carts?q=mercy", headers={"HX-Target": "carts-found"})
    assert answer.text.startswith('<section id="carts-found"')
    assert answer.headers["HX-Replace-Url"] == "/carts?q=mercy"
    assert "Found by" in answer.text


async def test_the_api_says_by_what_a_cart_was_found(client: httpx.AsyncClient) -> None:
    assert "matched" not in (await client.get("/api/carts")).json()["carts"][0]
    assert (await client.get("/api/carts?q=mercy")).json()["carts"][0]["matched"] == "cart_id"
