"""What the system did to an order, shown between the notes of people (rules: "add note").

It is derived from the events of all services when it is shown; nobody can write or edit it. Orders
of version 0.1 have events that repeat it, which aren't shown.
"""

from collections.abc import Iterator, Sequence

import orjson

from services.portal.projections.projection import Document
from services.portal.queries.event_texts import NO_NAMES, Names, what, why
from services.portal.queries.models.details import Note
from services.portal.queries.shipment_labels import Numbers

AUTHOR = "waybill"
NOTE = "order.note-added"
# Events that are left out either repeat one of these or concern only the services.
ACTIVITY = (
    "order.placed",
    "order.hold-requested",
    "order.held",
    "order.hold-refused",
    "order.release-hold-requested",
    "order.hold-released",
    "order.cancel-requested",
    "order.canceled",
    "order.cancel-refused",
    "order.delete-requested",
    "order.delete-refused",
    "order.lines-change-requested",
    "order.lines-changed",
    "order.lines-change-refused",
    "order.shipping-refund-requested",
    "order.shipping-refunded",
    "order.shipping-refund-refused",
    "order.reordered",
    "order.reorder-refused",
    "order.partially-shipped",
    "order.completed",
    "return.created",
    "return.received",
    "return.completion-requested",
    "return.completed",
    "return.completion-refused",
    "return.canceled",
    "exchange.requested",
    "exchange.ordered",
    "exchange.refused",
    "exchange.settled",
    "payment.requested",
    "payment.request-failed",
    "payment.recorded",
    "payment.captured",
    "payment.voided",
    "payment.authorization-expired",
    "payment.refunded",
    "shipment.inventory-assigned",
    "shipment.backordered",
    "shipment.edited",
    "shipment.released",
    "shipment.recalled",
    "shipment.packing",
    "shipment.removed-from-picklist",
    "shipment.shipped",
    "shipment.tracking-corrected",
    "shipment.canceled",
)


def notes_of(
    entries: Sequence[Document], numbers: Numbers, names: Names = NO_NAMES
) -> Iterator[Note]:
    """Yields the notes of people and the activity of the system.

    `entries` are an order's timeline entries named `NOTE` or in `ACTIVITY`, in order of time;
    `numbers` are those of its shipments, by id.
    """
    for entry in entries:
        data = orjson.loads(entry["data"])
        if entry["name"] != NOTE:
            text = _sentence(what(entry["name"], data, numbers, names))
            if isinstance(data.get("reason"), dict):  # of a refusal; people's reasons stay out
                text = f"{text} {why(data, numbers)}"
            note_id = f"{entry['source']}-{entry['sequence']}"
            yield Note(
                note_id=note_id, text=text, author=AUTHOR, added_at=entry["at"], kind="activity"
            )
        elif data.get("kind") != "activity":
            yield Note(**data)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
