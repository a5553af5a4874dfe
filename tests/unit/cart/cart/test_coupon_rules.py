"""Coupons and manual discounts: when each applies, and why not."""

from datetime import UTC, datetime

import pytest

from services.cart.cart.coupon_rules import MAX_COUPONS
from shared.contracts import Malformed
from shared.contracts.carts import CouponApplied, CouponRemoved, DiscountSet, SetDiscount
from tests.unit.cart.cart.builders import (
    CART,
    CONVERT,
    DELETE,
    EMPTY,
    a_cart,
    add_line,
    apply,
    change_line,
    coupon,
    discount,
    ready,
    remove_coupon,
    remove_line,
    set_shipment,
    site_with,
    site_without,
    with_coupons,
)
from tests.unit.given import NOW, SITE

YEAR_2026 = {"valid_from": "2026-01-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z"}
COUPONS = with_coupons(
    TEN=coupon("10", **YEAR_2026),
    HALF=coupon("50", "order"),
    FREE=coupon("100", "shipping"),
    FIVE=coupon({"USD": "5.00"}, "order", minimum={"USD": "20.00"}),
    HATS=coupon({"USD": "2.00", "JPY": "200"}, skus=("HAT", "CAP")),
    JAPAN=coupon("10", markets=("JP",)),
)


def effect(outcome, code="TEN"):
    """What a coupon takes off after the last event, or the code of the reason why not."""
    (found,) = [c for c in outcome.events[-1].totals.coupons if c.code == code]
    return str(found.takes_off), found.why_not and found.why_not.code


# Applying


@pytest.mark.parametrize("code", ["TEN", "ten", "Ten"])
def test_a_coupon_code_ignores_case(code):
    outcome = a_cart(add_line()).when(apply(code), site=COUPONS)
    outcome.says(CouponApplied(cart_id=CART, code="TEN"))
    assert effect(outcome) == ("1.00", None)


@pytest.mark.parametrize(
    ("code", "cart", "reason", "text"),
    [
        ("NONE", ready(), "unknown-coupon", "There is no coupon NONE."),
        ("JAPAN", ready(), "coupon-not-in-market", "Coupon JAPAN is not for market US."),
        ("FIVE", a_cart(add_line(), market="UK"), "coupon-not-in-market", "is not for market UK."),
        (
            "five",
            a_cart(add_line(price="19.99")),
            "below-minimum",
            "Coupon FIVE needs lines worth 20.00 USD; this cart's are worth 19.99 USD.",
        ),
        ("HATS", ready(), "nothing-for-coupon", "Coupon HATS is for HAT, CAP."),
        ("TEN", a_cart(), "nothing-for-coupon", "Coupon TEN needs at least one line."),
        ("HALF", a_cart(set_shipment()), "nothing-for-coupon", "needs at least one line."),
        ("FREE", a_cart(add_line()), "nothing-for-coupon", "is for shipping, and no shipment has"),
    ],
)
def test_a_coupon_that_does_not_apply_is_rejected_with_the_reason(code, cart, reason, text):
    refused = cart.when(apply(code), site=COUPONS).rejected(reason, reason)
    assert text in refused.reason.message


@pytest.mark.shows("9.7")
def test_a_coupon_is_valid_in_its_period():
    cart = a_cart(add_line())
    early = cart.when(apply(), site=COUPONS, now=datetime(2025, 12, 31, 23, 59, tzinfo=UTC))
    early.rejected("coupon-not-yet-valid", "coupon-not-yet-valid")
    assert "Coupon TEN is not valid before 2026-01-01 00:00 UTC." in early.reason.message
    late = cart.when(apply(), site=COUPONS, now=datetime(2027, 1, 1, tzinfo=UTC))
    late.rejected("coupon-expired", "coupon-expired")
    assert "Coupon TEN expired at 2027-01-01 00:00 UTC." in late.reason.message


def test_a_rejection_has_every_reason():
    site = with_coupons(X=coupon({"USD": "1.00"}, minimum={"USD": "1.00"}, **YEAR_2026))
    late = datetime(2028, 1, 1, tzinfo=UTC)
    a_cart().when(apply("X"), site=site, now=late).rejected(
        "coupon-expired", "coupon-expired", "below-minimum", "nothing-for-coupon"
    )


