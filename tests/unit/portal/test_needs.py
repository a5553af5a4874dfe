"""What an order needs of somebody, in its row of the list."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from services.portal.projections.orders import ORDERS
from shared.contracts import orders, payments
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


END = NOW + timedelta(days=7)
HELD_MONEY = recorded(amount="26.70").model_copy(
    update={"transaction_type": "Authorization", "expires_at": END}
)


def moved(event: Any, amount: str, left: str = "0.00", **more: Any) -> Any:
    """A movement of the payment; `left` is what the order owes then."""
    return event.model_validate(
        {
            "order_id": "c-1", "payment_id": "p-1", "currency": "USD", "amount": amount,
            "paid": f"{Decimal('26.70') - Decimal(left)}", "outstanding": left, **more,
        }
    )  # fmt: skip


def row_of(*told: Any, order: Stream | None = None) -> dict[str, Any]:
    streams = (order or Stream().tell(placed()), Stream().tell(opened(), *told))
    return dict(projected(ORDERS, *(fact for stream in streams for fact in stream.facts))["row"])


def test_row_says_when_an_authorization_expires_while_something_is_left_of_it() -> None:
    captured = payments.Captured
    assert row_of(HELD_MONEY)["expires_at"] == END
    assert row_of(HELD_MONEY, moved(captured, "20.00"))["expires_at"] == END
    for gone in (moved(captured, "26.70"), moved(payments.Voided, "26.70", "26.70")):
        assert "expires_at" not in row_of(HELD_MONEY, gone)
    assert "expires_at" not in row_of(HELD_MONEY, order=Stream().tell(placed(), CANCELED))
    assert "expires_at" not in row_of(recorded())


EXPIRED = moved(payments.AuthorizationExpired, "26.70", "26.70", expires_at=END)


def test_expired_authorization_of_an_unpaid_order_counts_as_failed_since_it_expired() -> None:
    row = row_of(HELD_MONEY, EXPIRED)
    assert row["needs_since"] == {"owed": NOW, "failed": END}
    assert "expires_at" not in row
    assert row["outstanding"] == "26.70"


def test_renewed_authorization_needs_nobody() -> None:
    later = END + timedelta(days=7)
    new = HELD_MONEY.model_copy(update={"payment_id": "p-2", "renews": "p-1", "expires_at": later})
    gone = EXPIRED.model_copy(update={"renewed_by": "p-2"})
    row = row_of(HELD_MONEY, gone, new)
    assert "needs" not in row
    assert row["expires_at"] == later


def test_request_is_pending_until_it_is_answered() -> None:
    paid = Stream().tell(opened(), recorded())
    asked = needs(Stream().tell(placed(), HOLD_REQUESTED), paid)
    assert asked == {"pending": NOW + timedelta(seconds=2)}
    assert needs(Stream().tell(placed(), HOLD_REQUESTED, HELD), paid) == {}
