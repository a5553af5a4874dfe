"""What an order needs of somebody, and since when: money, another payment, an answer."""

from datetime import datetime
from decimal import Decimal

from services.portal.projections import order_part, payment_part
from services.portal.projections.facts import moment
from services.portal.projections.projection import Part

# An order that isn't paid in full; one whose payment, capture, void or refund failed, or whose
# authorization expired; one with requests that aren't answered yet.
OWED, FAILED, PENDING = "owed", "failed", "pending"
NEEDS = (OWED, FAILED, PENDING)
# One with an authorization that expires soon. Time alone brings that about, so it isn't stored:
# `row.expires_at` is.
EXPIRING = "expiring"


def needs_of(order: Part, money: Part) -> dict[str, datetime]:
    """The needs of an order, each with the time since when it has it."""
    found: dict[str, datetime] = {}
    owed = Decimal(payment_part.outstanding(order, money)) > 0
    if owed:
        found[OWED] = order["created"]
    failed = [
        _time(payment["recorded_at"])
        for payment in money.get("payments", {}).values()
        if (owed if payment["status"] == "Failed" else payment.get("reason"))
    ]
    failed += [
        _time(payment["expires_at"])
        for payment in money.get("payments", {}).values()
        if owed and payment.get("expired") and not payment.get("renewed_by")
    ]
    if failed:
        found[FAILED] = min(failed)
    if order_part.pending(order):
        # Requests of documents that an earlier version wrote have no time.
        asked = [request["at"] for request in order.get("requests", ()) if "at" in request]
        asked += [order["edit_asked"]] if order.get("edits") and "edit_asked" in order else []
        found[PENDING] = min(asked, default=order["since"])
    return found


def _time(value: str | datetime) -> datetime:
    return moment(value) if isinstance(value, str) else value
