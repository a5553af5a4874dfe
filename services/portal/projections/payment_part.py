"""What the payment service tells of an order."""

from decimal import Decimal

from services.portal.projections.facts import Fact
from services.portal.projections.projection import Part

# What a movement of a payment adds to which of its sums, and the status that it brings.
_MOVES = {
    "payment.captured": ("captured", "Captured"),
    "payment.voided": ("voided", "Voided"),
    "payment.refunded": ("refunded", "Refunded"),
}


def fold(money: Part, fact: Fact) -> None:
    """Lets a fact of `payment.events` change the money's part.

    Every one of them that says how the balance stands is believed, whatever its type.
    """
    data = fact.data
    if fact.name == "payment.recorded":
        _made(money, fact, fact.data["recorded_at"])
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
    for field in ("currency", "total", "paid", "outstanding"):
        if field in data:
            money[field] = data[field]


def outstanding(order: Part, money: Part) -> str:
    """What is still to be paid. A canceled order asks for nothing: what it has is too much."""
    total = money.get("total") or order["total"]
    told: str = money.get("outstanding") or total
    return f"{Decimal(told) - Decimal(total):f}" if order["status"] == "Canceled" else told


def _made(money: Part, fact: Fact, at: str) -> None:
    data = fact.data
    payment = {
        field: data[field]
        for field in ("method", "transaction_type", "amount", "status", "reference")
    }
    payment |= {"recorded_at": at, "reason": data.get("reason")}
    money.setdefault("payments", {})[data["payment_id"]] = payment


def _requested(money: Part, fact: Fact) -> None:
    """A provider has to answer: the payment is Pending, or something is `asked` of one there is."""
    if fact.data["action"] == "add":
        _made(money, fact, fact.data["requested_at"])
    elif payment := _payment(money, fact):
        payment |= {"asked": fact.data["action"], "reason": None}


def _request_failed(money: Part, fact: Fact) -> None:
    if payment := _payment(money, fact):
        payment |= {"asked": None, "reason": fact.data["reason"]}


def _moved(money: Part, fact: Fact) -> None:
    if payment := _payment(money, fact):
        total, status = _MOVES[fact.name]
        payment[total] = f"{Decimal(payment.get(total, '0')) + Decimal(fact.data['amount']):f}"
        if status == "Voided" and payment.get("captured"):
            status = payment["status"]  # only the rest was let go
        payment |= {"status": status, "asked": None, "reason": None}


def _payment(money: Part, fact: Fact) -> Part | None:
    """None if its beginning is missing: the document says so, and the balance is right."""
    found: Part | None = money.get("payments", {}).get(fact.data["payment_id"])
    return found
