"""The read model of carts, fed with the real events of the cart service."""

from dataclasses import replace

from services.portal.projections import carts
from shared.contracts.carts import SettleConvert
from shared.contracts.error_texts import id_reused
from shared.contracts.replies import Reason
from tests.unit.cart.cart.builders import (
    CART,
    CONVERT,
    a_cart,
    add_line,
    apply,
    discount,
    ready,
    remove_coupon,
    remove_line,
    set_shipment,
)
from tests.unit.portal.builders import Stream


def projected(given, *, old=False):
    """The cart after its events; `old` events have no totals."""
    events = [event.model_copy(update={"totals": None}) if old else event for event in given.past]
    cart = {}
    for fact in Stream().tell(*events).facts:
        carts.apply(cart, fact)
    return cart


def test_total_is_that_of_the_last_event():
    given = a_cart(set_shipment(), add_line(quantity=2), apply("SPRING10"), discount("1.00", "1"))
    cart = projected(given)
    line = cart["shipments"]["1"]["lines"]["1"]
    assert (line["discount"], line["tax"]) == ("3.00", "1.53")
    assert cart["totals"]["coupons"][0]["takes_off"] == "2.00"
    assert carts.total(cart) == "23.43" == str(given.past[-1].totals.total)
    without = given.when(discount("0.00", "1")).when(remove_coupon("SPRING10")).after
    assert carts.total(projected(without)) == "26.70"
    assert carts.total(projected(without.when(remove_line()).after)) == "0.00"


def test_total_without_totals_on_events_is_the_sum_of_lines_tax_and_shipping():
    assert carts.total(projected(ready(), old=True)) == "15.80"


def test_reordered_draft_lists_the_differences():
    line = {"stock": "available", "priced": "same", "message": "As before."}
    data = {
        "order_id": "c-1",
        "order_number": "PO1000001",
        "lines": [line, line | {"stock": "gone", "message": "Tea mug isn't sold any more."}],
        "coupons": [
            {"code": "SPRING10", "why_not": None},
            {"code": "OLD", "why_not": {"code": "expired", "message": "It has expired."}},
        ],
        "left_open": [{"message": "Shipment 1 needs another method."}],
    }
    cart = projected(a_cart())
    carts.apply(
        cart, replace(Stream().tell(*a_cart().past).facts[0], name="cart.reordered", data=data)
    )
    assert cart["reorder_of"]["number"] == "PO1000001"
    assert cart["reorder_of"]["differences"] == [
        "Tea mug isn't sold any more.",
        "OLD: It has expired.",
        "Shipment 1 needs another method.",
    ]


def test_cart_is_a_draft_again_after_a_refused_conversion():
    refused = SettleConvert(
        cart_id=CART, order_number=None, refusal=Reason.of(id_reused("Order PO1"))
    )
    asked = ready().when(CONVERT).after
    assert projected(asked)["status"] == "CheckedOut"
    cart = projected(asked.when(refused).after)
    assert cart["status"] == "Draft"
    assert carts.total(cart) == carts.total(projected(ready()))
    placed = SettleConvert(cart_id=CART, order_number="PO1000001", refusal=None)
    assert projected(asked.when(placed).after)["status"] == "CheckedOut"
