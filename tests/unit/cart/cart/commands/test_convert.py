"""Conversion of a cart to a purchase order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import orders
from shared.contracts.address import Customer
from shared.contracts.carts import (
    CheckedOut,
    ConvertRefused,
    Explain,
    OrderPlaced,
    SettleConvert,
)
from shared.contracts.checkout import CartConverted
from shared.contracts.money import decimals
from shared.contracts.replies import Blocker, Reason
from shared.runtime.decider import DeferredOutcome
from tests.examples import examples
from tests.unit.cart.cart.builders import (
    ADDRESS,
    CART,
    CONVERT,
    ELSEWHERE,
    a_cart,
    add_line,
    change_line,
    ready,
    remove_line,
    set_shipment,
    site_with,
    site_without,
)
from tests.unit.given import NOW, SITE

MERCY = Customer(customer_id="cu-7", name="Mercy Taylor")


def test_the_order_service_receives_the_whole_cart():
    cart = a_cart(
        set_shipment("1"),
        add_line("1", "39.50", 2),
        set_shipment("2", "express", ELSEWHERE),
        add_line("1", "10.00", shipment_id="2", preorder=True),
        customer=MERCY,
    )
    outcome = cart.when(CONVERT)
    (published,) = outcome.outgoing
    assert isinstance(published, CartConverted)
    published.check()
    assert (published.cart_id, published.market, published.currency) == (CART, "US", "USD")
    assert (published.customer, published.converted_at) == (MERCY, NOW)
    assert (published.payments, published.coupons, published.order_discount) == ((), (), None)
    first, second = published.shipments
    assert (first.shipment_id, first.shipping_method) == ("1", "standard")
    assert (first.shipping_cost, first.address) == (Decimal("4.90"), ADDRESS)
    assert (second.shipment_id, second.shipping_method) == ("2", "express")
    assert (second.shipping_cost, second.address) == (Decimal("14.90"), ELSEWHERE)
    (line,) = first.lines
    assert (line.line_id, line.sku, line.name, line.quantity) == ("1", "SKU-1", "Dress", 2)
    assert (line.placed_price, line.tax, line.discount) == (Decimal("39.50"), Decimal("7.11"), None)
    assert [line.preorder for s in published.shipments for line in s.lines] == [False, True]
    total = Decimal("79.00") + Decimal("7.11") + Decimal("4.90")
    total += Decimal("10.00") + Decimal("0.90") + Decimal("14.90")
    outcome.says(CheckedOut(cart_id=CART, total=total, lines=2, cart=published))
    assert outcome.status == "CheckedOut"


def test_only_the_checkout_is_published_to_the_order_service():
    stream = ready()
    assert stream.past
    for event in stream.past:
        assert list(stream.decider.outgoing(event)) == []


def test_a_shipment_without_lines_is_left_out():
    (published,) = a_cart(set_shipment("1"), set_shipment("2"), add_line()).when(CONVERT).outgoing
    assert [s.shipment_id for s in published.shipments] == ["1"]


@pytest.mark.shows("4.22")
@pytest.mark.parametrize(
    "cart", [a_cart(), a_cart(set_shipment()), a_cart(add_line()).when(remove_line()).after]
)
def test_an_order_needs_a_line(cart):
    cart.when(CONVERT).rejected("no-lines", "no-lines")


def test_every_shipment_with_lines_needs_an_address_and_a_method():
    lines = [add_line(shipment_id=n) for n in ("1", "2", "3")]
    refused = a_cart(*lines, set_shipment("2")).when(CONVERT)
    refused.rejected("shipment-not-set", "shipment-not-set", "shipment-not-set")
    assert "Shipment 1" in refused.reason.message
    assert "Shipment 3" in refused.reason.message


def test_an_order_needs_a_market():
    ready().when(CONVERT, site=site_without("US")).rejected("unknown-market", "unknown-market")
    a_cart(add_line()).when(CONVERT, site=site_without("US")).rejected(
        "unknown-market", "unknown-market", "shipment-not-set"
    )


def test_a_total_that_has_become_too_large_is_rejected():
    most = "9" * 15 + ".00"
    cart = a_cart(set_shipment(), market="UK").when(add_line("1", most)).after
    assert cart.when(CONVERT).events
    dearer = site_with("UK", tax_rate=Decimal("0.5"))
    cart.when(CONVERT, site=dearer).rejected("too-much", "too-much")


# Properties

MARKETS = {"US": "USD", "JP": "JPY", "SE": "SEK"}
lines = st.dictionaries(
    st.tuples(st.sampled_from("12"), st.sampled_from("abcd")),
    st.tuples(st.integers(1, 10**9), st.integers(1, 1000)),
    min_size=1,
    max_size=6,
)


def price_in(market, n):
    return f"{Decimal(n).scaleb(-decimals(MARKETS[market])):f}"


@examples(100)
@given(st.sampled_from([*MARKETS]), lines, st.randoms(use_true_random=False))
def test_the_sequence_of_edits_does_not_matter_to_the_total(market, lines, random):
    one = price_in(market, 1)
    plain = [set_shipment("1"), set_shipment("2")]
    plain += [
        add_line(line_id, price_in(market, price), quantity, shipment_id)
        for (shipment_id, line_id), (price, quantity) in lines.items()
    ]
    roundabout = [add_line("gone", one, 7, "1"), set_shipment("2", "express"), set_shipment("1")]
    for (shipment_id, line_id), (price, quantity) in random.sample([*lines.items()], len(lines)):
        roundabout.append(add_line(line_id, one, 1, shipment_id))
        roundabout.append(change_line(line_id, quantity, None, shipment_id))
        roundabout.append(change_line(line_id, None, price_in(market, price), shipment_id))
    roundabout += [remove_line("gone", "1"), set_shipment("2")]
    (straight,), (around,) = (
        a_cart(*commands, market=market).when(CONVERT).events for commands in (plain, roundabout)
    )
    assert straight.total == around.total
    assert straight.lines == around.lines == len(lines)


@examples(100)
@given(st.sampled_from([*MARKETS]), lines)
def test_the_published_cart_is_valid_and_adds_up(market, lines):
    commands = [set_shipment("1"), set_shipment("2")]
    for (shipment_id, line_id), (price, quantity) in lines.items():
        commands.append(add_line(line_id, price_in(market, price), quantity, shipment_id))
    outcome = a_cart(*commands, market=market).when(CONVERT)
    (checked_out,) = outcome.events
    (published,) = outcome.outgoing
    read = CartConverted.model_validate_json(published.model_dump_json())
    read.check()
    assert read == published
    shipments = {shipment_id for shipment_id, _ in lines}
    price_of_method = SITE.markets[market].shipping_methods["standard"].price
    owed = len(shipments) * price_of_method
    for shipment in read.shipments:
        for line in shipment.lines:
            owed += line.quantity * line.placed_price + line.tax
            exact_tax = line.quantity * line.placed_price * SITE.markets[market].tax_rate
            half = Decimal(price_in(market, 1)) / 2
            assert -half < line.tax - exact_tax <= half
    assert checked_out.total == owed


# The answer of the order service


PLACED = SettleConvert(cart_id=CART, order_number="PO1000001", refusal=None)
ID_REUSED = Reason.of(Blocker(code="id-reused", message="It belongs to order PO1000001."))
REFUSED = SettleConvert(cart_id=CART, order_number=None, refusal=ID_REUSED)


def test_the_outcome_is_settled_when_the_order_is_placed():
    converting = ready().when(CONVERT, cause="m").deferred()
    outcome = converting.when(PLACED).then(OrderPlaced(cart_id=CART, order_number="PO1000001"))
    outcome.settles(DeferredOutcome("m"))
    outcome.when(PLACED).then().settles()


def test_a_draft_whose_conversion_is_refused_is_open_again():
    converting = ready().when(CONVERT, cause="m")
    outcome = converting.when(REFUSED).then(ConvertRefused(cart_id=CART, reason=ID_REUSED))
    outcome.settles(DeferredOutcome("m", ID_REUSED))
    assert outcome.status == "Open"
    assert outcome.after.state.shipments == ready().state.shipments
    assert outcome.when(change_line(quantity=3)).events, "it may change"
    outcome.when(CONVERT).rejected("id-reused", "id-reused")
    assert not outcome.after.answer(Explain(cart_id=CART))["cart.convert", CART].allowed


def test_a_second_conversion_is_rejected_while_one_is_pending():
    converting = ready().when(CONVERT, cause="m").after
    converting.when(CONVERT).rejected("convert-pending", "convert-pending")
    explained = converting.answer(Explain(cart_id=CART))["cart.convert", CART]
    assert [blocker.code for blocker in explained.blockers] == ["convert-pending"]


def test_a_pending_conversion_is_settled_when_the_order_is_deleted():
    gone = orders.Deleted(order_id=CART, order_number="PO1000001", by="csr:17", at=NOW)
    outcome = ready().when(CONVERT, cause="m").when(gone)
    (settled,) = outcome.decision.outcomes
    assert (settled.cause, settled.refusal.code) == ("m", "deleted")
    assert outcome.status == "Deleted"


def test_a_cart_converted_by_version_0_1_has_nothing_pending():
    (event,) = ready().when(CONVERT).events
    before = ready().events(event.model_copy(update={"request": None}))
    before.when(CONVERT).then()
    before.when(PLACED).then().settles()
