"""The shipment service's part of an order document: each shipment, its status and shortages."""

from typing import Any

from services.portal.projections.facts import Fact
from services.portal.projections.projection import Part

# Fields of events that replace the shipment's own.
_FIELDS = (
    "warehouse",
    "shipping_method",
    "address",
    "lines",
    "preorder",
    "tracking_number",
    "carrier",
    "released_at",
    "shipped_at",
)


def apply(fulfilment: Part, fact: Fact) -> None:
    """Applies an event of `shipment.events` to the shipment part.

    Events of one shipment carry its id and status, and those of the fields above that changed.
    Events of the whole order name all open shipments.
    """
    data = fact.data
    if fact.name in ("shipment.held", "shipment.hold-lifted"):
        for standing in data["shipments"]:
            _hold(fulfilment, standing, fact)
    elif fact.name == "shipment.lines-changed":
        for changed in data["shipments"]:
            _edit(_shipment(fulfilment, changed["shipment_id"]), changed, fact)
        for removed in data.get("removed", ()):
            fulfilment.get("shipments", {}).pop(removed["shipment_id"], None)
    elif "shipment_id" in data:
        _change(_shipment(fulfilment, data["shipment_id"]), fact)


def _shipment(fulfilment: Part, shipment_id: str) -> Part:
    shipment: Part = fulfilment.setdefault("shipments", {}).setdefault(shipment_id, {})
    return shipment


def _hold(fulfilment: Part, standing: dict[str, Any], fact: Fact) -> None:
    shipment = _shipment(fulfilment, standing["shipment_id"])
    if fact.name == "shipment.held":
        shipment["before_hold"] = standing["status"]
        _set_status(shipment, "OnHold", fact)
    else:
        shipment.pop("before_hold", None)
        _set_status(shipment, standing["status"], fact)


def _edit(shipment: Part, changed: dict[str, Any], fact: Fact) -> None:
    shipment["lines"] = changed["lines"]
    shipment["preorder"] = bool(changed["preorder_lines"])
    shipment.pop("short", None)
    _set_status(shipment, changed["status"], fact)


def _change(shipment: Part, fact: Fact) -> None:
    data = fact.data
    for field in _FIELDS:
        if field in data:
            shipment[field] = data[field]
    former = data.get("former_tracking_number")
    if former and former not in shipment.setdefault("former_tracking", []):
        shipment["former_tracking"].append(former)
    if fact.name == "shipment.inventory-requested":
        shipment["asked_at"] = fact.at
    elif fact.name == "shipment.backordered":
        shipment["short"] = data["short"]
    elif fact.name in ("shipment.inventory-assigned", "shipment.canceled", "shipment.split"):
        shipment.pop("short", None)
    if data.get("keep_whole") or fact.name == "shipment.split":
        shipment["keep_whole"] = True
    if "status" in data:
        _set_status(shipment, data["status"], fact)


def _set_status(shipment: Part, status: str, fact: Fact) -> None:
    if shipment.get("status") != status:
        shipment["status"], shipment["since"] = status, fact.at
