"""The writes to the stock read model for a batch of events and table entries."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.portal.projections.facts import Entry, Fact
from services.portal.projections.stock import level_updates

AT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def fact(sequence: int, sku: str = "SKU-1", source: str = "stock") -> Fact:
    level = {"sku": sku, "on_hand": sequence, "allocated": 0, "backordered": 0}
    data = {"levels": [level]}
    return Fact(source, "seattle", sequence, "stock.allocated", AT, data, f"m-{sequence}")


def entry(offset: int, data: dict[str, int] | None = None) -> Entry:
    return Entry("stock.levels", "seattle/SKU-1", offset, data)


@given(st.lists(st.integers(1, 9), min_size=1))
def test_only_the_last_level_of_a_sku_is_written_in_any_order(sequences):
    (write,) = level_updates(map(fact, sequences), ())
    assert write._doc["$set"]["fact"]["on_hand"] == max(sequences)


def test_each_sku_and_part_is_written_separately():
    some = {"on_hand": 3, "allocated": 2, "backordered": 1}
    writes = level_updates([fact(1), fact(2, "SKU-2")], [entry(7, some)])
    written_fields = [(write._filter["_id"], *write._doc["$set"]) for write in writes]
    assert written_fields == [
        ("seattle/SKU-1", "warehouse", "sku", "fact"),
        ("seattle/SKU-2", "warehouse", "sku", "fact"),
        ("seattle/SKU-1", "warehouse", "sku", "level"),
    ]


def test_safety_stock_is_not_available() -> None:
    receipts = [{"expected_on": "2026-12-01", "quantity": 5}]
    data = {"on_hand": 3, "allocated": 2, "backordered": 0, "safety": 4, "expected": receipts}
    (write,) = level_updates((), [entry(7, data)])
    level = write._doc["$set"]["level"]
    assert (level["available"], level["safety"], level["expected"]) == (-3, 4, receipts)


def test_removed_key_is_written_as_zero():
    (write,) = level_updates(
        (), [entry(7, {"on_hand": 3, "allocated": 2, "backordered": 1}), entry(8)]
    )
    level = write._doc["$set"]["level"]
    names = ("on_hand", "allocated", "backordered", "quarantined", "safety", "available")
    assert level == {"offset": 8, "expected": []} | dict.fromkeys(names, 0)


def test_events_of_other_sources_change_no_stock():
    assert level_updates([fact(1, source="order")], ()) == []
