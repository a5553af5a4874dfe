"""What a batch of facts and entries changes of the stock."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.portal.projections.facts import Entry, Fact
from services.portal.projections.stock import levels

AT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def fact(sequence: int, sku: str = "SKU-1", source: str = "stock") -> Fact:
    level = {"sku": sku, "on_hand": sequence, "allocated": 0, "backordered": 0}
    data = {"levels": [level]}
    return Fact(source, "seattle", sequence, "stock.allocated", AT, data, f"m-{sequence}")


def entry(offset: int, data: dict[str, int] | None = None) -> Entry:
    return Entry("stock.levels", "seattle/SKU-1", offset, data)


@given(st.lists(st.integers(1, 9), min_size=1))
def test_only_the_last_of_an_article_is_written_however_they_come(sequences):
    (write,) = levels(map(fact, sequences), ())
    assert write._doc["$set"]["fact"]["on_hand"] == max(sequences)


def test_each_article_and_each_part_is_written_for_itself():
    some = {"on_hand": 3, "allocated": 2, "backordered": 1}
    written = levels([fact(1), fact(2, "SKU-2")], [entry(7, some)])
    told = [(write._filter["_id"], *write._doc["$set"]) for write in written]
    assert told == [
        ("seattle/SKU-1", "warehouse", "sku", "fact"),
        ("seattle/SKU-2", "warehouse", "sku", "fact"),
        ("seattle/SKU-1", "warehouse", "sku", "level"),
    ]


def test_a_key_that_is_gone_stands_at_nothing():
    (write,) = levels((), [entry(7, {"on_hand": 3, "allocated": 2, "backordered": 1}), entry(8)])
    level = write._doc["$set"]["level"]
    assert level == {"offset": 8, "on_hand": 0, "allocated": 0, "backordered": 0}


def test_facts_of_others_change_no_stock():
    assert levels([fact(1, source="order")], ()) == []