@pytest.mark.parametrize("code", ["TEN", "ten"])
def test_a_coupon_is_applied_once(code):
    cart = a_cart(add_line(), apply(), site=COUPONS)
    refused = cart.when(apply(code), site=COUPONS).rejected("coupon-applied", "coupon-applied")
    assert refused.reason.message == "Coupon TEN is already applied."


def test_the_number_of_coupons_is_limited():
    site = with_coupons(**{f"C{n}": coupon("1") for n in range(MAX_COUPONS + 1)})
    cart = a_cart(add_line(), *(apply(f"C{n}") for n in range(MAX_COUPONS)), site=site)
    cart.when(apply(f"C{MAX_COUPONS}"), site=site).rejected("cart-full")


# A coupon that no longer applies


@pytest.mark.parametrize(
    ("code", "later", "site", "reason"),
    [
        ("FIVE", change_line(quantity=1), COUPONS, "below-minimum"),
        ("HATS", remove_line("hat"), COUPONS, "nothing-for-coupon"),
        ("TEN", change_line(quantity=2), with_coupons(), "unknown-coupon"),
    ],
)
def test_a_coupon_that_no_longer_applies_stays_with_the_reason(code, later, site, reason):
    cart = a_cart(
        *(add_line(price="10.00", quantity=3), add_line("hat", sku="HAT", price="1.00")),
        apply(code),
        site=COUPONS,
    )
    outcome = cart.when(later, site=site)
    assert effect(outcome, code) == ("0.00", reason)
    again = outcome.when(change_line(quantity=30), site=COUPONS)
    assert again.events[-1].totals.coupons[0].code == code


def test_a_coupon_may_apply_again_later():
    cart = a_cart(add_line(quantity=2), apply("FIVE"), change_line(quantity=1), site=COUPONS)
    assert effect(cart.when(change_line(quantity=3), site=COUPONS), "FIVE") == ("5.00", None)


def test_an_order_has_only_coupons_that_apply():
    cart = a_cart(set_shipment(), add_line(), apply("TEN"), apply("FREE"), site=COUPONS)
    outcome = cart.when(CONVERT, site=COUPONS, now=datetime(2027, 1, 1, tzinfo=UTC))
    (published,) = outcome.outgoing
    assert published.coupons == ("FREE",)
    assert published.shipments[0].lines[0].discount is None
    assert effect(outcome, "TEN") == ("0.00", "coupon-expired")
    assert effect(outcome, "FREE") == ("4.90", None)
    (earlier,) = cart.when(CONVERT, site=COUPONS).outgoing
    assert earlier.coupons == ("FREE", "TEN")


# Removing


@pytest.mark.parametrize("code", ["TEN", "ten"])
def test_a_coupon_is_removed(code):
    outcome = a_cart(add_line(), apply(), site=COUPONS).when(remove_coupon(code), site=COUPONS)
    outcome.says(CouponRemoved(cart_id=CART, code="TEN"))
    totals = outcome.events[0].totals
    assert (totals.coupons, str(totals.line_discounts)) == ((), "0.00")
    outcome.when(remove_coupon(code), site=COUPONS).then()
    outcome.when(apply(), site=COUPONS).when(remove_coupon(), site=COUPONS).says(
        CouponRemoved(cart_id=CART, code="TEN")
    )


def test_a_coupon_that_the_site_no_longer_has_can_be_removed():
    cart = a_cart(add_line(), apply(), site=COUPONS)
    cart.when(remove_coupon(), site=with_coupons()).says(CouponRemoved(cart_id=CART, code="TEN"))


def test_a_coupon_that_was_never_applied_cannot_be_removed():
    ready().when(remove_coupon("NONE")).rejected("coupon-not-applied")


# Manual discounts


def test_an_amount_off_a_line():
    outcome = a_cart(add_line(price="10.00", quantity=2)).when(discount("4.00", "1"))
    outcome.says(DiscountSet(cart_id=CART, amount="4.00", shipment_id="1", line_id="1"))
    totals = outcome.events[0].totals
    assert (str(totals.line_discounts), str(totals.tax)) == ("4.00", "1.44")
    outcome.when(discount("4.00", "1")).then()
    gone = outcome.when(discount("0.00", "1"))
    assert str(gone.events[0].totals.line_discounts) == "0.00"
    gone.when(discount("0.00", "1")).then()


