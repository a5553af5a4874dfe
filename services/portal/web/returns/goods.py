"""What of an order can come back, and what was said about it, for the forms of returns."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.portal.i18n import N_
from services.portal.queries.models.details import Line, OrderDetails, Shipment

ARRIVALS = {
    "received": N_("Received"),
    "lost": N_("Lost in transit"),
    "wrong-item": N_("Another item came"),
    "short": N_("Missing in the parcel"),
}
DISPOSITIONS = {
    "restock": N_("Back to stock"),
    "quarantine": N_("Quarantine"),
    "write-off": N_("Write off"),
}
DECISIONS = {"accepted": N_("Accept"), "rejected": N_("Reject")}


@dataclass(frozen=True, slots=True)
class Returnable:
    """A shipped line of which pieces can come back."""

    shipment: Shipment
    line: Line
    pieces: int


def returnable(order: OrderDetails) -> Iterator[Returnable]:
    """The shipped lines with pieces that aren't part of a return.

    Pieces that never arrived may come back once that return is complete.
    """
    used: dict[tuple[str, str], int] = {}
    for each in order.returns:
        for back in each.lines:
            key = (back.shipment_id, back.line_id)
            used[key] = used.get(key, 0) + each.takes(back)
    for shipment in order.shipments:
        if (shipment.before_hold or shipment.status) != "Shipped":
            continue
        for line in shipment.lines:
            pieces = line.quantity - used.get((shipment.shipment_id, line.line_id), 0)
            if pieces > 0:
                yield Returnable(shipment, line, pieces)
