"""A draft made of an order: what can be had once more, and what is said of the rest."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.order.decider import decider as order_decider
from shared.contracts.address import Customer
from shared.contracts.carts import CouponApplied, DraftCreated
from shared.contracts.catalog import Variant
from shared.contracts.orders import Line, Shipment
from shared.contracts.reorders import (
    CartReordered,
    CartReorderRefused,
    CreateReorder,
    SettleReorder,
)
from shared.contracts.stock import Level
from tests.unit.cart.cart.builders import (
    ADDRESS,
    CART,
    CONVERT,
    DELETE,
    EMPTY,
    coupon,
    create,
    ready,
    site_with,
    site_without,
    with_coupons,
)
from tests.unit.given import Given

MERCY = Customer(customer_id="cu-7", name="Mercy Taylor")


def line(sku="A", quantity=2, price="10.00", line_id=None, **more):
    return Line(
        line_id=line_id or sku,
        sku=sku,
        name=f"The {sku}",
        quantity=quantity,
        placed_price=Decimal(price),
        discount=Decimal("1.00"),
        tax=Decimal("0.50"),
        **more,
    )


def shipment(*lines, shipment_id="1", method="standard"):
    return Shipment(
        shipment_id=shipment_id,
        shipping_method=method,
        shipping_cost=Decimal("0.00"),
        shipping_tax=Decimal("0.00"),
        address=ADDRESS,
        lines=lines or (line(),),
    )


def reorder(*shipments, **more):
    content = {"market": "US", "currency": "USD", "warehouse": "seattle", "coupons": (), **more}
    return CreateReorder(
        cart_id=CART,
        order_id="c-0",
        order_number="PO1000042",
        customer=MERCY,
        shipments=shipments or (shipment(),),
        **content,
    )


def sold(sku="A", price="10.00", market="US", **more):
    prices = {market: Decimal(price)} if price else {}
    return {f"variant/{sku}": Variant(sku=sku, name=f"New {sku}", prices=prices, **more)}


def stocked(available, sku="A", warehouse="seattle"):
    level = Level(
        warehouse=warehouse,
        sku=sku,
        on_hand=max(available, 0),
        allocated=max(-available, 0),
        available=available,
        backordered=0,
    )
    return {f"level/{warehouse}/{sku}": level}


def summary(outcome):
    """The last event: what became of the order's lines and coupons."""
    found = outcome.events[-1]
    assert isinstance(found, CartReordered)
    return found


def only_line(outcome):
    (found,) = summary(outcome).lines
    return found


# What stands


@pytest.mark.shows("9.3")
def test_the_draft_has_the_same_customer_address_method_and_lines():
    command = reorder(
        shipment(line("A"), line("B", 1, "5.00", preorder=True)),
        shipment(line("A", 1), shipment_id="2", method="express"),
    )
    known = sold("A") | sold("B", "5.00") | stocked(9) | stocked(9, "B")
    outcome = EMPTY.when(command, known=known)
    assert outcome.status == "Open"
    cart = outcome.after.state
    assert (cart.market, cart.currency, cart.customer) == ("US", "USD", MERCY)
    first, second = cart.shipments.values()
    assert (first.destination.address, first.destination.shipping_method) == (ADDRESS, "standard")
    costs = [str(each.destination.shipping_cost) for each in (first, second)]
    assert costs == ["4.90", "14.90"]  # the method's price now, not what the order paid
    lines = [
        (each.sku, each.name, each.quantity, str(each.placed_price), each.preorder)
        for shipment_ in cart.shipments.values()
        for each in shipment_.lines.values()
    ]
    assert lines == [
        *(("A", "The A", 2, "10.00", False), ("B", "The B", 1, "5.00", True)),
        ("A", "The A", 1, "10.00", False),
    ]
    assert not cart.discounts  # what staff took off then was for that order
    told = summary(outcome)
    assert (told.order_id, told.order_number) == ("c-0", "PO1000042")
    assert [(each.stock, each.priced) for each in told.lines] == [("available", "same")] * 3
    assert str(told.totals.total) == "57.95"  # 35.00, 3.15 tax, 19.80 shipping
    assert str(told.totals.tax) == "3.15"
    assert cart.line_amounts == {
        ("1", "A"): (Decimal("0.00"), Decimal("1.80")),
        ("1", "B"): (Decimal("0.00"), Decimal("0.45")),
        ("2", "A"): (Decimal("0.00"), Decimal("0.90")),
    }
    assert [str(each.tax) for each in cart.shipments["1"].lines.values()] == ["1.80", "0.45"]


