"""The search box: what a text may stand for, and how the pages of its readings are merged."""

from datetime import timedelta

import pytest

from services.portal.queries.cursor import encode_cursor
from services.portal.queries.models.orders import MatchedRow, OrderPage, OrderRow
from services.portal.queries.order_search import is_whole, merged, readings
from services.portal.queries.sorting import NEWEST_FIRST, SORTS
from tests.unit.portal.builders import NOW


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", []),
        (" % ", []),
        ("\x00", []),
        ("7", ["number"]),
        ("PO10", ["number", "tracking", "reference", "sku", "name"]),
        ("1000042", ["number", "tracking", "reference", "sku"]),
        ("ann", ["tracking", "reference", "sku", "name"]),
        ("an", ["name"]),
        ("1Z99", ["tracking", "reference", "sku", "name"]),
        ("ann@example.com", ["email", "reference"]),
        ("山田太郎", ["tracking", "reference", "sku", "name"]),
    ],
)
def test_what_a_text_may_be(typed: str, names: list[str]) -> None:
    assert list(readings(typed)) == names


def test_a_part_of_a_name_is_enough_and_a_pattern_stays_as_it_is() -> None:
    assert readings("taylor")["name"] == "%taylor"
    assert readings("me%lor")["name"] == "me%lor"


def row(number: int) -> OrderRow:
    return OrderRow(
        order_id=f"c-{number}", number=f"PO100000{number}",
        created=NOW + timedelta(minutes=number), market="US", currency="USD",
        status="InProgress", since=NOW, pending=[], customer=None, customer_email=None,
        anonymous=True, total="1.00", paid=None, outstanding="1.00", shipments=[],
    )  # fmt: skip


def page(*numbers: int, after: int | None = None) -> OrderPage:
    end = encode_cursor(row(after).created, row(after).number) if after else None
    return OrderPage(orders=[row(n) for n in numbers], after=end)


def test_an_order_is_listed_once_by_its_first_reading() -> None:
    found = merged({"number": page(3), "name": page(5, 3, 1)}, 9, NEWEST_FIRST)
    assert [(r.order_id, r.matched) for r in found.orders] == [
        ("c-5", "name"),
        ("c-3", "number"),
        ("c-1", "name"),
    ]
    assert found.after is None


def test_nothing_is_shown_that_another_reading_may_come_before() -> None:
    """The names are read down to 5: what they have below isn't known yet."""
    found = merged({"sku": page(6, 2), "name": page(7, 5, after=5)}, 9, NEWEST_FIRST)
    assert [r.order_id for r in found.orders] == ["c-7", "c-6", "c-5"]
    assert found.after == page(after=5).after
    rising = merged({"sku": page(2, 6), "name": page(3, 5, after=5)}, 9, SORTS["oldest"])
    assert [r.order_id for r in rising.orders] == ["c-2", "c-3", "c-5"]


def test_a_full_page_ends_at_its_last_order() -> None:
    found = merged({"sku": page(6, 2), "name": page(7, 5)}, 2, NEWEST_FIRST)
    assert [r.order_id for r in found.orders] == ["c-7", "c-6"]
    assert found.after == page(after=6).after


@pytest.mark.parametrize(
    ("typed", "matched", "expected"),
    [
        ("PO1000003", "number", True),
        ("1000003", "number", True),
        ("100000", "number", False),
        ("1Z9", "tracking", True),
        ("ann", "name", False),
    ],
)
def test_only_what_names_an_order_opens_it(typed: str, matched: str, expected: bool) -> None:
    assert is_whole(typed, MatchedRow(**row(3).model_dump(), matched=matched)) is expected
