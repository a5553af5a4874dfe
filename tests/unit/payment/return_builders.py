"""Facts about returns and exchanges, with only what a specification is about spelled out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from shared.contracts import Message, orders, payments, returns
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason
from tests.unit.given import Outcome
from tests.unit.payment.builders import ORDER, PLAIN

RETURN = "r-1"
NUMBERS = {"order_id": ORDER, "order_number": "PO1000001"}


def completion(
    worth: str = "30.00",
    refund: str | None = None,
    *,
    return_id: str = RETURN,
    request: str = "csr#1",
    method: str | None = None,
    transferred: str = "0.00",
    currency: str = "USD",
) -> returns.ReturnCompletionRequested:
    """The return is worth `worth`; what wasn't transferred is refunded."""
    nothing, total = Decimal("0.00"), Decimal(worth)
    left = max(nothing, total - Decimal(transferred))
    return returns.ReturnCompletionRequested(
        **NUMBERS,
        return_id=return_id,
        request=request,
        currency=currency,
        worth=returns.Worth(
            goods=total, tax=nothing, shipping=nothing, fee=nothing, adjustment=nothing, total=total
        ),
        transferred=Decimal(transferred),
        refund=left if refund is None else Decimal(refund),
        decisions=(),
        method=method,
        reference=None,
        note=None,
    )


def shipping_refund(
    amount: str, refund_id: str = "f-1", method: str | None = None
) -> orders.ShippingRefundRequested:
    """A shipping cost is refunded without a return."""
    return orders.ShippingRefundRequested(
        **NUMBERS,
        refund_id=refund_id,
        shipment_id="1",
        request=f"csr#{refund_id}",
        currency="USD",
        amount=Decimal(amount),
        reason=None,
        method=method,
        reference=None,
    )


def exchange(transferred: str, return_id: str = RETURN) -> returns.ExchangeRequested:
    return returns.ExchangeRequested(
        **NUMBERS,
        return_id=return_id,
        exchange_order_id="x-1",
        currency="USD",
        transferred=Decimal(transferred),
    )


def exchange_refused(transferred: str, return_id: str = RETURN) -> returns.ExchangeRefused:
    return returns.ExchangeRefused(
        **NUMBERS,
        return_id=return_id,
        exchange_order_id="x-1",
        transferred=Decimal(transferred),
        currency="USD",
        reason=Reason.of(blocker("declined", reason="The id is in use.")),
    )


def exchange_settled(status: str, return_id: str = RETURN) -> returns.ExchangeSettled:
    return returns.ExchangeSettled.model_validate(
        {**NUMBERS, "return_id": return_id, "exchange_order_id": "x-1", "status": status}
    )


def total_lowered(total: str, returned: str, *, paid: str, outstanding: str) -> Any:
    return payments.TotalChanged(
        **PLAIN,
        total=Decimal(total),
        paid=Decimal(paid),
        outstanding=Decimal(outstanding),
        return_id=RETURN,
        returned=Decimal(returned),
    )


def result(outcome: Outcome[Any]) -> returns.ReturnRefunded:
    """The result of the refund, which is the last event."""
    found = [event for event in outcome.events if isinstance(event, returns.ReturnRefunded)]
    assert found == outcome.events[-1:]
    return found[0]


def given_back(events: Sequence[Message]) -> dict[str, str]:
    """What was refunded without a provider, by payment."""
    moves = [event for event in events if isinstance(event, payments.Refunded)]
    return {event.payment_id: f"{event.amount:f}" for event in moves}


def asked(events: Sequence[Message]) -> list[tuple[str, str, str]]:
    """What providers were asked: payment, action and amount."""
    asks = [event for event in events if isinstance(event, payments.Requested)]
    return [(ask.payment_id, ask.action, f"{ask.amount:f}") for ask in asks]
