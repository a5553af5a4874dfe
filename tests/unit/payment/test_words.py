"""What a refusal says: the words are all that a person at a desk gets to see of a rule."""

import pytest

from services.payment import decider
from tests.unit.given import SITE, Given
from tests.unit.payment.examples import (
    ORDER,
    add,
    an_account,
    authorized,
    capture,
    order_canceled,
    refund,
    sold,
    taken,
    void,
)
from tests.unit.payment.test_deleting import DELETED

FAILED = an_account("100.00", taken("f", "Authorization", "100.00", "Failed"))

SAYINGS = [
    (Given(decider), add(), f"There is no order {ORDER}."),
    (an_account(), capture("x"), "The order has no payment x."),
    (an_account(), add(amount="0.00"), "An amount is more than zero."),
    (sold(), add(amount="1.00"), "The order is paid in full."),
    (
        an_account(),
        add(method="shells"),
        "US takes credit-card, paypal, telephone, bank-transfer, check, not shells.",
    ),
    (an_account().when(order_canceled()).after, add(), "The order is canceled."),
    (
        an_account(),
        add(type_="Void", amount="1.00"),
        "Nothing is added to let go of an authorization; void that payment.",
    ),
    (
        an_account(),
        add(type_="Credit", amount="1.00"),
        "No money was taken to give back.",
    ),
    (
        sold(),
        add(type_="Credit"),
        "Nothing is overpaid; say how much goes back.",
    ),
    (
        sold(),
        add(type_="Credit", amount="100.01"),
        "Only 100.00 USD can be given back, not 100.01 USD.",
    ),
    (
        an_account().when(add(amount="40.00")).after,
        add(amount="41.00"),
        "Payment p exists already with other content. Use a new id.",
    ),
    (sold(), capture("s"), "Payment s is a Sale, no Authorization."),
    (FAILED, capture("f"), "Payment f is failed, not processed."),
    (FAILED, refund("f"), "Payment f is failed, not processed."),
    (
        authorized(),
        capture(amount="100.01"),
        "Only 100.00 USD can be captured, not 100.01 USD.",
    ),
    (
        authorized().when(capture()).after,
        capture(amount="0.01"),
        "Nothing of payment a is left to capture.",
    ),
    (
        authorized().when(capture()).after,
        void(),
        "100.00 USD of it are captured and nothing is left to void. Refund instead.",
    ),
    (
        an_account("60.00", taken("s", "Sale", "60.00"), taken("a", "Authorization", "9.00")),
        capture(),
        "All that the order costs has been taken. To capture more, give an amount.",
    ),
    (
        an_account("9.00", taken("a", "Authorization", "9.00"), taken("v", "Void", "9.00")),
        void(),
        "Nothing of payment a is left to void.",
    ),
    (authorized(), refund("a"), "Payment a holds no captured money to give back."),
    (
        sold(),
        refund(amount="100.01"),
        "Only 100.00 USD can be refunded, not 100.01 USD.",
    ),
    (
        an_account().when(DELETED).after,
        add(),
        "Order PO1000001 was deleted on 2026-11-22 at 20:00 UTC by csr:17.",
    ),
]


@pytest.mark.parametrize(("given", "command", "words"), SAYINGS)
def test_a_refusal_says_what_stands_in_the_way(given, command, words):
    outcome = given.when(command)
    assert outcome.reason is not None
    assert outcome.reason.message == words


def test_a_market_that_is_gone_is_said_to_take_nothing():
    others = {name: market for name, market in SITE.markets.items() if name != "US"}
    refused = an_account().when(add(), site=SITE.model_copy(update={"markets": others}))
    assert refused.reason.message == "US takes no payments, not telephone."
