"""Builds an order in full from the parts of its document."""

from collections.abc import Iterator, Sequence

from services.portal.projections import order_part, payment_part
from services.portal.projections.projection import Document, Part
from services.portal.projections.returns_part import return_number
from services.portal.queries.activity import notes_of
from services.portal.queries.event_texts import NO_NAMES, Names
from services.portal.queries.models.details import Happened, Hold, OrderDetails, Payment, Shipment
from services.portal.queries.models.returns import Exchange, Return
from services.portal.queries.shipment_labels import Numbers, numbers_of, reason_with_labels


def details_of(
    document: Document, entries: Sequence[Document], names: Names = NO_NAMES
) -> OrderDetails | None:
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
        status=order_part.status_of(order),
        since=order["since"],
        pending=order_part.pending(order),
        held=_happened(order.get("held"), "since"),
        holds=[Hold(hold_id=which, **hold) for which, hold in order_part.holds_of(order).items()],
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
        returns=list(_returns(order, numbers)),
        returned=money.get("returned", "0"),
        shipping_returned=money.get("shipping_returned", "0"),
        notes=list(notes_of(entries, numbers, names)),
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


def _returns(order: Part, numbers: Numbers) -> Iterator[Return]:
    for return_id, found in order.get("returns", {}).items():
        known = {"asked", "refusal", "exchange", "number"}
        exchange = found.get("exchange")
        yield Return(
            return_id=return_id,
            number=return_number(order["number"], found["number"]),
            asked=bool(found.get("asked")),
            refusal=_reason(found, numbers),
            exchange=Exchange(**exchange | {"refusal": _reason(exchange, numbers)})
            if exchange
            else None,
            **{field: value for field, value in found.items() if field not in known},
        )


def _reason(found: Part, numbers: Numbers) -> str | None:
    reason = found.get("refusal")
    return reason_with_labels(reason, numbers) if reason else None


def _happened(part: Part | None, at: str) -> Happened | None:
    return Happened(at=part[at], by=part["by"], reason=part["reason"]) if part else None
