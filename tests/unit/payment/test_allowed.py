"""What a refusal says: the words are all that a person at a desk gets to see of a rule."""

import pytest

from services.payment.decider import decider
from tests.unit.given import SITE, Given
from tests.unit.payment.builders import (
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
from tests.unit.payment.reactions.test_order_deleted import DELETED

FAILED = an_account("100.00", taken("f", "Authorization", "100.00", "Failed"))

SAYINGS = [
    (Given(decider), add(), f"There is no order {ORDER}."),
    (an_account(), capture("x"), "The order has no payment x."),
    (an_account(), add(amount="0.00"), "The amount is zero."),
    (sold(), add(amount="1.00"), "The order is paid in full."),
    (
        an_account(),
        add(method="shells"),
        "US does not offer shells.",
    ),
    (an_account().when(order_canceled()).after, add(), "The order is canceled."),
    (
        an_account(),
        add(type_="Void", amount="1.00"),
        "A payment can't be added as a void.",
    ),
    (
        an_account(),
        add(type_="Credit", amount="1.00"),
        "No captured money is left to refund.",
    ),
    (
        sold(),
        add(type_="Credit"),
        "Nothing is overpaid.",
    ),
    (
        sold(),
        add(type_="Credit", amount="100.01"),
        "100.01 USD is more than the 100.00 USD that can be given back.",
    ),
    (
        an_account().when(add(amount="40.00")).after,
        add(amount="41.00"),
        "Payment p exists already with other content.",
    ),
    (
        sold(),
        capture("s"),
        "Payment s is of type sale, and only an authorization can be captured or voided.",
    ),
    (FAILED, capture("f"), "Payment f is failed, not processed."),
    (FAILED, refund("f"), "Payment f is failed, not processed."),
    (
        authorized(),
        capture(amount="100.01"),
        "100.01 USD is more than the 100.00 USD that can be captured.",
    ),
    (
        authorized().when(capture()).after,
        capture(amount="0.01"),
        "Nothing of payment a is left to capture.",
    ),
    (
        authorized().when(capture()).after,
        void(),
        "100.00 USD of payment a have been captured, and nothing is left to void.",
    ),
    (
        an_account("60.00", taken("s", "Sale", "60.00"), taken("a", "Authorization", "9.00")),
        capture(),
        "The order's total has been captured.",
    ),
    (
        an_account("9.00", taken("a", "Authorization", "9.00"), taken("v", "Void", "9.00")),
        void(),
        "Nothing of payment a is left to void.",
    ),
    (authorized(), refund("a"), "Payment a holds no captured money."),
    (
        sold(),
        refund(amount="100.01"),
        "100.01 USD is more than the 100.00 USD that can be refunded.",
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
    assert refused.reason.message == "US offers no methods for this."