def test_the_order_service_hears_that_the_draft_is_there():
    EMPTY.when(reorder()).publishes(SettleReorder(order_id="c-0", cart_id=CART, refusal=None))


def test_the_draft_converts_like_any_other():
    outcome = EMPTY.when(reorder(), known=sold() | stocked(9)).when(CONVERT)
    (published,) = outcome.outgoing
    (placed,) = Given(order_decider).when(published).events
    assert placed.total == outcome.events[0].totals.total


# Line by line


def test_a_line_that_is_short_says_how_many_there_are():
    told = only_line(EMPTY.when(reorder(), known=sold() | stocked(1)))
    assert (told.stock, told.available, told.quantity) == ("short", 1, 2)
    assert told.message == "A: 1 of 2 available."


@pytest.mark.parametrize("known", [{}, stocked(-3), stocked(9, warehouse="osaka")])
def test_an_article_without_stock_is_short(known):
    told = only_line(EMPTY.when(reorder(), known=sold() | known))
    assert (told.stock, told.available) == ("short", 0)


def test_lines_of_one_article_share_what_there_is():
    command = reorder(
        shipment(line("A", 2, line_id="1"), line("A", 2, line_id="2")),
        shipment(line("A", 2, line_id="1"), shipment_id="2"),
    )
    told = summary(EMPTY.when(command, known=sold() | stocked(3))).lines
    assert [each.available for each in told] == [2, 1, 0]


@pytest.mark.shows("9.5")
@pytest.mark.parametrize("known", [{"variant/A": None}, sold(discontinued=True)])
def test_a_line_that_is_gone_is_left_out_and_named(known):
    command = reorder(shipment(line("A"), line("B")))
    outcome = EMPTY.when(command, known=known | sold("B") | stocked(9) | stocked(9, "B"))
    gone, there = summary(outcome).lines
    assert (gone.stock, gone.priced, gone.price, gone.available) == ("gone", "gone", None, 0)
    assert gone.message == "A: isn't sold any more and is left out."
    assert there.stock == "available"
    assert list(outcome.after.state.shipments["1"].lines) == ["B"]


def test_a_draft_of_which_everything_is_gone_is_there_all_the_same():
    outcome = EMPTY.when(reorder(), known={"variant/A": None})
    assert outcome.after.state.line_count == 0
    outcome.when(CONVERT).rejected("no-lines")


def test_a_line_costs_what_the_catalog_says_now():
    outcome = EMPTY.when(reorder(), known=sold(price="12.50") | stocked(9))
    told = only_line(outcome)
    assert (told.priced, str(told.price_before), str(told.price)) == ("repriced", "10.00", "12.50")
    assert told.message == "A: 2 of 2 available; costs 12.50 USD now, was 10.00 USD."
    assert str(outcome.after.state.line("1", "A").placed_price) == "12.50"


def test_a_line_that_the_catalog_never_heard_of_keeps_its_price():
    outcome = EMPTY.when(reorder(), known=stocked(9))
    told = only_line(outcome)
    assert (told.priced, str(told.price)) == ("kept", "10.00")
    assert told.message == "A: 2 of 2 available; isn't in the catalog and keeps its price."


@pytest.mark.parametrize("variant", [sold(price=None), sold(market="JP"), sold(price="12")])
def test_a_line_without_a_price_in_the_market_keeps_its_own(variant):
    told = only_line(EMPTY.when(reorder(), known=variant | stocked(9)))
    assert (told.priced, str(told.price)) == ("kept", "10.00")
    assert "has no price in US in the catalog and keeps its own" in told.message


# Shipments and coupons


def test_a_shipment_whose_method_is_gone_is_left_open_and_named():
    command = reorder(shipment(method="pigeon"), shipment(shipment_id="2"))
    outcome = EMPTY.when(command, known=sold() | stocked(9))
    (left,) = summary(outcome).left_open
    assert (left.shipment_id, left.shipping_method, left.address) == ("1", "pigeon", ADDRESS)
    assert left.message == "Shipment 1: US doesn't ship by pigeon any more; set another method."
    outcome.when(CONVERT).rejected("shipment-not-set", "shipment-not-set")


@pytest.mark.shows("9.6", "9.7")
def test_a_coupon_that_counts_is_applied_again_and_another_says_why_not():
    site = with_coupons(TEN=coupon("10"), OLD=coupon("5", valid_until="2026-01-01T00:00:00Z"))
    command = reorder(coupons=("ten", "OLD", "GIFT", "TEN"))
    outcome = EMPTY.when(command, site=site, known=sold() | stocked(9))
    told = summary(outcome)
    assert [(c.code, c.why_not and c.why_not.code) for c in told.coupons] == [
        ("TEN", None),
        ("OLD", "coupon-expired"),
        ("GIFT", "unknown-coupon"),
    ]
    assert CouponApplied(cart_id=CART, code="TEN") in outcome.events
    assert outcome.after.state.coupons == ["TEN"]
    assert str(told.totals.line_discounts) == "2.00"
    assert str(outcome.after.state.line("1", "A").tax) == "1.62"


