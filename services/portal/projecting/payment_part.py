"""What the payment service tells of an order."""

from decimal import Decimal

from services.portal.projecting.facts import Fact
from services.portal.projecting.view import Part

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
        _recorded(money, fact)
    elif fact.name in _MOVES:
        _moved(money, fact)
    elif fact.name == "payment.account-opened":
        money |= {"total": data["total"], "outstanding": data["total"]}
    elif fact.name == "payment.account-closed":
        money["closed"] = fact.at
    for field in ("currency", "total", "paid", "outstanding"):
        if field in data:
            money[field] = data[field]


def _recorded(money: Part, fact: Fact) -> None:
    data = fact.data
    payment = {
        field: data[field]
        for field in ("method", "transaction_type", "amount", "status", "reference", "recorded_at")
    }
    money.setdefault("payments", {})[data["payment_id"]] = payment


def _moved(money: Part, fact: Fact) -> None:
    payment = money.get("payments", {}).get(fact.data["payment_id"])
    if payment is None:
        return  # its beginning is missing: the document says so, and the balance is right
    total, status = _MOVES[fact.name]
    payment[total] = f"{Decimal(payment.get(total, '0')) + Decimal(fact.data['amount']):f}"
    payment["status"] = status
