"""Properties of prices: no negative amounts, totals add up, the sequence doesn't matter."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.order.decider import decider as order_decider
from shared.contracts.money import decimals, zero
from shared.contracts.totals import tax_on
from tests.examples import examples
from tests.unit.cart.cart.builders import (
    CONVERT,
    a_cart,
    add_line,
    apply,
    change_line,
    coupon,
    discount,
    remove_coupon,
    remove_line,
    set_shipment,
    with_coupons,
)
from tests.unit.given import SITE, Given

KUWAIT = SITE.markets["US"].model_copy(
    update={
        "currency": "KWD",
        "tax_rate": Decimal("0.0525"),
        "shipping_methods": {
            name: method.model_copy(update={"price": Decimal(price)})
            for (name, method), price in zip(
                SITE.markets["US"].shipping_methods.items(), ("1.455", "4.450"), strict=True
            )
        },
    }
)
WORLD = SITE.model_copy(update={"markets": {**SITE.markets, "KW": KUWAIT}})
CURRENCIES = {"US": "USD", "JP": "JPY", "KW": "KWD"}
CODES = "ABCDE"

cents = st.integers(0, 10**6)
lines = st.dictionaries(
    st.tuples(st.sampled_from("12"), st.sampled_from("abc")),
    st.tuples(cents, st.integers(1, 40), st.sampled_from(["HAT", "SOCK"])),
    min_size=1,
    max_size=6,
)


def money(currency, units):
    return f"{Decimal(units).scaleb(-decimals(currency)):f}"


@st.composite
def coupons(draw, currency):
    scope = draw(st.sampled_from(["line", "order", "shipping"]))
    more = {"skus": ("HAT",)} if scope == "line" and draw(st.booleans()) else {}
    if draw(st.booleans()):
        more["minimum"] = {currency: money(currency, draw(cents))}
    if draw(st.booleans()):
        return coupon(str(Decimal(draw(st.integers(1, 10**6))).scaleb(-4)), scope, **more)
    return coupon({currency: money(currency, draw(cents))}, scope, **more)


@st.composite
def worlds(draw):
    """A market, a site with coupons, lines, and manual discounts."""
    market = draw(st.sampled_from([*CURRENCIES]))
    currency = CURRENCIES[market]
    some = draw(st.dictionaries(st.sampled_from(CODES), coupons(currency), max_size=4))
    site = with_coupons(WORLD, **some)
    filled = draw(lines)
    by_hand = draw(st.dictionaries(st.sampled_from([*filled, None]), cents, max_size=3))
    return market, site, filled, by_hand


def filling(market, filled):
    currency = CURRENCIES[market]
    commands = [set_shipment("1"), set_shipment("2", "express")]
    for (shipment_id, line_id), (price, quantity, sku) in filled.items():
        commands.append(add_line(line_id, money(currency, price), quantity, shipment_id, sku=sku))
    return commands


def discounting(market, by_hand):
    for key, amount in by_hand.items():
        shipment_id, line_id = key or (None, None)
        yield discount(money(CURRENCIES[market], amount), line_id, shipment_id)


def accepted(cart, commands, site):
    """Sends `commands`; returns the cart, and the commands that were accepted."""
    allowed = []
    for command in commands:
        outcome = cart.when(command, site=site)
        assert outcome.wrong is None
        if outcome.reason is None:
            allowed.append(command)
            cart = outcome.after
    return cart, allowed


def discounted(world):
    """A cart with every coupon and manual discount of `world` that is accepted."""
    market, site, filled, by_hand = world
    cart = a_cart(*filling(market, filled), market=market, site=site)
    commands = [*map(apply, site.coupons), *discounting(market, by_hand)]
    return accepted(cart, commands, site)


@examples(100)
@given(worlds())
def test_no_amount_is_negative_and_the_totals_add_up(world):
    market, site, filled, _ = world
    currency = CURRENCIES[market]
    cart, _ = discounted(world)
    priced = {}
    for event in cart.past:
        totals = event.totals
        amounts = totals.model_dump(exclude={"coupons", "changed"}).values()
        assert all(amount >= 0 and amount.same_quantum(zero(currency)) for amount in amounts)
        assert all(effect.takes_off >= 0 for effect in totals.coupons)
        goods = totals.lines - totals.line_discounts
        assert totals.order_discount <= goods
        assert totals.total == goods + totals.tax + totals.shipping - totals.order_discount
        priced |= {(line.shipment_id, line.line_id): line for line in totals.changed}
    assert priced.keys() == filled.keys()
    rate = site.markets[market].tax_rate
    for key, (price, quantity, _) in filled.items():
        left = Decimal(money(currency, price)) * quantity - priced[key].discount
        assert left >= 0
        assert priced[key].tax == tax_on(left, rate, currency)
    assert sum(line.discount for line in priced.values()) == totals.line_discounts
    assert sum(line.tax for line in priced.values()) == totals.tax


@examples(100)
@given(worlds())
def test_the_discounts_equal_the_coupons_and_the_manual_discounts(world):
    _, _, _, by_hand = world
    cart, allowed = discounted(world)
    totals = cart.past[-1].totals
    off = totals.line_discounts + totals.order_discount + totals.shipping_discount
    by_coupons = sum(effect.takes_off for effect in totals.coupons)
    at_most = sum(command.amount for command in allowed if command.type.endswith("discount.v1"))
    assert by_coupons <= off <= by_coupons + at_most
    assert by_hand or off == by_coupons


@examples(100)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_sequence_of_coupons_and_edits_does_not_matter(world, random):
    market, site, filled, _ = world
    straight, allowed = discounted(world)
    one = money(CURRENCIES[market], 1)
    used = [command for command in allowed if command.type == "waybill.cart.apply-coupon.v1"]
    by_hand = [command for command in allowed if command not in used]
    shuffled = random.sample(used, len(used))
    steps = filling(market, filled)
    around = a_cart(*random.sample(steps, len(steps)), market=market, site=site)
    around = around.when(add_line("gone", one, 3, "2", sku="HAT"), site=site).after
    for command in shuffled:
        around = around.when(command, site=site).after
        if random.random() < 0.5:
            around = around.when(remove_coupon(command.code), site=site).after
            around = around.when(command, site=site).after
    for (shipment_id, line_id), (price, quantity, _) in random.sample(
        [*filled.items()], len(filled)
    ):
        for edit in (
            change_line(line_id, 1000, one, shipment_id),
            change_line(line_id, quantity, money(CURRENCIES[market], price), shipment_id),
        ):
            around = around.when(edit, site=site).after
    around = around.when(remove_line("gone", "2"), site=site).after
    for command in by_hand:
        around = around.when(command, site=site).after
    plain, other = (cart.past[-1].totals for cart in (straight, around))
    assert sorted(around.state.coupons) == sorted(straight.state.coupons)
    assert plain.model_copy(update={"changed": ()}) == other.model_copy(update={"changed": ()})
    assert straight.state.line_amounts == around.state.line_amounts


@examples(100)
@given(worlds())
def test_the_order_costs_what_the_cart_did(world):
    _, site, _, _ = world
    cart, _ = discounted(world)
    outcome = cart.when(CONVERT, site=site)
    (checked_out,), (published,) = outcome.events, outcome.outgoing
    published = type(published).model_validate_json(published.model_dump_json())
    published.check()
    (placed,) = Given(order_decider).when(published, site=site).events
    assert placed.total == checked_out.total == checked_out.totals.total
    assert placed.total == cart.past[-1].totals.total
    counting = [c.code for c in checked_out.totals.coupons if c.why_not is None]
    assert list(placed.coupons) == counting
