"""Checks that no money is created or lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from shared.contracts import Message, payments
from shared.runtime.decider import Decider
from shared.runtime.ports import Document

Events = Mapping[str, list[Message]]


def wrong(events: Events, accounts: Mapping[str, Any]) -> Iterator[str]:
    """Yields every account whose sums are wrong."""
    for order, account in accounts.items():
        if account is None:
            continue
        mine = events[f"payment/{order}"]
        paid = _paid(mine)
        if paid != account.sums.paid:
            yield f"payment/{order}: {paid} was paid, the account says {account.sums.paid}"
        if account.closed and paid != 0:
            yield f"payment/{order}: canceled, but {paid} is kept"
        moved = sum((each.transferred for each in account.returns.values()), Decimal(0))
        if paid + moved < 0:  # what moved to an exchange order was given to nobody
            yield f"payment/{order}: {-paid - moved} too much was refunded"
        balances = [e for e in mine if hasattr(e, "paid") and hasattr(e, "outstanding")]
        if balances and balances[-1].paid != paid:  # type: ignore[attr-defined]
            yield f"payment/{order}: last event {balances[-1]}, but {paid} was paid"


def _paid(events: list[Message]) -> Decimal:
    """Returns payments less refunds, by the events alone."""
    paid = Decimal(0)
    for event in events:
        match event:
            case payments.Voided() if _is_exchange(event):  # what left for another order is back
                paid += event.amount
            case payments.Recorded(status="Processed", transaction_type="Credit" | "Void"):
                paid -= event.amount
            case payments.Recorded(status="Processed"):
                paid += event.amount
            case payments.Voided() | payments.Refunded() | payments.AuthorizationExpired():
                paid -= event.amount
    return paid


def overshot(
    streams: Mapping[str, list[Document]], decider: Decider[Any], without_amount: set[str]
) -> Iterator[str]:
    """Yields captures without an amount that captured or requested more than the order owed."""
    for stream, documents in streams.items():
        if not stream.startswith("payment/"):
            continue
        total = taken = asked = Decimal(0)
        for document in documents:
            for kept in document["events"]:
                event = decider.event(kept)
                cause = document["causes"][kept["cause"]]["id"]
                owed = total - taken - asked
                if cause in without_amount and (amount := _captures(event)) > owed:
                    yield f"{stream}: {cause} captured {amount}, {owed} was owed"
                total = getattr(event, "total", total)
                taken += taken_by(event)
                asked += asked_by(event)


def _captures(event: Message) -> Decimal:
    """Returns the amount that an event captures, or asks a provider to capture."""
    match event:
        case payments.Captured() | payments.Requested(action="capture"):
            return event.amount
    return Decimal(0)


def taken_by(event: Message) -> Decimal:
    """Returns the change of the money taken."""
    match event:
        case payments.Recorded(status="Processed", transaction_type="Sale" | "Capture"):
            return event.amount
        case payments.Recorded(status="Processed", transaction_type="Credit"):
            return -event.amount
        case payments.Captured():
            return event.amount
        case payments.Refunded():
            return -event.amount
        case payments.Voided() if _is_exchange(event):
            return event.amount
    return Decimal(0)


def _is_exchange(event: payments.Voided) -> bool:
    """Whether it voids the credit of a return that paid for an exchange order."""
    return event.return_id is not None and event.payment_id.startswith("exchange-")


def asked_by(event: Message) -> Decimal:
    """Returns the change of the money that providers are asked to take."""
    match event:
        case payments.Requested(action="capture"):
            return event.amount
        case payments.Requested(action="add", transaction_type="Sale" | "Capture"):
            return event.amount
        case payments.Captured(request_id=str()):
            return -event.amount
        case payments.RequestFailed(action="capture"):
            return -event.amount
        case payments.Recorded(request_id=str(), transaction_type="Sale" | "Capture"):
            return -event.amount
    return Decimal(0)
