"""What changed in an order, as a text's key and its facts, so that a reader can have it translated.

The texts are English. Facts are in braces; `shipment` and `to` are the ids of shipments.
"""

from collections.abc import Mapping, Sequence

from pydantic import Field

from shared.contracts.base import Part


class Change(Part):
    """One sentence about a change.

    text     the key of its text in `EDITS`
    facts    the values in it
    details  what changed within it, each with a text of its own; they take the place of `{details}`
    """

    text: str
    facts: dict[str, str] = Field(default_factory=dict)
    details: tuple["Change", ...] = ()


EDITS: Mapping[str, str] = {
    "nothing": "Nothing changed.",
    "line-added": "Added to shipment {shipment}: {quantity} × {name} at {price}.",
    "line-changed": "{name} in shipment {shipment}: {details}.",
    "quantity": "quantity {was}, now {now}",
    "price": "price {was}, now {now}",
    "manual-discount": "discount by hand {was}, now {now}",
    "discount": "discount {was}, now {now}",
    "tax": "tax {was}, now {now}",
    "line-removed": "Removed from shipment {shipment}: {quantity} × {name}.",
    "moved": "Moved {quantity} × {name} from shipment {shipment} to {to}.",
    "moved-all": "Moved {quantity} × {name} from shipment {shipment} to {to}; "
    "shipment {shipment} is empty and gone.",
    "moved-to-new": "Moved {quantity} × {name} from shipment {shipment} to {to}, "
    "a new one by {method} for {cost}.",
    "moved-all-to-new": "Moved {quantity} × {name} from shipment {shipment} to {to}; "
    "shipment {shipment} is empty and gone, a new one by {method} for {cost}.",
    "split": "Shipment {shipment} was split over several warehouses: {details}.",
    "split-off": "{quantity} × {name} in shipment {to}",
    "order-discount": "The order's discount was {was}, now {now}.",
    "method-same-cost": "Shipment {shipment} goes by {method}, at the same cost.",
    "method": "Shipment {shipment} goes by {method}: shipping was {was}, now {now}.",
    "shipment-canceled": "Shipment {shipment} was canceled.",
    "some-canceled": "Some of the order's shipments were canceled.",
    "total-same": "The total stays {now} {currency}.",
    "total": "The total was {was} and is {now} {currency}.",
}


def change(text: str, *details: Change, **facts: str) -> Change:
    """Returns a change with this text and these facts."""
    return Change(text=text, facts=facts, details=details)


def sentences(changes: Sequence[Change], texts: Mapping[str, str] = EDITS) -> str:
    """Returns the changes as text. Raises `KeyError` for a text or a fact that is unknown."""
    return " ".join(_sentence(each, texts) for each in changes)


def _sentence(each: Change, texts: Mapping[str, str]) -> str:
    details = "; ".join(_sentence(detail, texts) for detail in each.details)
    return texts[each.text].format_map({**each.facts, "details": details})
