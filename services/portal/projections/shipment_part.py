"""What the shipment service tells of an order: each shipment, where it is, what it waits for."""

from typing import Any

from services.portal.projections.facts import Fact
from services.portal.projections.projection import Part

# What a fact may say about a shipment that holds from then on.
_LASTING = (
    "warehouse",
    "shipping_method",
    "address",
    "lines",
    "preorder",
    "tracking_number",
    "released_at",
    "shipped_at",
)


def fold(fulfilment: Part, fact: Fact) -> None:
    """Lets a fact of `shipment.events` change the shipments' part.

    Facts about one shipment carry its id and its status; whatever else of the above they carry
    is how it is now. Facts about the whole order name all open shipments.
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
        _stands(shipment, "OnHold", fact)
    else:
        shipment.pop("before_hold", None)
        _stands(shipment, standing["status"], fact)


def _edit(shipment: Part, changed: dict[str, Any], fact: Fact) -> None:
    shipment["lines"] = changed["lines"]
    shipment["preorder"] = bool(changed["preorder_lines"])
    shipment.pop("short", None)
    _stands(shipment, changed["status"], fact)


def _change(shipment: Part, fact: Fact) -> None:
    data = fact.data
    for field in _LASTING:
        if field in data:
            shipment[field] = data[field]
    if fact.name == "shipment.inventory-requested":
        shipment["asked_at"] = fact.at
    elif fact.name == "shipment.backordered":
        shipment["short"] = data["short"]
    elif fact.name in ("shipment.inventory-assigned", "shipment.canceled"):
        shipment.pop("short", None)
    if "status" in data:
        _stands(shipment, data["status"], fact)


def _stands(shipment: Part, status: str, fact: Fact) -> None:
    if shipment.get("status") != status:
        shipment["status"], shipment["since"] = status, fact.at
