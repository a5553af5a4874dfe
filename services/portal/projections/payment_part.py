"""The payment service's part of an order document."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from services.portal.projections.facts import Fact, moment
from services.portal.projections.projection import Part

# For each movement of money: the sum of the payment that it adds to, and the status it leads to.
_MOVES = {
    "payment.captured": ("captured", "Captured"),
    "payment.voided": ("voided", "Voided"),
    "payment.refunded": ("refunded", "Refunded"),
    "payment.authorization-expired": ("expired", "Expired"),
}


def apply(money: Part, fact: Fact) -> None:
    """Applies an event of `payment.events` to the payment part.

    The balance is taken from every event that carries it, whatever its type.
    """
    data = fact.data
    if fact.name == "payment.recorded":
        _add_payment(money, fact, fact.data["recorded_at"])
    elif fact.name == "payment.requested":
        _requested(money, fact)
    elif fact.name == "payment.request-failed":
        _request_failed(money, fact)
    elif fact.name in _MOVES:
        _moved(money, fact)
    elif fact.name == "payment.account-opened":
        money |= {"total": data["total"], "outstanding": data["total"]}
    elif fact.name == "payment.account-closed":
        money["closed"] = fact.at
    for field in ("currency", "total", "paid", "outstanding", "returned", "shipping_returned"):
        if data.get(field) is not None:
            money[field] = data[field]


def outstanding(order: Part, money: Part) -> str:
    """The amount still to be paid. A canceled order costs nothing: all that is paid is overpaid."""
    total = money.get("total") or order["total"]
    amount: str = money.get("outstanding") or total
    return f"{Decimal(amount) - Decimal(total):f}" if order["status"] == "Canceled" else amount


def expiring(money: Part) -> Iterator[datetime]:
    """Yields when each authorization with something left to capture expires."""
    for payment in money.get("payments", {}).values():
        gone = (payment.get(name) or "0" for name in ("captured", "voided", "expired"))
        if payment.get("expires_at") and sum(map(Decimal, gone)) < Decimal(payment["amount"]):
            yield moment(payment["expires_at"])


def _add_payment(money: Part, fact: Fact, at: str) -> None:
    data = fact.data
    payment = {
        field: data[field]
        for field in ("method", "transaction_type", "amount", "status", "reference")
    }
    payment |= {"recorded_at": at, "reason": data.get("reason")}
    if data.get("expires_at"):
        payment["expires_at"] = data["expires_at"]
    money.setdefault("payments", {})[data["payment_id"]] = payment


def _requested(money: Part, fact: Fact) -> None:
    """A provider has to answer: a new payment is Pending, an existing one has `asked` set.

    An authorization that is being renewed has a new payment as well.
    """
    if fact.data["action"] == "add":
        _add_payment(money, fact, fact.data["requested_at"])
        renewed = money["payments"].get(fact.data.get("renews"))
        if renewed is not None:
            renewed |= {"asked": "renew", "reason": None}
    elif payment := _payment(money, fact):
        payment |= {"asked": fact.data["action"], "reason": None}


def _request_failed(money: Part, fact: Fact) -> None:
    if payment := _payment(money, fact):
        payment |= {"asked": None, "reason": fact.data["reason"]}


def _moved(money: Part, fact: Fact) -> None:
    if payment := _payment(money, fact):
        total, status = _MOVES[fact.name]
        payment[total] = f"{Decimal(payment.get(total, '0')) + Decimal(fact.data['amount']):f}"
        if status == "Voided" and (payment.get("captured") or _covers_the_rest(payment)):
            status = payment["status"]  # only a part was voided
        if status == "Expired":
            payment["renewed_by"] = fact.data.get("renewed_by")
            status = payment["status"] if payment.get("captured") else status
        if total == "refunded":
            refund = {"amount": fact.data["amount"], "at": fact.at}
            payment["refunds"] = [*payment.get("refunds", ()), refund]
        payment |= {"status": status, "asked": None, "reason": None}


def _covers_the_rest(payment: Part) -> bool:
    """Whether an authorization still covers what a return has left of the order's total."""
    return Decimal(payment["voided"]) < Decimal(payment["amount"])


def _payment(money: Part, fact: Fact) -> Part | None:
    """The payment; None if its first event is missing. Then the document is marked incomplete."""
    found: Part | None = money.get("payments", {}).get(fact.data["payment_id"])
    return found
