"""The explanation of every action on a cart agrees with the decision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.carts import Explain
from shared.contracts.topics import CART_COMMANDS
from shared.runtime.decider import Rejected
from tests.examples import examples
from tests.unit.cart.cart.builders import (
    CART,
    CONVERT,
    DELETE,
    EMPTY,
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
from tests.unit.explained import agrees, covers
from tests.unit.given import SITE

QUESTION = Explain(cart_id=CART)
COUPONS = {"MOST": coupon("50"), "LITTLE": coupon("1")}
SITES = [with_coupons(site, **COUPONS) for site in (
    SITE, site_without("US"), site_with("US", currency="EUR"), site_with("US", shipping_methods={})
)]  # fmt: skip

edits = st.one_of(
    st.builds(set_shipment, st.sampled_from("12")),
    st.builds(add_line, st.sampled_from("ab"), shipment_id=st.sampled_from("12")),
    st.builds(remove_line, st.sampled_from("ab"), shipment_id=st.sampled_from("12")),
    st.builds(discount, st.just("0.02"), st.sampled_from(["a", None])),
    st.sampled_from([apply("MOST"), remove_coupon("MOST")]),
    st.just(CONVERT),
)


def command(action, subject):
    """The command that an action stands for, with arguments that are sound."""
    shipment_id, _, line_id = subject.partition("/")
    return {
        "cart.create-draft": create(),
        "cart.set-shipment": set_shipment(),
        "cart.add-line": add_line("new"),
        "cart.change-line": change_line(line_id or "none", 7, shipment_id=shipment_id),
        "cart.remove-line": remove_line(line_id or "none", shipment_id=shipment_id),
        "cart.apply-coupon": apply("LITTLE"),
        "cart.remove-coupon": remove_coupon("MOST"),
        "cart.set-discount": discount("0.03", line_id or None, shipment_id),
        "cart.convert": CONVERT,
        "cart.delete": DELETE,
    }[action]


EMPTY_OF = ("no-lines", "no-coupons")


@examples(150)
@given(st.lists(edits, max_size=10), st.sampled_from(SITES))
def test_the_explanation_agrees_with_the_decision(commands, site):
    stream = EMPTY.when(create()).after
    for each in commands:
        stream = stream.when(each, site=SITES[0]).after
    actions = stream.answer(QUESTION, site)
    covers(stream.decider, actions, CART_COMMANDS)
    for (action, subject), explained in actions.items():
        outcome = stream.when(command(action, subject), site=site)
        if subject == CART and explained.blockers and explained.blockers[0].code in EMPTY_OF:
            # The explanation names no line or coupon; or it was removed before, which is accepted.
            assert outcome.reason is not None or not outcome.events
        elif action == "cart.set-shipment" and explained.allowed:
            assert outcome.reason is None  # the shipment may be set like this already
        else:
            agrees(explained, outcome, words=action != "cart.set-shipment")


def test_an_open_cart_may_change_and_convert_once_it_is_complete():
    actions = ready().when(apply("SPRING10")).after.answer(QUESTION)
    assert ("cart.remove-coupon", "SPRING10") in actions
    assert {explained.allowed for explained in actions.values()} == {True}
    assert ("cart.change-line", "1/1") in actions
    actions = EMPTY.when(create()).after.answer(QUESTION)
    refused = {
        action: explained.blockers[0].code
        for (action, _), explained in actions.items()
        if explained.blockers
    }
    assert refused == dict.fromkeys(
        [
            *("cart.convert", "cart.change-line", "cart.remove-line"),
            *("cart.apply-coupon", "cart.set-discount"),
        ],
        "no-lines",
    ) | {"cart.remove-coupon": "no-coupons"}


def test_a_market_without_shipping_methods_is_explained():
    site = site_with("US", shipping_methods={})
    explained = ready().answer(QUESTION, site)["cart.set-shipment", CART]
    assert [blocker.message for blocker in explained.blockers] == ["US offers no methods for this."]


def test_explaining_an_unknown_cart_is_rejected():
    with pytest.raises(Rejected, match="There is no cart c-1"):
        EMPTY.answer(QUESTION)
