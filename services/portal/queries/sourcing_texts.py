"""Why a shipment comes from where it comes from: in the timeline, and before in a preview.

A warehouse that was asked is told with what it had: "Coventry: 2 of 3; Rotterdam: all, second
priority".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.portal.i18n import N_, _
from services.portal.queries.shipment_labels import Numbers, label
from shared.contracts.sourcing import AskedWarehouse, Sourcing

Names = Mapping[str, str]  # of warehouses, by id

_HAS_ALL = N_("{warehouse}: all, {priority}")
_HAS_SOME = N_("{warehouse}: {available} of {wanted}")
_SHARE = N_("{shipment} from {warehouse} ({pieces})")
_PRIORITIES = (N_("first priority"), N_("second priority"), N_("third priority"))
_COMES = N_("{Shipment} from {warehouse} ({asked})")
_WAITS = N_("{Shipment} waits for stock in {warehouse} ({asked})")
_SPLIT = N_("{Shipment} is split, as no warehouse has all of it ({asked}): {shares}")
_PIECES = N_("{pieces} from {warehouse}")
_ALL = N_("{warehouse}: all")


def by_choice(event: Mapping[str, Any]) -> str:
    """Why this warehouse sends it: what the others had that were asked before.

    Empty if only one may send it, or if an edit or a split had left it with this one.
    """
    names: Names = event["warehouse_names"]
    number, others = event.get("priority"), event.get("tried")
    if not number or not (others or number == 1):
        return ""
    had = [*_had(others or (), names), _has_all(event["warehouse"], number)]
    return f" ({'; '.join(had)})"


def tried(event: Mapping[str, Any]) -> str:
    """What each warehouse had of a shipment that was split."""
    had = _had(event.get("had", ()), event["warehouse_names"])
    return f" ({'; '.join(had)})" if had else ""


def shares(event: Mapping[str, Any]) -> str:
    """Which warehouse sends how much of a shipment that was split."""
    names: Names = event["warehouse_names"]
    found = [
        _(_SHARE).format(
            shipment=label(event["shipment_numbers"].get(each["shipment_id"]), start=False),
            warehouse=names.get(each["warehouse"], each["warehouse"]),
            pieces=sum(line["quantity"] for line in each["lines"]),
        )
        for each in (event, *event.get("parts", ()))
        if "warehouse" in each
    ]
    return "; ".join(found)


def foreseen(sourcing: Sourcing, numbers: Numbers, names: Names, order_id: str | None) -> str:
    """Where the goods of a shipment would come from, and why.

    `numbers` are those of the shipments of the order `order_id`; a shipment of another order is
    that of an exchange.
    """
    of_another = order_id not in (None, sourcing.order_id)
    number = numbers.get(sourcing.shipment_id, len(numbers) + 1)
    sending = [each for each in sourcing.asked if each.sends]
    text = _WAITS if sourcing.waits else _SPLIT if len(sending) > 1 else _COMES
    first = (sending or list(sourcing.asked))[0].warehouse
    return _(text).format(
        Shipment=_("Exchange order") if of_another else label(number),
        warehouse=names.get(first, first),
        asked="; ".join(_asked(each, sourcing, names) for each in sourcing.asked),
        shares="; ".join(
            _(_PIECES).format(
                pieces=each.sends, warehouse=names.get(each.warehouse, each.warehouse)
            )
            for each in sending
        ),
    )


def _asked(asked: AskedWarehouse, sourcing: Sourcing, names: Names) -> str:
    name = names.get(asked.warehouse, asked.warehouse)
    if asked.available < sourcing.wanted:
        return _(_HAS_SOME).format(
            warehouse=name, available=asked.available, wanted=sourcing.wanted
        )
    return _has_all(name, asked.priority) if asked.priority else _(_ALL).format(warehouse=name)


def _has_all(warehouse: str, number: int) -> str:
    if number <= len(_PRIORITIES):
        priority = _(_PRIORITIES[number - 1])
    else:
        priority = _("priority {number}").format(number=number)
    return _(_HAS_ALL).format(warehouse=warehouse, priority=priority)


def _had(answers: Iterable[Mapping[str, Any]], names: Names) -> list[str]:
    return [
        _(_HAS_SOME).format(
            **{**each, "warehouse": names.get(each["warehouse"], each["warehouse"])}
        )
        for each in answers
    ]
