"""The export of the order list, its columns, and what is set in its filters."""

from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import QueryParams

from services.portal.queries.sorting import NEWEST_FIRST, SORTS
from services.portal.web.orders.chips import chips
from services.portal.web.orders.columns import COLUMNS, columns_of, exported
from services.portal.web.orders.export import cells, text_of
from services.portal.web.orders.filters import OrderSearch
from tests.unit.given import SITE
from tests.unit.portal.test_order_search import row

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\n1"]
)
def test_no_text_is_a_formula(text: str) -> None:
    assert text_of(text, STOCKHOLM) == f"'{text}"


@pytest.mark.parametrize("text", ["Mercy", "1+1", "a@b.example", "O'Hara", ""])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert text_of(text, STOCKHOLM) == text


def test_numbers_stay_numbers_and_times_have_their_zone() -> None:
    overpaid = row(3).model_copy(update={"outstanding": "-5.00", "customer": "-5.00"})
    names = "customer.created.outstanding"
    found = cells(overpaid, exported(columns_of(names)), STOCKHOLM)
    assert found == ["PO1000003", "2026-11-22T21:03:00+01:00", "'-5.00", "USD", "-5.00"]


def test_columns_have_one_order_and_always_the_number() -> None:
    assert [each.name for each in columns_of("units.market.nonsense")] == [
        "number", "market", "units",
    ]  # fmt: skip
    usual = [each.name for each in columns_of("")]
    assert usual == [each.name for each in columns_of("\x00")]
    assert "units" not in usual
    assert set(columns_of(".".join(each.name for each in COLUMNS))) == set(COLUMNS)


def test_each_chip_removes_its_filter_alone() -> None:
    query = "q=ann&number=7&created=today&market=US&market=SE&status=OnHold&needs=owed&sort=oldest"
    search = OrderSearch.of_text(query)
    found = chips(search, SITE)
    assert [each.label for each in found] == [
        "Search", "No.", "Created", "Market", "Market", "Status", "Needs",
    ]  # fmt: skip
    for chip in found:
        left = OrderSearch.of(QueryParams(chip.address.partition("?")[2]))
        assert len(chips(left, SITE)) == len(found) - 1
        assert left.sort == "oldest"


def test_numbers_are_sorted_by_only_in_the_whole_list() -> None:
    assert OrderSearch.of_text("sort=number").sorting == SORTS["number"]
    assert OrderSearch.of_text("sort=number&market=US").sorting == SORTS["oldest"]
    assert OrderSearch.of_text("").sorting == NEWEST_FIRST


def test_one_search_has_one_query() -> None:
    one = OrderSearch.of_text("status=OnHold&market=US&sort=newest&end=x")
    assert one.query == OrderSearch.of_text("market=US&status=OnHold").query