def test_a_coupon_counts_by_what_can_be_had_once_more():
    site = with_coupons(BIG=coupon("10", minimum={"USD": "30.00"}))
    command = reorder(shipment(line("A"), line("B")), coupons=("BIG",))
    both = sold() | sold("B") | stocked(9) | stocked(9, "B")
    (applied,) = summary(EMPTY.when(command, site=site, known=both)).coupons
    assert applied.why_not is None
    (refused,) = summary(EMPTY.when(command, site=site, known=both | {"variant/B": None})).coupons
    assert refused.why_not.code == "below-minimum"


# Refusals


@pytest.mark.parametrize(
    "there",
    [
        *(EMPTY.when(create()).after, ready(), ready().when(CONVERT).after),
        EMPTY.when(reorder()).after,
    ],
)
def test_an_id_that_was_used_makes_no_draft_and_the_order_service_hears_why(there):
    _refused(there, "id-reused")


def test_an_id_that_belongs_to_an_order_makes_no_draft():
    known = {f"order/{CART}": {"order_number": "PO1000001"}}
    (refused,) = EMPTY.when(reorder(), known=known).events
    assert (type(refused), refused.reason.code) == (CartReorderRefused, "id-reused")


def test_an_id_that_was_deleted_makes_no_draft_and_the_order_service_hears_why():
    _refused(ready().when(DELETE).after, "deleted")


def _refused(there, code):
    before = there.state
    outcome = there.when(reorder())
    (refused,) = outcome.events
    assert isinstance(refused, CartReorderRefused)
    assert (refused.order_id, refused.reason.code) == ("c-0", code)
    outcome.publishes(SettleReorder(order_id="c-0", cart_id=CART, refusal=refused.reason))
    assert outcome.after.state == before


@pytest.mark.parametrize("site", [site_without("US"), site_with("US", currency="EUR")])
def test_a_market_that_is_gone_makes_no_draft(site):
    outcome = EMPTY.when(reorder(), site=site)
    (refused,) = outcome.events
    assert refused.reason.code == "unknown-market"
    assert outcome.status is None
    assert isinstance(outcome.when(reorder()).events[0], DraftCreated)


def test_more_money_than_can_be_written_makes_no_draft():
    dear = sold(price="9" * 15 + ".99") | stocked(9)
    (refused,) = EMPTY.when(reorder(), known=dear).events
    assert refused.reason.code == "too-much"


# Properties

skus = st.sampled_from("ABCD")
lines = st.lists(st.tuples(skus, st.integers(1, 5), st.integers(1, 10**5)), min_size=1, max_size=6)
shelf = st.dictionaries(
    skus, st.tuples(st.sampled_from(["gone", "sold", "unheard"]), st.integers(-2, 12))
)


@settings(max_examples=100, deadline=None)
@given(lines, shelf, st.integers(1, 10**5))
def test_every_line_is_accounted_for_and_nothing_is_promised_twice(ordered, shelf, price):
    command = reorder(
        shipment(
            *(
                line(sku, quantity, f"{Decimal(cents).scaleb(-2)}", line_id=str(n))
                for n, (sku, quantity, cents) in enumerate(ordered)
            )
        )
    )
    now = f"{Decimal(price).scaleb(-2)}"
    known = {}
    for sku, (state, available) in shelf.items():
        known |= stocked(available, sku)
        if state != "unheard":
            known |= {f"variant/{sku}": None} if state == "gone" else sold(sku, now)
    outcome = EMPTY.when(command, known=known)
    told = summary(outcome)
    assert [each.line_id for each in told.lines] == [
        each.line_id for each in command.shipments[0].lines
    ]
    kept = outcome.after.state.shipments["1"].lines
    assert set(kept) == {each.line_id for each in told.lines if each.stock != "gone"}
    for sku in "ABCD":
        promised = sum(each.available for each in told.lines if each.sku == sku)
        assert promised <= max(shelf.get(sku, ("", 0))[1], 0)
    for each in told.lines:
        assert (each.stock == "available") == (each.available == each.quantity)
        assert each.price is None or kept[each.line_id].placed_price == each.price
    goods = sum(each.quantity * each.price for each in told.lines if each.price is not None)
    assert told.totals.lines == goods
    assert told.totals.total == goods + told.totals.tax + told.totals.shipping
