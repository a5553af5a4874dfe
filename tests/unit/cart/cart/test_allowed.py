"""The texts of rejections, which are what customer service sees of a rule."""

from typing import Any

import pytest

from shared.contracts import Message
from shared.site import Site
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
    create,
    discount,
    ready,
    remove_coupon,
    remove_line,
    set_shipment,
    site_with,
    site_without,
    with_coupons,
)
from tests.unit.given import NOW, SITE, Given

REUSED = "exists already with other content."
COMMANDS = [
    set_shipment(),
    add_line(),
    change_line(quantity=2),
    remove_line(),
    apply(),
    remove_coupon(),
    discount("1.00"),
    CONVERT,
    DELETE,
]
TEN = with_coupons(TEN=coupon("10", minimum={"USD": "20.00"}))
USED = with_coupons(TEN=coupon("10"))
GONE = ready().when(DELETE, actor="csr:17").after


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_cart_is_named(command: Message) -> None:
    assert rejection_text(EMPTY, command) == f"There is no cart {CART}."


@pytest.mark.parametrize("command", COMMANDS)
def test_a_deleted_cart_says_when_and_by_whom_it_was_deleted(command: Message) -> None:
    if command is DELETE:
        GONE.when(command).then()
    else:
        text = f"Cart {CART} was deleted on 2026-11-22 at 20:00 UTC by csr:17."
        assert rejection_text(GONE, command) == text


@pytest.mark.parametrize("command", [command for command in COMMANDS if command is not CONVERT])
def test_a_converted_cart_names_its_order(command: Message) -> None:
    done = ready().when(CONVERT).after
    assert rejection_text(done, command) == f"The cart has become order {CART}."


@pytest.mark.parametrize(
    "command", [change_line("7", 2), remove_line("7"), discount("1.00", line_id="7")]
)
def test_an_unknown_line_is_named(command: Message) -> None:
    assert rejection_text(ready(), command) == "Shipment 1 has no line 7."


@pytest.mark.parametrize(
    ("given", "command", "site", "text"),
    [
        (
            ready(),
            create(market="SE"),
            SITE,
            f"Cart {CART} {REUSED}",
        ),
        (
            ready(),
            add_line(price="11.00"),
            SITE,
            f"Line 1 of shipment 1 {REUSED}",
        ),
        (ready(), set_shipment(method="drone"), SITE, "US does not offer drone."),
        (
            ready(),
            set_shipment(),
            site_with("US", shipping_methods={}),
            "US offers no methods for this.",
        ),
        (
            ready(),
            add_line("2"),
            site_without("US"),
            "Market US no longer sells in USD.",
        ),
        (a_cart(), CONVERT, SITE, "The cart has no lines."),
        (a_cart(add_line()), CONVERT, SITE, "Shipment 1 has no address and no shipping method."),
        (ready(), apply("NONE"), USED, "There is no coupon NONE."),
        (
            ready(),
            apply(),
            TEN,
            "Coupon TEN needs lines worth 20.00 USD; this cart's are worth 10.00 USD.",
        ),
        (ready(), remove_coupon("none"), SITE, "Coupon NONE isn't applied to this cart."),
        (
            a_cart(add_line(), apply(), site=USED),
            apply("ten"),
            USED,
            "Coupon TEN is already applied.",
        ),
        (
            ready(),
            discount("10.01"),
            SITE,
            "A discount of 10.01 USD is more than 10.00 USD, the amount that it is taken from.",
        ),
        (
            ready(),
            discount("10.01", line_id="1"),
            SITE,
            "A discount of 10.01 USD is more than 10.00 USD, the amount that it is taken from.",
        ),
    ],
)
def test_a_rejection_states_the_reason(
    given: Given[Any], command: Message, site: Site, text: str
) -> None:
    assert rejection_text(given, command, site) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"scope": "shipping"}, "is for shipping, and no shipment has a method yet"),
        ({"skus": ["SKU-8", "SKU-9"]}, "is for SKU-8, SKU-9"),
        ({"markets": ["SE"]}, "is not for market US"),
        ({"valid_from": NOW.replace(year=2027)}, "is not valid before 2027-11-22 20:00 UTC"),
        ({"valid_until": NOW.replace(hour=8)}, "expired at 2026-11-22 08:00 UTC"),
    ],
)
def test_a_coupon_that_does_not_apply_says_why(content: dict[str, Any], text: str) -> None:
    site = with_coupons(TEN=coupon("10", **content))
    assert rejection_text(a_cart(add_line()), apply(), site) == f"Coupon TEN {text}."


def rejection_text(given: Given[Any], command: Message, site: Site = SITE) -> str:
    """The text of the rejection of `command`."""
    outcome = given.when(command, site=site)
    assert outcome.reason is not None
    return outcome.reason.message
