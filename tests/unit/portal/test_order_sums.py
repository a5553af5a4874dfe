"""The sums of an invoice and the rows of a credit note."""

from datetime import timedelta
from decimal import Decimal

import pytest

from services.portal.queries.models.details import OrderDetails, Payment, Refund
from services.portal.web.order.ledger import ledger_of
from services.portal.web.order.sums import refunds_of, sums_of
from tests.unit.portal.builders import NOW, placed, shipment
from tests.unit.portal.test_orders import Stream, details


def order(**more: object) -> OrderDetails:
    found: OrderDetails = details(Stream().tell(placed(**more)))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("rate", "known"), [("0.09", Decimal("0.09")), ("0.10", None), ("0", None)]
)
def test_tax_names_its_rate_only_where_every_line_has_it(rate: str, known: Decimal | None) -> None:
    sums = sums_of(order(), Decimal(rate))  # 1.80 on 20.00
    assert (sums.tax, sums.tax_rate) == (Decimal("1.80"), known)


def test_tax_of_an_unknown_market_has_no_rate() -> None:
    assert sums_of(order(), None).tax_rate is None


def test_shipping_is_apart_from_its_tax() -> None:
    taxed = shipment(shipping_tax=Decimal("0.44"))
    sums = sums_of(order(shipments=(taxed,), total=Decimal("27.14")), None)
    assert (sums.shipping, sums.shipping_tax) == (Decimal("4.90"), Decimal("0.44"))
    assert sums.goods + sums.tax + sums.shipping + sums.shipping_tax == Decimal("27.14")


def payment(refunded: str | None, *refunds: Refund) -> Payment:
    return Payment(
        payment_id="p-1",
        method="cash",
        transaction_type="Sale",
        amount="20.00",
        status="Refunded",
        recorded_at=NOW,
        refunded=refunded,
        refunds=list(refunds),
    )


def test_refunds_come_by_their_time() -> None:
    late = Refund(amount="2.00", at=NOW + timedelta(days=1))
    early = Refund(amount="1.00", at=NOW)
    paid = order().model_copy(
        update={"payments": [payment("2.00", late), payment("1.00", early), payment(None)]}
    )
    assert [(row.amount, row.at) for row in refunds_of(paid)] == [
        (Decimal("1.00"), early.at),
        (Decimal("2.00"), late.at),
    ]


def test_refund_of_an_earlier_version_has_no_time() -> None:
    late = Refund(amount="2.00", at=NOW)
    paid = order().model_copy(update={"payments": [payment("5.00", late)]})
    assert [(row.amount, row.at) for row in refunds_of(paid)] == [
        (Decimal("3.00"), None),
        (Decimal("2.00"), NOW),
    ]


def test_shipping_that_is_given_back_is_a_row_of_its_own() -> None:
    given = order().model_copy(update={"returned": "12.00", "shipping_returned": "4.90"})
    ledger = ledger_of(given)
    assert (ledger.returned, ledger.shipping_returned) == (Decimal("7.10"), Decimal("4.90"))
    assert ledger_of(order()).shipping_returned == 0
