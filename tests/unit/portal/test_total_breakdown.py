"""The breakdown on an order's page adds up to its total exactly."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.portal.web.order.breakdown import breakdown_of, line_total
from shared.contracts.totals import total
from tests.unit.portal.builders import placed
from tests.unit.portal.test_orders import Stream, details

CENTS = st.integers(0, 9999).map(lambda n: Decimal(n).scaleb(-2))


@given(st.lists(st.tuples(st.integers(1, 50), CENTS, CENTS, CENTS), min_size=1, max_size=5), CENTS)
def test_the_sums_of_an_order_add_up_to_its_total(
    amounts: list[tuple[int, Decimal, Decimal, Decimal]], off: Decimal
) -> None:
    base = placed()
    first = base.shipments[0]
    lines = tuple(
        first.lines[0].model_copy(
            update={
                "line_id": str(n),
                "quantity": quantity,
                "placed_price": price,
                "discount": min(discount, quantity * price),
                "tax": tax,
            }
        )
        for n, (quantity, price, discount, tax) in enumerate(amounts)
    )
    shipments = (first.model_copy(update={"lines": lines}),)
    owed = total(shipments, off, "USD")
    event = base.model_copy(update={"shipments": shipments, "order_discount": off, "total": owed})
    order = details(Stream().tell(event))
    sums = breakdown_of(order)
    assert sums.total == Decimal(order.total) == owed
    of_lines = sum((line_total(line) for line in order.shipments[0].lines), Decimal(0))
    assert of_lines == sums.goods - sums.line_discounts + sums.tax
