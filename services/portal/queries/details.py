"""Builds an order in full from the parts of its document."""

from collections.abc import Iterator, Sequence
from typing import Any

from services.portal.projections import order_part, payment_part
from services.portal.projections.projection import Document, Part
from services.portal.queries.models.details import Happened, Note, OrderDetails, Payment, Shipment
from services.portal.queries.shipment_labels import Numbers, numbers_of, with_labels


def details_of(document: Document, notes: Sequence[dict[str, Any]]) -> OrderDetails | None:
    """The order of a document; None before it is placed. `notes` is the data of its note events."""
    order: Part = document.get("order", {})
    if "number" not in order:
        return None
    money: Part = document.get("payment", {})
    numbers = numbers_of(order)
    return OrderDetails(
        order_id=document["_id"],
        number=order["number"],
        created=order["created"],
        market=order["market"],
        currency=order["currency"],
        status=order["status"],
        since=order["since"],
        pending=order_part.pending(order),
        held=_happened(order.get("held"), "since"),
        canceled=_happened(order.get("canceled"), "at"),
        customer=order["customer"],
        coupons=order["coupons"],
        order_discount=order["order_discount"],
        manual_discount=order.get("manual_discount"),
        total=order["total"],
        paid=money.get("paid"),
        outstanding=payment_part.outstanding(order, money),
        shipments=list(_shipments(order, document.get("shipment", {}), numbers)),
        payments=[
            Payment(payment_id=payment_id, **payment)
            for payment_id, payment in money.get("payments", {}).items()
        ],
        notes=[_note(note, numbers) for note in notes],
        shipment_numbers=numbers,
        versions=document["applied"],
        incomplete="gaps" in document,
    )


def _shipments(order: Part, fulfilment: Part, numbers: Numbers) -> Iterator[Shipment]:
    """Prices and lines come from the order; the shipment service's data wins for the rest."""
    known = fulfilment.get("shipments", {})
    for placed in order["shipments"]:
        now = known.get(placed["shipment_id"], {})
        where = {"status": "AwaitingInventory"} | {k: v for k, v in now.items() if k != "lines"}
        yield Shipment(**placed | where | {"number": numbers[placed["shipment_id"]]})


def _note(data: Part, numbers: Numbers) -> Note:
    """A note. Activity notes of Waybill name shipments by id, which is replaced by the label."""
    note = Note(**data)
    if note.kind != "activity":
        return note
    return note.model_copy(update={"text": with_labels(note.text, numbers)})


def _happened(part: Part | None, at: str) -> Happened | None:
    return Happened(at=part[at], by=part["by"], reason=part["reason"]) if part else None
