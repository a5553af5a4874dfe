"""The one formula for what an order costs."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Malformed
from shared.contracts.address import Address
from shared.contracts.money import decimals
from shared.contracts.orders import Line, Shipment
from shared.contracts.totals import TOO_MUCH, tax_on, total, writable

CURRENCIES = ["JPY", "USD", "KWD"]
ADDRESS = Address(name="M", line1="1 Pike Pl", city="Seattle", country="US")


def amounts(currency, most=10**9):
    return st.integers(0, most).map(lambda n: Decimal(n).scaleb(-decimals(currency)))


def lines(currency):
    return st.builds(
        Line,
        line_id=st.just("1"),
        sku=st.just("SKU"),
        name=st.just("Dress"),
        quantity=st.integers(1, 1_000_000),
        placed_price=amounts(currency, most=10**7),  # or the sum can't be written
        discount=amounts(currency),
        tax=amounts(currency),
    )


def shipments(currency):
    return st.builds(
        Shipment,
        shipment_id=st.just("1"),
        shipping_method=st.just("standard"),
        shipping_cost=amounts(currency),
        shipping_tax=amounts(currency),
        address=st.just(ADDRESS),
        lines=st.lists(lines(currency), min_size=1, max_size=4).map(tuple),
    )


orders = st.sampled_from(CURRENCIES).flatmap(
    lambda currency: st.tuples(
        st.just(currency),
        st.lists(shipments(currency), min_size=1, max_size=3),
        amounts(currency, most=10**15),
    )
)


@given(orders)
def test_the_total_is_the_formula_in_exact_arithmetic(order):
    currency, shipped, discount = order
    owed = -Fraction(discount)
    for shipment in shipped:
        owed += Fraction(shipment.shipping_cost) + Fraction(shipment.shipping_tax)
        for line in shipment.lines:
            owed += line.quantity * Fraction(line.placed_price)
            owed += Fraction(line.tax) - Fraction(line.discount)
    assert Fraction(total(shipped, discount, currency)) == max(owed, 0)


@given(orders)
def test_the_total_is_never_negative_and_has_the_currencys_decimals(order):
    currency, shipped, discount = order
    owed = total(shipped, discount, currency)
    assert owed >= 0
    assert -owed.as_tuple().exponent == decimals(currency)


@given(orders, st.randoms(use_true_random=False))
def test_the_order_of_shipments_and_lines_does_not_matter(order, random):
    currency, shipped, discount = order
    shuffled = [
        s.model_copy(update={"lines": tuple(random.sample(s.lines, len(s.lines)))})
        for s in random.sample(shipped, len(shipped))
    ]
    assert total(shuffled, discount, currency) == total(shipped, discount, currency)


@pytest.mark.parametrize(("currency", "nothing"), [("JPY", "0"), ("USD", "0.00"), ("KWD", "0.000")])
def test_nothing_is_written_in_the_currencys_decimals(currency, nothing):
    assert str(total([], None, currency)) == nothing
    assert str(total([], Decimal(nothing) + 5, currency)) == nothing


def test_what_has_too_many_digits_is_refused():
    assert writable(TOO_MUCH - 1, "amount") == TOO_MUCH - 1
    with pytest.raises(Malformed) as wrong:
        writable(TOO_MUCH, "amount")
    assert wrong.value.field == "amount"
    with pytest.raises(Malformed):
        writable(-TOO_MUCH, "amount")


@pytest.mark.parametrize(
    ("currency", "value", "rate", "tax"),
    [
        ("USD", "10.05", "0.1", "1.01"),
        ("JPY", "1005", "0.1", "101"),
        ("KWD", "0.045", "0.1", "0.005"),
    ],
)
def test_tax_is_rounded_half_up_to_the_currencys_decimals(currency, value, rate, tax):
    assert str(tax_on(Decimal(value), Decimal(rate), currency)) == tax
