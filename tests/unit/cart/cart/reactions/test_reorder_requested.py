"""A reorder creates a draft of an order, or reports why it can't."""

from decimal import Decimal

import pytest

from services.order.decider import decider as order_decider
from shared.contracts.carts import CouponApplied, DraftCreated
from shared.contracts.customer_deletion import NoteCart
from shared.contracts.reorders import (
    CartReorderRefused,
    SettleReorder,
)
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
from tests.unit.cart.cart.reorder_builders import (
    MERCY,
    line,
    reorder,
    shipment,
    sold,
    stocked,
    summary,
)
from tests.unit.given import Given


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
    assert not cart.discounts  # manual discounts were for that order only
    result = summary(outcome)
    assert (result.order_id, result.order_number) == ("c-0", "PO1000042")
    assert [(each.stock, each.priced) for each in result.lines] == [("available", "same")] * 3
    assert str(result.totals.total) == "57.95"  # 35.00, 3.15 tax, 19.80 shipping
    assert str(result.totals.tax) == "3.15"
    assert cart.line_amounts == {
        ("1", "A"): (Decimal("0.00"), Decimal("1.80")),
        ("1", "B"): (Decimal("0.00"), Decimal("0.45")),
        ("2", "A"): (Decimal("0.00"), Decimal("0.90")),
    }
    assert [str(each.tax) for each in cart.shipments["1"].lines.values()] == ["1.80", "0.45"]


def test_the_order_service_receives_the_answer():
    note = NoteCart(customer_id="cu-7", cart_id=CART)
    answer = SettleReorder(order_id="c-0", cart_id=CART, refusal=None)
    EMPTY.when(reorder()).publishes(note, answer)


def test_the_draft_converts_like_any_other():
    outcome = EMPTY.when(reorder(), known=sold() | stocked(9)).when(CONVERT)
    (published,) = outcome.outgoing
    (placed,) = Given(order_decider).when(published).events
    assert placed.total == outcome.events[0].totals.total


# Shipments and coupons


def test_a_shipment_whose_method_was_removed_is_left_open_and_named():
    command = reorder(shipment(method="pigeon"), shipment(shipment_id="2"))
    outcome = EMPTY.when(command, known=sold() | stocked(9))
    (open_shipment,) = summary(outcome).left_open
    assert (open_shipment.shipment_id, open_shipment.shipping_method, open_shipment.address) == (
        "1",
        "pigeon",
        ADDRESS,
    )
    assert (
        open_shipment.message
        == "Shipment 1: US doesn't ship by pigeon any more; set another method."
    )
    outcome.when(CONVERT).rejected("shipment-not-set", "shipment-not-set")


@pytest.mark.shows("9.6", "9.7")
def test_a_valid_coupon_is_applied_again_and_the_others_have_the_reason():
    site = with_coupons(TEN=coupon("10"), OLD=coupon("5", valid_until="2026-01-01T00:00:00Z"))
    command = reorder(coupons=("ten", "OLD", "GIFT", "TEN"))
    outcome = EMPTY.when(command, site=site, known=sold() | stocked(9))
    result = summary(outcome)
    assert [(c.code, c.why_not and c.why_not.code) for c in result.coupons] == [
        ("TEN", None),
        ("OLD", "coupon-expired"),
        ("GIFT", "unknown-coupon"),
    ]
    assert CouponApplied(cart_id=CART, code="TEN") in outcome.events
    assert outcome.after.state.coupons == ["TEN"]
    assert str(result.totals.line_discounts) == "2.00"
    assert str(outcome.after.state.line("1", "A").tax) == "1.62"


def test_a_coupons_minimum_counts_the_lines_of_the_draft():
    site = with_coupons(BIG=coupon("10", minimum={"USD": "30.00"}))
    command = reorder(shipment(line("A"), line("B")), coupons=("BIG",))
    both = sold() | sold("B") | stocked(9) | stocked(9, "B")
    (applied,) = summary(EMPTY.when(command, site=site, known=both)).coupons
    assert applied.why_not is None
    (refused,) = summary(EMPTY.when(command, site=site, known=both | {"variant/B": None})).coupons
    assert refused.why_not.code == "below-minimum"


# Refusals


@pytest.mark.parametrize(
    "existing",
    [
        *(EMPTY.when(create()).after, ready(), ready().when(CONVERT).after),
        EMPTY.when(reorder()).after,
    ],
)
def test_a_reused_id_is_refused_and_the_order_service_receives_the_reason(existing):
    _refused(existing, "id-reused")


def test_an_orders_id_cannot_be_used_for_a_draft():
    known = {f"order/{CART}": {"order_number": "PO1000001"}}
    (refused,) = EMPTY.when(reorder(), known=known).events
    assert (type(refused), refused.reason.code) == (CartReorderRefused, "id-reused")


def test_a_deleted_id_is_refused_and_the_order_service_receives_the_reason():
    _refused(ready().when(DELETE).after, "deleted")


def _refused(existing, code):
    before = existing.state
    outcome = existing.when(reorder())
    (refused,) = outcome.events
    assert isinstance(refused, CartReorderRefused)
    assert (refused.order_id, refused.reason.code) == ("c-0", code)
    outcome.publishes(SettleReorder(order_id="c-0", cart_id=CART, refusal=refused.reason))
    assert outcome.after.state == before


@pytest.mark.parametrize("site", [site_without("US"), site_with("US", currency="EUR")])
def test_a_removed_market_is_refused(site):
    outcome = EMPTY.when(reorder(), site=site)
    (refused,) = outcome.events
    assert refused.reason.code == "unknown-market"
    assert outcome.status is None
    assert isinstance(outcome.when(reorder()).events[0], DraftCreated)


def test_a_total_that_is_too_large_is_refused():
    dear = sold(price="9" * 15 + ".99") | stocked(9)
    (refused,) = EMPTY.when(reorder(), known=dear).events
    assert refused.reason.code == "too-much"
