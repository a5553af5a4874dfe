"""An account's messages with only what a specification is about spelled out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.payment.decider import decider
from shared.contracts import orders, payments
from shared.contracts.checkout import ConvertedPayment
from shared.site import Site
from tests.unit.given import NOW, SITE, Given, Outcome

ORDER = "c-1"
PLAIN: dict[str, Any] = {"order_id": ORDER, "currency": "USD"}


def taken(
    payment_id: str, type_: str, amount: str, status: str = "Processed", **more: Any
) -> ConvertedPayment:
    return ConvertedPayment.model_validate(
        {
            "payment_id": payment_id,
            "method": "check",
            "transaction_type": type_,
            "amount": amount,
            "status": status,
            **more,
        }
    )


def placed(total: str = "100.00", *paid: ConvertedPayment, market: str = "US") -> orders.Placed:
    """An order that owes `total`, with what the checkout took."""
    currency = {"US": "USD", "JP": "JPY", "SE": "SEK"}[market]
    return orders.Placed(
        order_id=ORDER,
        order_number="PO1000001",
        market=market,
        currency=currency,
        customer=None,
        coupons=(),
        order_discount=Decimal(0),
        shipments=(),
        payments=paid,
        total=Decimal(total),
        converted_at=NOW,
    )


def an_account(
    total: str = "100.00", *paid: ConvertedPayment, market: str = "US", site: Site = SITE
) -> Given[Any]:
    return Given(decider).when(placed(total, *paid, market=market), site=site).after


def edited(total: str) -> orders.LinesChanged:
    """Facts of the order once it costs something else."""
    return orders.LinesChanged(
        order_id=ORDER,
        order_number="PO1000001",
        request="csr#1",
        currency="USD",
        shipments=(),
        order_discount=Decimal("0.00"),
        order_discount_granted=Decimal("0.00"),
        total=Decimal(total),
        summary="Edited.",
    )


def authorized(amount: str = "100.00", total: str = "100.00", market: str = "US") -> Given[Any]:
    """An account with one authorization, called a."""
    return an_account(total, taken("a", "Authorization", amount), market=market)


def sold(amount: str = "100.00", total: str = "100.00", market: str = "US") -> Given[Any]:
    """An account with one sale, called s."""
    return an_account(total, taken("s", "Sale", amount), market=market)


def recorded(
    payment_id: str,
    type_: str,
    amount: str,
    *,
    paid: str,
    outstanding: str,
    method: str = "check",
    status: str = "Processed",
    reference: str | None = None,
) -> payments.Recorded:
    return payments.Recorded.model_validate(
        {
            **PLAIN,
            "payment_id": payment_id,
            "transaction_type": type_,
            "amount": amount,
            "paid": paid,
            "outstanding": outstanding,
            "method": method,
            "status": status,
            "reference": reference,
            "recorded_at": NOW,
        }
    )


def moved(
    event: type[payments.Captured | payments.Voided | payments.Refunded],
    payment_id: str,
    amount: str,
    *,
    paid: str,
    outstanding: str,
    currency: str = "USD",
) -> Any:
    return event(
        order_id=ORDER,
        currency=currency,
        payment_id=payment_id,
        amount=Decimal(amount),
        paid=Decimal(paid),
        outstanding=Decimal(outstanding),
    )


def order_paid(paid: str, total: str = "100.00") -> payments.OrderPaid:
    return payments.OrderPaid(**PLAIN, total=Decimal(total), paid=Decimal(paid))


def order_unpaid(paid: str, total: str = "100.00") -> payments.OrderUnpaid:
    return payments.OrderUnpaid(**PLAIN, total=Decimal(total), paid=Decimal(paid))


def add(payment_id: str = "p", type_: str = "Sale", amount: str | None = None, **more: Any) -> Any:
    content = {"payment_id": payment_id, "transaction_type": type_, "amount": amount, **more}
    return payments.Add.model_validate({"order_id": ORDER, "method": "telephone", **content})


def capture(payment_id: str = "a", amount: str | None = None) -> payments.Capture:
    return payments.Capture(order_id=ORDER, payment_id=payment_id, amount=_decimal(amount))


def void(payment_id: str = "a") -> payments.Void:
    return payments.Void(order_id=ORDER, payment_id=payment_id)


def refund(payment_id: str = "s", amount: str | None = None) -> payments.Refund:
    return payments.Refund(order_id=ORDER, payment_id=payment_id, amount=_decimal(amount))


def order_canceled(market: str = "US") -> orders.Canceled:
    return orders.Canceled(order_id=ORDER, order_number="PO1000001", market=market, reason=None)


CLOSED = payments.AccountClosed(order_id=ORDER)


# Payments by a provider's method

CARD: dict[str, Any] = {"method": "credit-card"}
CLOSING = payments.AccountClosing(order_id=ORDER)
OF_CHECKOUT = {"reference": "psp_9f3"}


def pending(amount: str | None = None, payment_id: str = "p", type_: str = "Sale") -> Outcome[Any]:
    """An account that has requested a payment by card."""
    return an_account().when(add(payment_id, type_, amount, **CARD))


def card(payment_id: str, type_: str, amount: str, market: str = "US") -> Given[Any]:
    """An account with a payment of the checkout's, by card."""
    paid = taken(payment_id, type_, amount, **CARD, **OF_CHECKOUT)
    return an_account("100.00", paid, market=market)


def requested(
    n: int, payment_id: str, action: str, amount: str, paid: str, waiting: str | None = "test#1",
    **more: Any,
) -> payments.Requested:  # fmt: skip
    return payments.Requested.model_validate(
        {
            **PLAIN, **CARD, "payment_id": payment_id, "request_id": f"{ORDER}:{n}",
            "provider": "simulated", "action": action, "amount": amount,
            "transaction_type": "Sale", "reference": None, "provider_reference": None,
            "requested_at": NOW, "status": "Pending", "paid": paid,
            "outstanding": str(100 - Decimal(paid)), "waiting": waiting, **more,
        }
    )  # fmt: skip


def answer(n: int = 1, outcome: str = "processed", **more: Any) -> payments.Settle:
    """The provider's result of the n-th request."""
    data = {"order_id": ORDER, "request_id": f"{ORDER}:{n}", "outcome": outcome, **more}
    return payments.Settle.model_validate(data)


def decline(n: int = 1, reason: str = "Insufficient funds.") -> payments.Settle:
    return answer(n, "failed", reason=reason)


def request_failed(n: int, action: str, payment_id: str, amount: str, paid: str) -> Any:
    return payments.RequestFailed.model_validate(
        {
            **PLAIN, "request_id": f"{ORDER}:{n}", "action": action, "payment_id": payment_id,
            "amount": amount, "paid": paid, "outstanding": str(100 - Decimal(paid)),
            "reason": "Insufficient funds.",
        }
    )  # fmt: skip


def with_request(event: Any, n: int, **more: Any) -> Any:
    return event.model_copy(update={"request_id": f"{ORDER}:{n}", **more})


def _decimal(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
