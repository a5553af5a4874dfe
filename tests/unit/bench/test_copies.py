"""A copy is what the services would have written about another order."""

from datetime import UTC, datetime, timedelta

import bson

from bench.copies import Copy, Original

AT = datetime(2026, 11, 28, 17, 30, 0, 123000, tzinfo=UTC)
DOCUMENT = {
    "_id": "order/drill-0000001@0000000001",
    "at": AT,
    "causes": [{"key": "bench/checkout-drill-0000001"}],
    "events": [{"data": b'{"order_id":"drill-0000001","order_number":"PO1000001"}'}],
}
ORIGINAL = Original(
    "drill-0000001",
    "PO1000001",
    [
        ("waybill_order", "journal", bson.encode(DOCUMENT)),
        ("waybill_portal", "timeline", bson.encode({"_id": "x/drill-0000001@1", "at": AT})),
        ("waybill_portal", "orders", bson.encode({"row": {"pieces": ["N1", "N10", "N1000001"]}})),
    ],
)


def copied(copy: Copy) -> dict[tuple[str, str], dict[str, object]]:
    codec = bson.CodecOptions(tz_aware=True)
    return {place: bson.decode(raw.raw, codec) for place, raw in ORIGINAL.copy(copy)}


def test_copy_has_another_id_and_number_everywhere() -> None:
    found = copied(Copy("drill-0000002", "PO2000002"))

    assert found["waybill_order", "journal"] == {
        "_id": "order/drill-0000002@0000000001",
        "at": AT,
        "causes": [{"key": "bench/checkout-drill-0000002"}],
        "events": [{"data": b'{"order_id":"drill-0000002","order_number":"PO2000002"}'}],
    }
    assert found["waybill_portal", "timeline"] == {"_id": "x/drill-0000002@1", "at": AT}
    assert found["waybill_portal", "orders"] == {"row": {"pieces": ["N2", "N20", "N2000002"]}}


def test_only_the_journal_of_an_old_copy_is_older() -> None:
    found = copied(Copy("drill-0000002", "PO2000002", timedelta(days=100)))

    assert found["waybill_order", "journal"]["at"] == AT - timedelta(days=100)
    assert found["waybill_portal", "timeline"]["at"] == AT
