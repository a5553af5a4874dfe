"""What a refusal says: the words are all that a person at a desk gets to see of a rule."""

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
    give_back,
    ready,
    remove_line,
    set_shipment,
    site_with,
    site_without,
    with_coupons,
)
from tests.unit.given import NOW, SITE, Given

REUSED = "exists already with other content."
AT_A_CART = [
    set_shipment(),
    add_line(),
    change_line(quantity=2),
    remove_line(),
    apply(),
    give_back(),
    discount("1.00"),
    CONVERT,
    DELETE,
]
TEN = with_coupons(TEN=coupon("10", minimum={"USD": "20.00"}))
USED = with_coupons(TEN=coupon("10"))
GONE = ready().when(DELETE, actor="csr:17").after


@pytest.mark.parametrize("command", AT_A_CART)
def test_a_cart_that_is_not_there_is_named(command: Message) -> None:
    assert said(EMPTY, command) == f"There is no cart {CART}."


@pytest.mark.parametrize("command", AT_A_CART)
def test_a_cart_that_was_deleted_says_when_and_by_whom(command: Message) -> None:
    if command is DELETE:
        GONE.when(command).then()
    else:
        words = f"Cart {CART} was deleted on 2026-11-22 at 20:00 UTC by csr:17."
        assert said(GONE, command) == words


@pytest.mark.parametrize("command", [command for command in AT_A_CART if command is not CONVERT])
def test_a_cart_that_has_become_an_order_names_it(command: Message) -> None:
    done = ready().when(CONVERT).after
    assert said(done, command) == f"The cart has become order {CART}."


@pytest.mark.parametrize(
    "command", [change_line("7", 2), remove_line("7"), discount("1.00", line_id="7")]
)
def test_a_line_that_is_not_there_is_named(command: Message) -> None:
    assert said(ready(), command) == "Shipment 1 has no line 7."


@pytest.mark.parametrize(
    ("given", "command", "site", "words"),
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
            "Nothing is sold in market US for USD any more.",
        ),
        (a_cart(), CONVERT, SITE, "The cart has no lines."),
        (a_cart(add_line()), CONVERT, SITE, "Shipment 1 has no address and no shipping method."),
        (ready(), apply("NONE"), USED, "There is no coupon NONE."),
        (
            ready(),
            apply(),
            TEN,
            "Coupon TEN needs lines worth 20.00 USD, and they come to 10.00 USD.",
        ),
        (ready(), give_back("none"), SITE, "Coupon NONE isn't applied to this cart."),
        (
            a_cart(add_line(), apply(), site=USED),
            apply("ten"),
            USED,
            "Coupon TEN is applied already.",
        ),
        (
            ready(),
            discount("10.01"),
            SITE,
            "A discount of 10.01 USD is more than 10.00 USD, all that it can be taken from.",
        ),
        (
            ready(),
            discount("10.01", line_id="1"),
            SITE,
            "A discount of 10.01 USD is more than 10.00 USD, all that it can be taken from.",
        ),
    ],
)
def test_a_refusal_says_what_stands_in_the_way(
    given: Given[Any], command: Message, site: Site, words: str
) -> None:
    assert said(given, command, site) == words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"scope": "shipping"}, "is for shipping, and no shipment has a method yet"),
        ({"skus": ["SKU-8", "SKU-9"]}, "is for SKU-8, SKU-9"),
        ({"markets": ["SE"]}, "is not for market US"),
        ({"valid_from": NOW.replace(year=2027)}, "is not valid before 2027-11-22 20:00 UTC"),
        ({"valid_until": NOW.replace(hour=8)}, "expired at 2026-11-22 08:00 UTC"),
    ],
)
def test_a_coupon_that_does_not_count_says_why(content: dict[str, Any], words: str) -> None:
    site = with_coupons(TEN=coupon("10", **content))
    assert said(a_cart(add_line()), apply(), site) == f"Coupon TEN {words}."


def said(given: Given[Any], command: Message, site: Site = SITE) -> str:
    """The words of the refusal of `command`."""
    outcome = given.when(command, site=site)
    assert outcome.reason is not None
    return outcome.reason.message
