"""What the order service tells of an order."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.portal.projections.facts import Fact, moment
from services.portal.projections.projection import Part
from services.portal.projections.shipment_numbers import by_number
from shared.contracts.border import EARLIEST

CONTENT = ("shipments", "order_discount", "total")
# What is asked for and answered later: a request waits under this word.
_ASKED = {
    "order.hold-requested": "hold",
    "order.release-hold-requested": "release-hold",
    "order.cancel-requested": "cancel",
    "order.delete-requested": "delete",
}


def fold(order: Part, fact: Fact) -> None:
    """Lets a fact of `order.events` change the order's part; facts of other types don't."""
    if asked := _ASKED.get(fact.name):
        order.setdefault("requests", []).append({"kind": asked, "request": fact.data["request"]})
    elif change := _CHANGES.get(fact.name):
        change(order, fact)


def pending(order: Part) -> list[str]:
    """What isn't answered yet: `hold`, `release-hold`, `cancel`, `delete`, `edit`."""
    kinds = [request["kind"] for request in order.get("requests", ())]
    return list(dict.fromkeys(kinds)) + (["edit"] if order.get("edits") else [])


def _placed(order: Part, fact: Fact) -> None:
    data = fact.data
    for field in ("market", "currency", "customer", "coupons", *CONTENT):
        order[field] = data[field]
    order["manual_discount"] = data.get("manual_discount")
    order["number"] = data["order_number"]
    order["created"] = _created(moment(data["converted_at"]), fact.at)
    _count_shipments(order)
    _stands(order, "InProgress", fact)


def _created(converted_at: datetime, placed_at: datetime) -> datetime:
    """When the order came about: the earlier of what the checkout says and when it was placed here.

    So a checkout whose clock is fast puts nothing on top of the list, and history that is replayed
    keeps its dates. Times before 1970, which version 0.1 took, say nothing.
    """
    return converted_at if EARLIEST <= converted_at <= placed_at else placed_at


def _edit_asked(order: Part, fact: Fact) -> None:
    order.setdefault("edits", []).append(fact.data["request"])


def _edit_answered(order: Part, fact: Fact) -> None:
    """Each answer names the request that it answers; other requests are answered in their order."""
    order["edits"] = [edit for edit in order.get("edits", ()) if edit != fact.data["request"]]


def _lines_changed(order: Part, fact: Fact) -> None:
    _edit_answered(order, fact)
    _count_shipments(order)  # documents of version 0.1 haven't done so yet
    for field in CONTENT:
        order[field] = fact.data[field]
    order["manual_discount"] = fact.data.get("manual_discount")
    _count_shipments(order)


def _count_shipments(order: Part) -> None:
    """All shipments that the order has or had, by the number that people know them by."""
    ids = (shipment["shipment_id"] for shipment in order.get("shipments", ()))
    order["shipment_ids"] = by_number(order.get("shipment_ids", ()), ids)


def _held(order: Part, fact: Fact) -> None:
    _answer(order, "hold")
    order["held"] = {"since": fact.at, "reason": fact.data["reason"], "by": fact.actor}
    _stands(order, "OnHold", fact)


def _hold_refused(order: Part, _fact: Fact) -> None:
    _answer(order, "hold")
    if "held" not in order:
        _answer(order, "release-hold")


def _hold_released(order: Part, fact: Fact) -> None:
    _answer(order, "release-hold")
    order.pop("held", None)
    _stands(order, fact.data["status"], fact)


def _canceled(order: Part, fact: Fact) -> None:
    _answer(order, "release-hold")
    _answer(order, "cancel")
    order.pop("held", None)
    order["canceled"] = {"at": fact.at, "reason": fact.data["reason"], "by": fact.actor}
    _stands(order, "Canceled", fact)


def _cancel_refused(order: Part, _fact: Fact) -> None:
    _answer(order, "cancel")


def _delete_refused(order: Part, fact: Fact) -> None:
    asked = fact.data["request"]
    order["requests"] = [r for r in order.get("requests", ()) if r["request"] != asked]


def _partially_shipped(order: Part, fact: Fact) -> None:
    _stands(order, "PartiallyShipped", fact)


def _completed(order: Part, fact: Fact) -> None:
    _answer(order, "release-hold")
    order.pop("held", None)
    _stands(order, "Completed", fact)


def _stands(order: Part, status: Any, fact: Fact) -> None:
    order["status"], order["since"] = status, fact.at


def _answer(order: Part, kind: str) -> None:
    """Answers the requests at the front that are alike, as the order service does."""
    requests = order.get("requests", [])
    while requests and requests[0]["kind"] == kind:
        del requests[0]


_CHANGES: dict[str, Callable[[Part, Fact], None]] = {
    "order.placed": _placed,
    "order.lines-change-requested": _edit_asked,
    "order.lines-change-refused": _edit_answered,
    "order.lines-changed": _lines_changed,
    "order.held": _held,
    "order.hold-refused": _hold_refused,
    "order.hold-released": _hold_released,
    "order.canceled": _canceled,
    "order.cancel-refused": _cancel_refused,
    "order.delete-refused": _delete_refused,
    "order.partially-shipped": _partially_shipped,
    "order.completed": _completed,
}
