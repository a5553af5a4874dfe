"""No penny is created or lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from shared.contracts import Message, payments

Events = Mapping[str, list[Message]]


def wrong(events: Events, accounts: Mapping[str, Any]) -> Iterator[str]:
    """What doesn't add up."""
    for order, account in accounts.items():
        if account is None:
            continue
        mine = events[f"payment/{order}"]
        paid = _paid(mine)
        if paid != account.sums.paid:
            yield f"payment/{order}: {paid} came in, the account says {account.sums.paid}"
        if account.closed and paid != 0:
            yield f"payment/{order}: canceled, and {paid} are kept"
        if paid < 0:
            yield f"payment/{order}: {-paid} more went back than came"
        told = [e for e in mine if hasattr(e, "paid") and hasattr(e, "outstanding")]
        if told and told[-1].paid != paid:  # type: ignore[attr-defined]
            yield f"payment/{order}: told {told[-1]}, but {paid} is paid"


def _paid(events: list[Message]) -> Decimal:
    """What came in and stayed, by the events alone."""
    paid = Decimal(0)
    for event in events:
        match event:
            case payments.Recorded(status="Processed", transaction_type="Credit" | "Void"):
                paid -= event.amount
            case payments.Recorded(status="Processed"):
                paid += event.amount
            case payments.Voided() | payments.Refunded():
                paid -= event.amount
    return paid
