"""What an edit form shows of its record, so that whoever saves later can be told what changed.

A form carries these values and the record's version as they were when it was opened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.portal.queries.models.carts import CartDetails
from services.portal.queries.models.customers import CustomerDetails
from services.portal.queries.models.details import OrderDetails
from services.portal.queries.models.stock import VersionedLevel
from shared.contracts.address import Address

Values = dict[str, str]
Record = CustomerDetails | CartDetails | OrderDetails | VersionedLevel
Ids = Mapping[str, Any]


@dataclass(frozen=True)
class FormValues:
    """What a form is about, as it is now.

    version  of the stream that the form's command goes to; None if nothing is known of it
    values   by the names of the form's fields, as these hold them; None if what the form is about
             isn't there any more
    """

    version: int | None
    values: Values | None


def form_values(command: str, record: Record, **ids: Any) -> FormValues:
    """What the form of `command` (`order.change-line`) shows of the record.

    `ids` are those of the command: `shipment_id`, `line_id`, `address_id`. Raises `KeyError` for
    a command whose form shows nothing of a record.
    """
    version = record.version if not isinstance(record, OrderDetails) else None
    if isinstance(record, OrderDetails):
        version = record.versions.get(command.partition(".")[0])
    return FormValues(version, SHOWS[command](record, ids))


def shown(record: Record, **ids: Any) -> Callable[[str], FormValues]:
    """For the template of a record's forms: what the form of a command shows."""
    return partial(form_values, record=record, **ids)


def _contact(record: Any, _: Ids) -> Values:
    return _texts(record, "name", "email", "phone")


def _entry(record: Any, ids: Ids) -> Values | None:
    entry = _one(record.addresses, "address_id", ids)
    return _address(entry.address) if entry else None


def _shipment(record: Any, ids: Ids) -> Values | None:
    shipment = _one(record.shipments, "shipment_id", ids)
    return _where(shipment) if shipment else None


def _tracking(record: Any, ids: Ids) -> Values | None:
    shipment = _one(record.shipments, "shipment_id", ids)
    return _texts(shipment, "tracking_number", "carrier") if shipment else None


def _cart_shipment(record: Any, ids: Ids) -> Values:
    """One that isn't in the cart yet is made by its form."""
    return _where(_one(record.shipments, "shipment_id", ids))


def _line(record: Any, ids: Ids) -> Values | None:
    line = _line_of(record, ids)
    return _texts(line, "quantity", "placed_price") if line else None


def _quantity(record: Any, ids: Ids) -> Values | None:
    line = _line_of(record, ids)
    return _texts(line, "quantity") if line else None


def _on_hand(level: Any, _: Ids) -> Values:
    """Under another name than the form's `quantity`, which is what was counted."""
    return {"on_hand": str(level.on_hand)}


def _safety(level: Any, _: Ids) -> Values:
    return {"safety": str(level.safety)}


def _expected(level: Any, _: Ids) -> Values:
    return {"expected": ", ".join(f"{e.quantity}: {e.expected_on}" for e in level.expected)}


def _discount(record: Any, ids: Ids) -> Values | None:
    """Of a line, or of the whole order if no line is named."""
    if not ids.get("line_id") and isinstance(record, OrderDetails):
        return {"amount": record.manual_discount or ""}
    if not ids.get("line_id"):
        return {"amount": record.totals.order_discount if record.totals else ""}
    line = _line_of(record, ids)
    if line is None:
        return None
    field = "manual_discount" if isinstance(record, OrderDetails) else "discount"
    return {"amount": getattr(line, field) or ""}


SHOWS: Mapping[str, Callable[[Any, Ids], Values | None]] = {
    "customer.update": _contact,
    "customer.change-address": _entry,
    "customer.remove-address": _entry,
    "cart.set-shipment": _cart_shipment,
    "cart.change-line": _line,
    "cart.remove-line": _quantity,
    "cart.set-discount": _discount,
    "shipment.edit": _shipment,
    "shipment.correct-tracking": _tracking,
    "order.change-line": _line,
    "order.remove-line": _quantity,
    "order.move-line": _quantity,
    "order.set-discount": _discount,
    "stock.count": _on_hand,
    "stock.set-safety": _safety,
    "stock.expect": _expected,
}


def _where(shipment: Any) -> Values:
    method = getattr(shipment, "shipping_method", None) or ""
    return {**_address(getattr(shipment, "address", None)), "shipping_method": method}


def _address(address: Address | None) -> Values:
    values = {name: getattr(address, name, None) for name in Address.model_fields}
    return {f"address.{name}": value or "" for name, value in values.items()}


def _line_of(record: Any, ids: Ids) -> Any:
    shipment = _one(record.shipments, "shipment_id", ids)
    return _one(shipment.lines, "line_id", ids) if shipment else None


def _texts(of: Any, *fields: str) -> Values:
    return {field: str(getattr(of, field) or "") for field in fields}


def _one(among: list[Any], field: str, ids: Ids) -> Any:
    return next((each for each in among if getattr(each, field) == ids.get(field)), None)
