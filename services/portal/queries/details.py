"""Builds an order in full from the parts of its document."""

from collections.abc import Iterator, Sequence

from services.portal.projections import order_part, payment_part
from services.portal.projections.projection import Document, Part
from services.portal.queries.activity import notes_of
from services.portal.queries.models.details import Happened, OrderDetails, Payment, Shipment
from services.portal.queries.shipment_labels import Numbers, numbers_of


def details_of(document: Document, entries: Sequence[Document]) -> OrderDetails | None:
    """The order of a document; None before it is placed.

    `entries` are the timeline entries that `activity.notes_of` makes into notes.
    """
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
        notes=list(notes_of(entries, numbers)),
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


def _happened(part: Part | None, at: str) -> Happened | None:
    return Happened(at=part[at], by=part["by"], reason=part["reason"]) if part else None
