"""A cart as `waybill show` prints it, folded from what the cart service really writes."""

import io
import json
from collections.abc import Sequence

import pytest
from rich.console import Console

from ops.cli import cart_output as printing
from ops.inspect.cart import Cart
from ops.inspect.journals import Entry
from ops.inspect.order import order_state
from shared.contracts import Message
from tests.unit.cart.cart.builders import (
    CONVERT,
    DELETE,
    EMPTY,
    a_cart,
    add_line,
    apply,
    discount,
    ready,
    remove_line,
    set_shipment,
    site_without,
    with_coupons,
)
from tests.unit.cart.cart.reorder_builders import (
    line,
    reorder,
    shipment,
    sold,
    stocked,
)
from tests.unit.given import NOW


def entries(events: Sequence[Message]) -> list[Entry]:
    return [
        Entry("cart", n, NOW, e.type, json.loads(e.model_dump_json()), "waybill.cart.x.v1", None)
        for n, e in enumerate(events, 1)
    ]


def cart_after(events: Sequence[Message]) -> Cart:
    cart = order_state("c-1", entries(events)).cart
    assert cart is not None
    return cart


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is printed, as a terminal of 120 columns shows it."""
    said = io.StringIO()
    monkeypatch.setattr(printing, "out", Console(file=said, width=120, highlight=False))
    return said


FULL = (
    a_cart(
        set_shipment(),
        add_line("1", "39.50", 2),
        add_line("2", "5.00", shipment_id="2", sku="HAT", name="Hat [blue]", preorder=True),
        apply("SPRING10"),
        apply("FREESHIP"),
        discount("2.50"),
    )
    .when(apply("WELCOME5"))
    .after
)


def test_cart_is_printed_with_lines_discounts_coupons_and_what_it_costs(
    printed: io.StringIO,
) -> None:
    printing.print_cart("c-1", cart_after(FULL.past))
    text = printed.getvalue()
    assert "Cart c-1  Open  US  anonymous  total 74.91 USD" in text
    assert "shipment 1: standard to Mercy Taylor, 1 Pike Pl, Seattle, US, 4.90 USD" in text
    assert "shipment 2: no address yet" in text
    lines = [[cell.strip() for cell in row.split("│")[1:-1]] for row in text.splitlines()]
    assert ["1", "SKU-1", "Dress", "2", "39.50", "7.90", "6.40"] in lines
    assert ["2", "HAT", "Hat [blue] (preorder)", "1", "5.00", "0.50", "0.41"] in lines
    assert ["WELCOME5", "5.00 USD", ""] in lines
    totals = [" ".join(row.split()) for row in text.splitlines()[-6:]]
    assert totals == [
        "lines 84.00 USD",
        "− discounts on lines 8.40 USD",
        "+ tax 6.81 USD",
        "+ shipping 0.00 USD (after 4.90 discount)",
        "− discount on the order 7.50 USD",
        "total 74.91 USD",
    ]


def test_coupon_that_does_not_count_says_why(printed: io.StringIO) -> None:
    events = FULL.when(remove_line("1"), site=with_coupons()).after.past
    printing.print_cart("c-1", cart_after(events))
    assert "There is no coupon FREESHIP." in printed.getvalue()


def test_cart_of_an_older_journal_is_printed_without_totals(printed: io.StringIO) -> None:
    older = [event.model_copy(update={"totals": None}) for event in ready().past]
    printing.print_cart("c-1", cart_after(older))
    assert "Cart c-1  Open  US  anonymous\n" in printed.getvalue()


def test_draft_of_an_order_says_what_became_of_its_lines(printed: io.StringIO) -> None:
    command = reorder(
        *(shipment(line("A"), line("B"), line("C")), shipment(shipment_id="2", method="pigeon")),
        coupons=("SPRING10", "SUMMER25"),
    )
    known = sold("A", "12.50") | {"variant/B": None} | sold("C") | stocked(1, "C")
    printing.print_cart("c-1", cart_after(EMPTY.when(command, known=known).after.past))
    said = [row.strip() for row in printed.getvalue().splitlines()[1:9]]
    assert said == [
        "reorder of PO1000042",
        "1/A The A, A: 0 of 2 available; costs 12.50 USD now, was 10.00 USD.",
        "1/B The B, B: isn't sold any more and is left out.",
        "1/C The C, C: 1 of 2 available.",
        "2/A The A, A: 0 of 2 available; costs 12.50 USD now, was 10.00 USD.",
        "SPRING10 applied again",
        "SUMMER25 Coupon SUMMER25 expired at 2025-09-01 00:00 UTC.",
        "Shipment 2: US doesn't ship by pigeon any more; set another method.",
    ]


def test_reorder_that_was_refused_makes_no_cart() -> None:
    refused = EMPTY.when(reorder(), site=site_without("US")).after
    assert order_state("c-1", entries(refused.past)).cart is None


def test_cart_says_what_became_of_it() -> None:
    assert cart_after(ready().when(CONVERT).after.past).status == "CheckedOut"
    assert cart_after(ready().when(DELETE).after.past).status == "Deleted"


def test_order_of_a_checkout_has_no_cart() -> None:
    assert order_state("c-1", []).cart is None
