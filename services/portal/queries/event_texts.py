"""The text of each event for customer service, in the timeline and among the notes.

The texts are in `event_wordings`. They name fields of their event, and those of `COMPUTED`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import orjson

from services.portal.i18n import N_, _
from services.portal.queries.event_wordings import TEXTS
from services.portal.queries.shipment_labels import Numbers, label, reason_with_labels, with_labels
from services.portal.queries.sourcing_texts import by_choice, shares, tried
from shared.contracts.edit_texts import EDITS, Change, sentences
from shared.contracts.statuses import label as status_label
from shared.site import Site

Names = Mapping[str, Mapping[str, str]]  # what a site calls the ids in a field
NO_NAMES: Names = {}

NAMED = 3  # of a list; the rest is counted
_PROCESSED = {
    "Credit": N_("Refunded {payment}"),
    "Void": N_("Voided {payment}"),
    "Failed": N_("A payment of {payment} failed"),
    "Pending": N_("A payment of {payment} is pending"),
    "Voided": N_("A payment of {payment} is voided"),
}
_PAID = N_("Paid {payment}")
_OUTSTANDING = N_("{amount} {currency} outstanding")
_OVERPAID = N_("overpaid by {amount} {currency}")
_PAID_IN_FULL = N_("paid in full")
_RECALLED = {
    "held": N_("it is on hold"),
    "canceled": N_("it is canceled"),
    "edited": N_("it was edited"),
}
_ASKED = {
    "capture": N_("to capture {amount} of payment {payment_id}"),
    "void": N_("to void {amount} of payment {payment_id}"),
    "refund": N_("to refund {amount} of payment {payment_id}"),
    "Credit": N_("to refund {amount} by {method} ({type})"),
    "renew": N_("to renew payment {renews} for {amount}"),
}
ARRIVALS = {
    "received": N_("{number} received"),
    "lost": N_("{number} lost"),
    "wrong-item": N_("{number} of another item"),
    "short": N_("{number} missing"),
}
_EXPIRED = N_("Payment {payment_id} expired: {amount} can't be captured any more")
_RENEWED = N_("Payment {payment_id} expired: {renewed_by} replaces it")
_ASKED_TO_PAY = N_("for {amount} by {method} ({type})")


def names_in(site: Site) -> Names:
    """The names that the site gives to warehouses, methods and markets."""
    shipping: dict[str, set[str]] = defaultdict(set)
    for market in site.markets.values():
        for method_id, method in market.shipping_methods.items():
            shipping[method_id].add(method.name)
    return {
        "warehouse": site.warehouses,
        "source": site.warehouses,
        "method": {each: method.name for each, method in site.payment_methods.items()},
        "hold_type": {each: kind.name for each, kind in site.hold_types.items()},
        "market": {each: market.name for each, market in site.markets.items()},
        # Markets may call a method differently, and most events don't say which market it is.
        "shipping_method": {
            each: min(named) for each, named in shipping.items() if len(named) == 1
        },
    }


def what(name: str, data: dict[str, Any], numbers: Numbers, names: Names = NO_NAMES) -> str:
    """The text of an event. An event without a text shows its type.

    `numbers` are the numbers of the shipments that the event may be about, by id.
    """
    text = TEXTS.get(name)
    if text is None:
        return name.replace(".", ": ", 1).replace("-", " ")
    return _(text).format_map(_Fields(data, numbers, names))


def why(data: dict[str, Any], numbers: Numbers, field: str = "reason") -> str | None:
    """The reason in a field of an event, as text; None if there is none."""
    reason = data.get(field)
    if isinstance(reason, str) and reason in _RECALLED:
        return None  # the text says it
    if isinstance(reason, dict):
        reason = reason_with_labels(reason, numbers)
    return str(reason) if reason else None


class _Fields(dict[str, Any]):
    """An event's fields as text: an address as its name and city, a missing field as ….

    `Shipment` and `shipment` are the shipment's label, at the start of a sentence and within one;
    `summary` is built from the event's changes, in the reader's language; events without them keep
    their sentences, with labels in place of shipment ids. `COMPUTED` has the rest.
    """

    def __init__(self, data: dict[str, Any], numbers: Numbers, names: Names) -> None:
        super().__init__(data)
        self._numbers = numbers
        self._names = names

    def __getitem__(self, field: str) -> Any:
        if field in COMPUTED:
            return COMPUTED[field](self)
        if field == "warehouse_names":
            return self._names.get("warehouse", {})
        if field == "shipment_numbers":
            return self._numbers
        if field == "of_type":  # of the hold that the event is about
            hold_type = str((self.get("hold") or {}).get("hold_type"))
            return self._names.get("hold_type", {}).get(hold_type, hold_type)
        if field in ("Shipment", "shipment"):
            number = self._numbers.get(self.get("shipment_id", ""))
            return label(number, start=field == "Shipment")
        value = super().get(field)
        if isinstance(value, str) and field in self._names:
            return self._names[field].get(value, value)
        if field == "status" and isinstance(value, str):
            return _(status_label(value))
        if field == "summary" and isinstance(value, str):
            return self._changes() or with_labels(value, self._numbers)
        if isinstance(value, dict):
            return ", ".join(str(value[part]) for part in ("name", "city") if value.get(part))
        return "…" if value is None else value

    def _changes(self) -> str | None:
        """The event's changes as text; None if it has none, or a later version's."""
        try:
            changes = [self._change(_change(each)) for each in self["changes"]]
            texts = {key: _(text) for key, text in EDITS.items()}
            return sentences(changes, texts)
        except (KeyError, TypeError, ValueError):
            return None

    def _change(self, change: Change) -> Change:
        """A copy that names shipments by their numbers, and methods as the site does, in it and in
        its details.
        """
        facts = dict(change.facts)
        for name in facts.keys() & {"shipment", "to"}:
            facts[name] = str(self._numbers.get(facts[name], facts[name]))
        if "method" in facts:
            named = self._names.get("shipping_method", {})
            facts["method"] = named.get(facts["method"], facts["method"])
        details = tuple(map(self._change, change.details))
        return change.model_copy(update={"facts": facts, "details": details})


def _change(data: Any) -> Change:
    """Parses a change. Raises `ValueError`."""
    return Change.model_validate_json(orjson.dumps(data))


def _owed(event: Mapping[str, Any]) -> str:
    if (outstanding := event.get("outstanding")) is None:
        return "…"
    amount = Decimal(outstanding)
    text = _OUTSTANDING if amount > 0 else _OVERPAID if amount < 0 else _PAID_IN_FULL
    return _(text).format(amount=f"{abs(amount):f}", currency=event["currency"])


def _with_coupons(event: Mapping[str, Any]) -> str:
    coupons = event.get("coupons")
    return _("; coupons: {codes}").format(codes=_list(coupons)) if coupons else ""


def _recorded(event: Mapping[str, Any]) -> str:
    kind, status = event["transaction_type"], event.get("status", "")  # not its label
    payment = _("{amount} {currency} by {method} ({type})").format(
        amount=event["amount"],
        currency=event["currency"],
        method=event["method"],
        type=_(kind),
    )
    text = _PROCESSED.get(kind, _PAID) if status == "Processed" else _PROCESSED[status]
    return _(text).format(payment=payment)


def _asked(event: Mapping[str, Any]) -> str:
    amount = f"{event['amount']} {event['currency']}"
    kind, action = event["transaction_type"], event["action"]
    renews = event.get("renews")
    text = _ASKED.get("renew" if renews else kind if action == "add" else action, _ASKED_TO_PAY)
    return _(text).format(
        amount=amount,
        payment_id=event["payment_id"],
        method=event["method"],
        type=_(kind),
        renews=renews,
    )


def _authorization_expired(event: Mapping[str, Any]) -> str:
    return _(_RENEWED if event.get("renewed_by") else _EXPIRED).format(
        payment_id=event["payment_id"],
        amount=f"{event['amount']} {event['currency']}",
        renewed_by=event.get("renewed_by"),
    )


_HELD = N_("The order is on hold")
_HELD_BY = N_("Hold placed: {hold_type}")
_OWNED_BY = N_("owner: {owner}")
_REVIEW_BY = N_("review by {review_on}")
_RELEASED = N_("Hold released: the order is {status} again")
_ONE_RELEASED = N_("A hold was released: the order stays on hold")
_SHIPMENTS_HELD = N_("The shipments are on hold")
_SHIPMENTS_GO_ON = N_("The shipments go on until what the hold stops")
_SHIPMENTS_BACK = N_("The shipments are back in their status before the hold")
_SHIPMENTS_STAY = N_("The shipments stay on hold because of another hold")


def _held(event: Mapping[str, Any]) -> str:
    hold = event.get("hold") or {}
    if hold.get("hold_type") is None:
        text = _(_HELD)
    else:
        text = _(_HELD_BY).format(hold_type=event["of_type"])
    if hold.get("owner"):
        owner = str(hold["owner"]).removeprefix("csr:")
        text = f"{text}, {_(_OWNED_BY).format(owner=owner)}"
    if hold.get("review_on"):
        text = f"{text}, {_(_REVIEW_BY).format(review_on=hold['review_on'])}"
    return text


def _hold_released(event: Mapping[str, Any]) -> str:
    status = event.get("status")
    if status == "OnHold":
        return _(_ONE_RELEASED)
    return _(_RELEASED).format(status=_(status_label(status)) if status else "…")


def _shipments_held(event: Mapping[str, Any]) -> str:
    return _(_SHIPMENTS_HELD if event.get("shipments") else _SHIPMENTS_GO_ON)


def _shipments_lifted(event: Mapping[str, Any]) -> str:
    return _(_SHIPMENTS_BACK if event.get("shipments") else _SHIPMENTS_STAY)


def _shortages(event: Mapping[str, Any]) -> str:
    text = _("{sku} ({available} of {wanted})")
    return _list(text.format(**short) for short in event.get("short", ()))


def _expected_goods(event: Mapping[str, Any]) -> str:
    return _list(f"{line['quantity']} × {line['name']}" for line in event.get("lines", ()))


def _accounted(event: Mapping[str, Any]) -> str:
    numbers = Counter[str]()
    for line in event.get("lines", ()):
        numbers[line["arrival"]] += line["quantity"]
    return ", ".join(_(ARRIVALS[arrival]).format(number=n) for arrival, n in numbers.items())


_TRACKED = {
    "tracking_number": N_("number {now}, before {former}"),
    "carrier": N_("carrier {now}, before {former}"),
}
_NONE = N_("none")


def _tracking_changes(event: Mapping[str, Any]) -> str:
    changes = []
    for field, text in _TRACKED.items():
        now, former = event.get(field), event.get(f"former_{field}")
        if now != former:
            changes.append(_(text).format(now=now or _(_NONE), former=former or _(_NONE)))
    return "; ".join(changes)


def _refund_cause(event: Mapping[str, Any]) -> str:
    if event.get("shipping"):
        return _("a shipping cost")
    return _("return {return_id}").format(return_id=event.get("return_id", "…"))


def _list(items: Iterable[str]) -> str:
    found = list(items)
    more = len(found) - NAMED
    return ", ".join(found[:NAMED]) + (
        " " + _("and {number} more").format(number=more) if more > 0 else ""
    )


COMPUTED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "owed": _owed,
    "with_coupons": _with_coupons,
    "recorded": _recorded,
    "asked": _asked,
    "authorization_expired": _authorization_expired,
    "shortages": _shortages,
    "by_choice": by_choice,
    "tried": tried,
    "shares": shares,
    "expected_goods": _expected_goods,
    "accounted": _accounted,
    "refund_cause": _refund_cause,
    "tracking_changes": _tracking_changes,
    "held": _held,
    "hold_released": _hold_released,
    "shipments_held": _shipments_held,
    "shipments_lifted": _shipments_lifted,
    "recalled_because": lambda event: _(_RECALLED.get(event.get("reason", ""), "…")),
}
