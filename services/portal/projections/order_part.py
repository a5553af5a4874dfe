"""The order service's part of an order document."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.portal.projections import returns_part
from services.portal.projections.facts import Fact, moment
from services.portal.projections.projection import Part
from services.portal.projections.shipment_numbers import by_number
from shared.contracts.border import EARLIEST
from shared.contracts.holds import PLAIN_ID, PLAIN_STOPS

CONTENT = ("shipments", "order_discount", "total")
# Requests that are answered by a later event, by the kind under which they are pending.
_REQUESTS = {
    "order.hold-requested": "hold",
    "order.release-hold-requested": "release-hold",
    "order.cancel-requested": "cancel",
    "order.delete-requested": "delete",
}


def apply(order: Part, fact: Fact) -> None:
    """Applies an event of `order.events` to the order's part; other types change nothing."""
    if kind := _REQUESTS.get(fact.name):
        request = {"kind": kind, "request": fact.data["request"], "at": fact.at}
        if about := _about(fact.data):
            request["about"] = about
        order.setdefault("requests", []).append(request)
    elif change := _CHANGES.get(fact.name):
        change(order, fact)


def status_of(order: Part) -> str:
    """The status that people see: an order whose exchange isn't settled awaits it, unless it is on
    hold or canceled."""
    status: str = order["status"]
    if status not in ("OnHold", "Canceled") and returns_part.awaits_exchange(order):
        return "AwaitingExchange"
    return status


def pending(order: Part) -> list[str]:
    """The kinds of pending requests: `hold`, `release-hold`, `cancel`, `delete`, `edit`."""
    kinds = [request["kind"] for request in order.get("requests", ())]
    return list(dict.fromkeys(kinds)) + (["edit"] if order.get("edits") else [])


def _placed(order: Part, fact: Fact) -> None:
    data = fact.data
    for field in ("market", "currency", "customer", "coupons", *CONTENT):
        order[field] = data[field]
    order["manual_discount"] = data.get("manual_discount")
    order["number"] = data["order_number"]
    order["created"] = _created(moment(data["converted_at"]), fact.at)
    _number_shipments(order)
    _set_status(order, "InProgress", fact)


def _created(converted_at: datetime, placed_at: datetime) -> datetime:
    """When the order was created: the checkout's time, or that of placing if it is earlier.

    So orders of a checkout whose clock is fast don't rise to the top of the list, and replayed
    history keeps its dates. Times before 1970, which version 0.1 accepted, are ignored.
    """
    return converted_at if EARLIEST <= converted_at <= placed_at else placed_at


def _edit_requested(order: Part, fact: Fact) -> None:
    if not order.get("edits"):
        order["edit_asked"] = fact.at
    order.setdefault("edits", []).append(fact.data["request"])


def _edit_answered(order: Part, fact: Fact) -> None:
    """Removes the edit that the event answers. Other requests are answered in their order."""
    order["edits"] = [edit for edit in order.get("edits", ()) if edit != fact.data["request"]]


def _lines_changed(order: Part, fact: Fact) -> None:
    _edit_answered(order, fact)
    _number_shipments(order)  # documents of version 0.1 have no list yet
    for field in CONTENT:
        order[field] = fact.data[field]
    order["manual_discount"] = fact.data.get("manual_discount")
    _number_shipments(order)


def _number_shipments(order: Part) -> None:
    """Updates the list of all current and former shipments, in the order of their numbers."""
    ids = (shipment["shipment_id"] for shipment in order.get("shipments", ()))
    order["shipment_ids"] = by_number(order.get("shipment_ids", ()), ids)


def holds_of(order: Part) -> dict[str, Part]:
    """The active holds by id; of an order that an earlier version projected, the one it had."""
    holds: dict[str, Part] | None = order.get("holds")
    if holds is not None:
        return holds
    if "held" not in order:
        return {}
    return {PLAIN_ID: {**order["held"], "stops": list(PLAIN_STOPS)}}


def _held(order: Part, fact: Fact) -> None:
    _answer(order, "hold")
    details = fact.data.get("hold") or {"hold_id": PLAIN_ID, "stops": list(PLAIN_STOPS)}
    hold = {name: details.get(name) for name in ("hold_type", "owner", "review_on", "stops")}
    hold |= {"since": fact.at, "reason": fact.data["reason"], "by": fact.actor}
    _set_holds(order, {**holds_of(order), details["hold_id"]: hold})
    if hold["stops"] and order.get("status") != "OnHold":
        order["before_hold"] = order.get("status")
        _set_status(order, "OnHold", fact)


def _hold_refused(order: Part, _fact: Fact) -> None:
    _answer(order, "hold")
    if not holds_of(order):
        _answer(order, "release-hold")


def _hold_released(order: Part, fact: Fact) -> None:
    _answer(order, "release-hold")
    released = fact.data.get("holds")
    remaining = {
        which: hold
        for which, hold in holds_of(order).items()
        if (which not in released if released is not None else hold.get("hold_type"))
    }
    _set_holds(order, remaining)
    status = fact.data["status"]
    if status != "OnHold":
        before = order.pop("before_hold", None) or status
        status = before if status == "AwaitingExchange" else status
    if order.get("status") != status:
        _set_status(order, status, fact)


def _set_holds(order: Part, holds: dict[str, Part]) -> None:
    """Sets the holds. `held` is the first of those that stop something."""
    order["holds"] = holds
    stopping = next((hold for hold in holds.values() if hold["stops"]), None)
    if stopping is None:
        order.pop("held", None)
    else:
        order["held"] = {name: stopping[name] for name in ("since", "reason", "by")}


def _canceled(order: Part, fact: Fact) -> None:
    _answer(order, "release-hold")
    _answer(order, "cancel")
    _set_holds(order, {})
    order["canceled"] = {"at": fact.at, "reason": fact.data["reason"], "by": fact.actor}
    _set_status(order, "Canceled", fact)


def _cancel_refused(order: Part, _fact: Fact) -> None:
    _answer(order, "cancel")


def _delete_refused(order: Part, fact: Fact) -> None:
    answered = fact.data["request"]
    order["requests"] = [r for r in order.get("requests", ()) if r["request"] != answered]


def _partially_shipped(order: Part, fact: Fact) -> None:
    _set_status(order, "PartiallyShipped", fact)


def _completed(order: Part, fact: Fact) -> None:
    _answer(order, "release-hold")
    _set_holds(order, {})
    _set_status(order, "Completed", fact)


def _set_status(order: Part, status: Any, fact: Fact) -> None:
    order["status"], order["since"] = status, fact.at


def _about(request: dict[str, Any]) -> list[str]:
    """The ids of the holds that a request is about; none for those without a type."""
    hold = request.get("hold")
    return [hold["hold_id"]] if hold else list(request.get("holds") or ())


def _answer(order: Part, kind: str) -> None:
    """Removes the leading pending requests of this kind about the same holds, as the order
    service does.
    """
    requests = order.get("requests", [])
    about = requests[0].get("about") if requests else None
    while requests and requests[0]["kind"] == kind and requests[0].get("about") == about:
        del requests[0]


_CHANGES: dict[str, Callable[[Part, Fact], None]] = {
    "order.placed": _placed,
    "order.lines-change-requested": _edit_requested,
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
    **returns_part.CHANGES,
}