def test_an_amount_off_the_order():
    outcome = a_cart(add_line(price="10.00", quantity=2)).when(discount("4.00"))
    outcome.says(DiscountSet(cart_id=CART, amount="4.00", shipment_id=None, line_id=None))
    totals = outcome.events[0].totals
    assert (str(totals.order_discount), str(totals.tax)) == ("4.00", "1.80")
    outcome.when(discount("4.00")).then()
    assert str(outcome.when(discount("5.00")).events[0].totals.order_discount) == "5.00"


@pytest.mark.parametrize(
    ("amount", "line_id", "text"),
    [
        (
            "10.01",
            "1",
            "A discount of 10.01 USD is more than 10.00 USD, the amount that it is taken from.",
        ),
        (
            "10.01",
            None,
            "A discount of 10.01 USD is more than 10.00 USD, the amount that it is taken from.",
        ),
    ],
)
def test_a_discount_above_the_value_is_rejected(amount, line_id, text):
    refused = a_cart(add_line()).when(discount(amount, line_id)).rejected("discount-too-big")
    assert refused.reason.message == text
    assert a_cart(add_line()).when(discount("10.00", line_id)).events


def test_coupons_apply_before_manual_discounts():
    cart = a_cart(add_line(), apply("TEN"), apply("HALF"), site=COUPONS)
    cart.when(discount("9.01", "1"), site=COUPONS).rejected("discount-too-big")
    cart.when(discount("4.51"), site=COUPONS).rejected("discount-too-big")
    outcome = cart.when(discount("4.50"), site=COUPONS).when(discount("9.00", "1"), site=COUPONS)
    totals = outcome.events[0].totals
    assert (str(totals.line_discounts), str(totals.order_discount)) == ("10.00", "0.00")
    assert (str(totals.tax), str(totals.total)) == ("0.00", "0.00")


def test_a_discount_is_limited_to_its_line_and_removed_with_it():
    cart = a_cart(add_line(quantity=2), discount("15.00", "1"))
    less = cart.when(change_line(quantity=1))
    assert str(less.events[0].totals.line_discounts) == "10.00"
    more = less.when(change_line(quantity=3))
    assert str(more.events[0].totals.line_discounts) == "15.00"
    back = less.when(remove_line()).when(add_line())
    assert str(back.events[0].totals.line_discounts) == "0.00"


def test_an_unknown_line_cannot_be_discounted():
    ready().when(discount("1.00", "9")).rejected("unknown-line")


def test_a_discount_in_other_decimals_than_the_currencys_is_malformed():
    ready().when(discount("1.0")).malformed("amount")


@pytest.mark.parametrize(
    ("given", "missing"), [({"line_id": "1"}, "shipment_id"), ({"shipment_id": "1"}, "line_id")]
)
def test_a_line_needs_both_its_ids(given, missing):
    with pytest.raises(Malformed) as wrong:
        SetDiscount(cart_id=CART, amount="1.00", **given).check()
    assert wrong.value.field == missing


# Carts that accept no discounts

CHANGES = [apply(), remove_coupon(), discount("1.00")]


@pytest.mark.parametrize("command", CHANGES)
def test_only_an_open_cart_accepts_discounts(command):
    EMPTY.when(command).rejected("unknown-cart")
    ready().when(DELETE).when(command).rejected("deleted", "deleted")
    ready().when(CONVERT).when(command).rejected("checked-out", "checked-out")


@pytest.mark.parametrize("command", [apply(), discount("1.00")])
@pytest.mark.parametrize("site", [site_without("US"), site_with("US", currency="EUR")])
def test_a_removed_market_gives_no_discounts(command, site):
    ready().when(command, site=site).rejected("unknown-market", "unknown-market")


def test_the_coupons_of_the_example_site_work():
    cart = a_cart(set_shipment(), add_line(price="60.00"), add_line("2", "8.00", 2, sku="TEA-MUG"))
    for code in ("SPRING10", "WELCOME5", "FREESHIP", "MUGS2"):
        cart = cart.when(apply(code), site=SITE, now=NOW).after
    totals = cart.past[-1].totals
    discounts = {effect.code: str(effect.takes_off) for effect in totals.coupons}
    expected = {"FREESHIP": "4.90", "MUGS2": "2.00", "SPRING10": "7.40", "WELCOME5": "5.00"}
    assert discounts == expected
    cart.when(apply("SUMMER25"), site=SITE).rejected("coupon-expired")
    cart.when(apply("NORDIC15"), site=SITE).rejected("coupon-not-in-market")
