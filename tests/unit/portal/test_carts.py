"""Carts as the portal keeps them: folded from what the cart service really tells."""

from dataclasses import replace

from services.portal.projections.carts import fold, total_of
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


def folded(given, *, old=False):
    """The document's part after the cart's events; `old` ones told no totals."""
    events = [event.model_copy(update={"totals": None}) if old else event for event in given.past]
    cart = {}
    for fact in Stream().tell(*events).facts:
        fold(cart, fact)
    return cart


def test_a_cart_costs_what_its_last_event_told():
    given = a_cart(set_shipment(), add_line(quantity=2), apply("SPRING10"), discount("1.00", "1"))
    cart = folded(given)
    line = cart["shipments"]["1"]["lines"]["1"]
    assert (line["discount"], line["tax"]) == ("3.00", "1.53")
    assert cart["totals"]["coupons"][0]["takes_off"] == "2.00"
    assert total_of(cart) == "23.43" == str(given.past[-1].totals.total)
    without = given.when(discount("0.00", "1")).when(remove_coupon("SPRING10")).after
    assert total_of(folded(without)) == "26.70"
    assert total_of(folded(without.when(remove_line()).after)) == "0.00"


def test_a_cart_of_an_older_journal_costs_its_lines_with_tax_and_its_shipping():
    assert total_of(folded(ready(), old=True)) == "15.80"


def test_a_draft_made_of_an_order_says_what_is_not_as_it_was():
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
    cart = folded(a_cart())
    fold(cart, replace(Stream().tell(*a_cart().past).facts[0], name="cart.reordered", data=data))
    assert cart["reorder_of"]["number"] == "PO1000001"
    assert cart["reorder_of"]["differences"] == [
        "Tea mug isn't sold any more.",
        "OLD: It has expired.",
        "Shipment 1 needs another method.",
    ]


def test_a_draft_whose_conversion_was_refused_is_a_draft_again():
    refused = SettleConvert(
        cart_id=CART, order_number=None, refusal=Reason.of(id_reused("Order PO1"))
    )
    asked = ready().when(CONVERT).after
    assert folded(asked)["status"] == "CheckedOut"
    cart = folded(asked.when(refused).after)
    assert cart["status"] == "Draft"
    assert total_of(cart) == total_of(folded(ready())), "nothing is lost"
    placed = SettleConvert(cart_id=CART, order_number="PO1000001", refusal=None)
    assert folded(asked.when(placed).after)["status"] == "CheckedOut"
