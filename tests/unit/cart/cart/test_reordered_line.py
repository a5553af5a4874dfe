"""The price and availability of the lines of a reorder."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.unit.cart.cart.builders import (
    CONVERT,
    EMPTY,
)
from tests.unit.cart.cart.reorder_builders import (
    line,
    only_line,
    reorder,
    shipment,
    sold,
    stocked,
    summary,
)


def test_a_short_line_says_how_many_are_available():
    copy = only_line(EMPTY.when(reorder(), known=sold() | stocked(1)))
    assert (copy.stock, copy.available, copy.quantity) == ("short", 1, 2)
    assert copy.message == "A: 1 of 2 available."


def test_a_line_is_available_if_one_of_the_markets_warehouses_has_it():
    asked = reorder(others=("osaka", "rotterdam"))
    levels = stocked(1) | stocked(2, warehouse="osaka") | stocked(-1, warehouse="rotterdam")
    copy = only_line(EMPTY.when(asked, known=sold() | levels))
    assert (copy.stock, copy.available) == ("available", 2)
    copy = only_line(EMPTY.when(asked, known=sold() | stocked(1) | stocked(1, warehouse="osaka")))
    assert (copy.stock, copy.available) == ("short", 1)


@pytest.mark.parametrize("known", [{}, stocked(-3), stocked(9, warehouse="osaka")])
def test_an_article_without_stock_is_short(known):
    copy = only_line(EMPTY.when(reorder(), known=sold() | known))
    assert (copy.stock, copy.available) == ("short", 0)


def test_lines_of_one_article_share_its_stock():
    command = reorder(
        shipment(line("A", 2, line_id="1"), line("A", 2, line_id="2")),
        shipment(line("A", 2, line_id="1"), shipment_id="2"),
    )
    copy = summary(EMPTY.when(command, known=sold() | stocked(3))).lines
    assert [each.available for each in copy] == [2, 1, 0]


@pytest.mark.shows("9.5")
@pytest.mark.parametrize("known", [{"variant/A": None}, sold(discontinued=True)])
def test_a_line_of_a_removed_article_is_left_out_and_named(known):
    command = reorder(shipment(line("A"), line("B")))
    outcome = EMPTY.when(command, known=known | sold("B") | stocked(9) | stocked(9, "B"))
    gone, existing = summary(outcome).lines
    assert (gone.stock, gone.priced, gone.price, gone.available) == ("gone", "gone", None, 0)
    assert gone.message == "A: isn't sold any more and is left out."
    assert existing.stock == "available"
    assert list(outcome.after.state.shipments["1"].lines) == ["B"]


def test_a_draft_is_created_even_if_every_article_is_gone():
    outcome = EMPTY.when(reorder(), known={"variant/A": None})
    assert outcome.after.state.line_count == 0
    outcome.when(CONVERT).rejected("no-lines")


def test_a_line_has_the_catalogs_current_price():
    outcome = EMPTY.when(reorder(), known=sold(price="12.50") | stocked(9))
    copy = only_line(outcome)
    assert (copy.priced, str(copy.price_before), str(copy.price)) == ("repriced", "10.00", "12.50")
    assert copy.message == "A: 2 of 2 available; costs 12.50 USD now, was 10.00 USD."
    assert str(outcome.after.state.line("1", "A").placed_price) == "12.50"


def test_a_line_that_is_not_in_the_catalog_keeps_its_price():
    outcome = EMPTY.when(reorder(), known=stocked(9))
    copy = only_line(outcome)
    assert (copy.priced, str(copy.price)) == ("kept", "10.00")
    assert copy.message == "A: 2 of 2 available; isn't in the catalog and keeps its price."


@pytest.mark.parametrize("variant", [sold(price=None), sold(market="JP"), sold(price="12")])
def test_a_line_without_a_price_in_the_market_keeps_its_price(variant):
    copy = only_line(EMPTY.when(reorder(), known=variant | stocked(9)))
    assert (copy.priced, str(copy.price)) == ("kept", "10.00")
    assert "has no price in US in the catalog and keeps its own" in copy.message


# Properties

skus = st.sampled_from("ABCD")
lines = st.lists(st.tuples(skus, st.integers(1, 5), st.integers(1, 10**5)), min_size=1, max_size=6)
articles = st.dictionaries(
    skus, st.tuples(st.sampled_from(["gone", "sold", "unknown"]), st.integers(-2, 12))
)


@examples(100)
@given(lines, articles, st.integers(1, 10**5))
def test_every_line_is_reported_and_no_stock_is_promised_twice(order_lines, articles, price):
    command = reorder(
        shipment(
            *(
                line(sku, quantity, f"{Decimal(cents).scaleb(-2)}", line_id=str(n))
                for n, (sku, quantity, cents) in enumerate(order_lines)
            )
        )
    )
    now = f"{Decimal(price).scaleb(-2)}"
    known = {}
    for sku, (state, available) in articles.items():
        known |= stocked(available, sku)
        if state != "unknown":
            known |= {f"variant/{sku}": None} if state == "gone" else sold(sku, now)
    outcome = EMPTY.when(command, known=known)
    copy = summary(outcome)
    assert [each.line_id for each in copy.lines] == [
        each.line_id for each in command.shipments[0].lines
    ]
    kept = outcome.after.state.shipments["1"].lines
    assert set(kept) == {each.line_id for each in copy.lines if each.stock != "gone"}
    for sku in "ABCD":
        promised = sum(each.available for each in copy.lines if each.sku == sku)
        assert promised <= max(articles.get(sku, ("", 0))[1], 0)
    for each in copy.lines:
        assert (each.stock == "available") == (each.available == each.quantity)
        assert each.price is None or kept[each.line_id].placed_price == each.price
    goods = sum(each.quantity * each.price for each in copy.lines if each.price is not None)
    assert copy.totals.lines == goods
    assert copy.totals.total == goods + copy.totals.tax + copy.totals.shipping
