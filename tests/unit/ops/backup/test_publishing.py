"""What is published again has the ids and bytes of the first time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ops.backup.publishing import derive, load_services
from shared.contracts.orders import Deleted
from shared.runtime.processing.erasure import erasure
from shared.runtime.processing.publications import Publications

ORDER = load_services()["order"].kinds["order"]
AT = datetime(2026, 11, 28, tzinfo=UTC)
DELETED = Deleted(order_id="c-1", order_number="PO1000001", by="csr:anna", at=AT)
NOTED = '{"order_id":"c-1","text":"Rings twice."}'


def document(*events: tuple[str, str]) -> dict[str, Any]:
    """A document of a journal, whose events one command caused."""
    cause = {
        "key": "shop#m-1",
        "id": "m-1",
        "source": "shop",
        "type": "waybill.order.delete.v1",
        "reply_to": "waybill.replies",
        "outcome": {"outcome": "accepted", "version": 7, "status": None},
    }
    return {
        "_id": "order/c-1@0000000003",
        "stream": "order/c-1",
        "version": 3,
        "first": 6,
        "writer": "w",
        "batch": 1,
        "at": AT,
        "causes": [cause],
        "events": [{"type": kind, "data": data, "cause": 0} for kind, data in events],
    }


def test_erased_document_publishes_its_tombstone_at_its_place_and_nothing_else() -> None:
    publications = Publications("order", "shop.")
    kept = document(("waybill.order.edited.v1", NOTED), (Deleted.type, DELETED.model_dump_json()))
    (erased,) = erasure([kept], ORDER.tombstone)
    records = list(derive(publications, erased, ORDER))
    (first, *others) = records
    headers = dict(first.headers)
    assert first.topic == "shop.order.events"
    assert first.value == DELETED.model_dump_json().encode()
    assert (headers["ce_id"], headers["ce_sequence"]) == (b"order:c-1:7:0", b"7")
    assert not [one for one in others if one.topic in ("shop.order.events", "waybill.replies")]


def test_other_documents_publish_what_they_published_first() -> None:
    publications = Publications("order", "shop.")
    kept = document((Deleted.type, DELETED.model_dump_json()))
    assert list(derive(publications, kept, ORDER)) == list(publications.of(kept, ORDER))
    assert "waybill.replies" in {one.topic for one in derive(publications, kept, ORDER)}
