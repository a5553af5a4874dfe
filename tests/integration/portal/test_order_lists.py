"""The list of orders on a real MongoDB: sorted, searched by one text, and read row by row."""

from datetime import timedelta

import pytest

from services.portal.queries import OrderFilter, Queries, windows
from services.portal.queries.order_search import search_text
from services.portal.queries.query_plan import FETCH_COST, plan
from services.portal.queries.sorting import SORTS
from services.portal.queries.windows import Window
from shared.contracts import shipments
from tests.integration.portal.models import Models, stages
from tests.integration.portal.test_search import an_order, filled
from tests.unit.portal.builders import NOW, Stream, about, opened, recorded

pytestmark = pytest.mark.engines


async def listed(models: Models, sort: str, limit: int = 5, **asked: object) -> list[int]:
    """The numbers of all orders that match, page by page."""
    numbers: list[int] = []
    cursor: str | None = None
    for _ in range(60):
        page = await Queries(models.database).orders.search(
            OrderFilter(**asked),  # type: ignore[arg-type]
            cursor,
            limit,
            SORTS[sort],
        )
        numbers += [int(row.order_id[2:]) for row in page.orders]
        cursor = page.after
        if cursor is None:
            return numbers
    raise AssertionError("the pages don't end")


@pytest.mark.parametrize("narrow", [False, True])
async def test_oldest_first_is_newest_first_turned_round(
    models: Models, monkeypatch: pytest.MonkeyPatch, narrow: bool
) -> None:
    await filled(models, 30)
    if narrow:
        monkeypatch.setattr(windows, "BUDGETS", (FETCH_COST, 3 * FETCH_COST))
    for asked in ({}, {"customer": "%tay"}, {"markets": ("SE", "US"), "name": "%hay"}):
        newest = await listed(models, "newest", **asked)
        assert newest == sorted(newest, reverse=True)
        assert await listed(models, "oldest", **asked) == newest[::-1]


async def test_numbers_are_sorted_along_their_index(models: Models) -> None:
    await filled(models)
    await models.apply_streams(Stream(NOW - timedelta(days=9)).tell())
    for sort, expected in (("number", list(range(1, 13))), ("number-down", list(range(12, 0, -1)))):
        assert await listed(models, sort) == expected
        query_plan = plan(OrderFilter(), SORTS[sort])
        assert query_plan is not None
        window = Window(query_plan.scans[0], sorting=SORTS[sort])
        found = models.queries.orders.find(query_plan, window, {}, 51)
        used = set(stages((await found.explain())["queryPlanner"]["winningPlan"]))
        assert "IXSCAN" in used
        assert not used & {"COLLSCAN", "SORT"}


async def test_unpaid_and_waiting_orders(models: Models) -> None:
    waits = about(shipments.AwaitingInventory, "AwaitingInventory")
    assigned = about(shipments.InventoryAssigned, "InventoryAssigned")
    await models.apply_streams(an_order(1), Stream().tell(opened(), recorded()), an_order(2))
    assert await listed(models, "newest", needs="owed") == [2]
    await models.apply_streams(Stream().tell(waits))
    assert await listed(models, "newest", waiting=True) == [2, 1]
    await models.apply_streams(Stream().tell(waits, assigned))
    assert await listed(models, "newest", waiting=True) == [2]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("PO1000001", [(1, "number")]),
        ("po10000", [(2, "number"), (1, "number")]),
        ("1000002", [(2, "number")]),
        ("aylor", [(2, "name"), (1, "name")]),
        ("Mercy@example.COM", [(2, "email"), (1, "email")]),
        ("sku-1", [(2, "sku"), (1, "sku")]),
        ("1z999aa", [(1, "tracking")]),
        ("psp_1", [(1, "reference")]),
        ("nobody at all", []),
        ("%", []),
    ],
)
async def test_one_text_finds_what_it_may_be(
    models: Models, typed: str, expected: list[tuple[int, str]]
) -> None:
    shipped = about(
        shipments.Shipped, "Shipped", tracking_number="1Z999AA", lines=(), shipped_at=NOW
    )
    payment = Stream().tell(opened(), recorded())
    await models.apply_streams(an_order(1), payment, Stream().tell(shipped), an_order(2))
    page = await search_text(models.queries.orders, typed, OrderFilter())
    assert [(int(row.order_id[2:]), row.matched) for row in page.orders] == expected
    assert page.after is None


async def test_rows_of_orders_that_were_chosen(models: Models) -> None:
    await filled(models, 4)
    found = await models.queries.orders.rows(["c-2", "c-4", "nothing"])
    assert {name: row.order_id for name, row in found.items()} == {"c-2": "c-2", "c-4": "c-4"}
