"""What an order needs of somebody, in its row of the list."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.portal.projections.orders import ORDERS
from shared.contracts import orders
from tests.unit.portal.builders import (
    HELD,
    HOLD_REQUESTED,
    NOW,
    Stream,
    opened,
    placed,
    recorded,
)
from tests.unit.portal.test_shipment_labels import projected

FAILED = recorded().model_copy(
    update={"status": "Failed", "paid": Decimal("0.00"), "outstanding": Decimal("26.70")}
)
REASON = "ask first"
CANCELED = orders.Canceled(order_id="c-1", order_number="PO1000001", market="US", reason=REASON)


def needs(*told: Stream) -> dict[str, Any]:
    """The needs of an order with since when, as its row has them."""
    row = projected(ORDERS, *(fact for stream in told for fact in stream.facts))["row"]
    assert sorted(row.get("needs", [])) == sorted(row.get("needs_since", {}))
    return dict(row.get("needs_since", {}))


def test_unpaid_order_is_owed_since_it_was_created() -> None:
    assert needs(Stream().tell(placed()), Stream().tell(opened())) == {"owed": NOW}


def test_paid_order_needs_nothing() -> None:
    assert needs(Stream().tell(placed()), Stream().tell(opened(), recorded())) == {}


def test_canceled_order_needs_nothing() -> None:
    assert needs(Stream().tell(placed(), CANCELED), Stream().tell(opened())) == {}


def test_failed_payment_of_an_unpaid_order_is_counted() -> None:
    found = needs(Stream().tell(placed()), Stream().tell(opened(), FAILED))
    assert found == {"owed": NOW, "failed": NOW}


def test_request_is_pending_until_it_is_answered() -> None:
    paid = Stream().tell(opened(), recorded())
    asked = needs(Stream().tell(placed(), HOLD_REQUESTED), paid)
    assert asked == {"pending": NOW + timedelta(seconds=2)}
    assert needs(Stream().tell(placed(), HOLD_REQUESTED, HELD), paid) == {}
