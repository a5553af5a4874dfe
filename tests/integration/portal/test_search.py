"""Order search on a real MongoDB: results, their order, and the indexes used."""

from datetime import timedelta
from itertools import combinations, product
from typing import Any

import pytest

from services.portal.queries import OrderFilter, Queries, windows
from services.portal.queries.cursor import encode_cursor
from services.portal.queries.query_plan import FETCH_COST, plan
from services.portal.queries.sorting import NEWEST_FIRST, SORTS
from services.portal.queries.windows import Window, choose_window
from shared.contracts import Malformed, orders, shipments
from shared.contracts.address import Customer
from tests.integration.portal.models import Models, stages
from tests.unit.portal.builders import (
    NOW,
    PIKE,
    Stream,
    about,
    opened,
    placed,
    recorded,
    shipment,
)

pytestmark = pytest.mark.engines

PEOPLE = [
    ("Mercy Taylor", "mercy@example.com"),
    ("Taylor Hayes", "hayes@example.com"),
    ("Zoë Łuczak", "Zoe@Example.com"),
    (None, None),
]


def an_order(number: int, **more: Any) -> Stream:
    """An order that was created `number` minutes after NOW."""
    created = NOW + timedelta(minutes=number)
    order_id, named = f"c-{number}", f"PO{1000000 + number}"
    return Stream(created).tell(placed(order_id, named, converted_at=created, **more))


def customer_of(number: int) -> Customer | None:
    name, email = PEOPLE[number % len(PEOPLE)]
    return Customer(name=name, email=email) if name else None


async def filled(models: Models, number: int = 12) -> None:
    """Orders of four customers in two markets; anonymous orders ship to Otis Hayes."""
    for n in range(1, number + 1):
        recipient = customer_of(n).name if customer_of(n) else "Otis Hayes"
        goes = shipment(address=PIKE.model_copy(update={"name": recipient}))
        order = an_order(
            n, customer=customer_of(n), market="US" if n % 3 else "SE", shipments=(goes,)
        )
        if n % 2:
            of = {"order_id": f"c-{n}", "order_number": f"PO{1000000 + n}"}
            order.tell(orders.Held(**of, reason=None))
        await models.apply_streams(order)


async def found(models: Models, **asked: Any) -> list[int]:
    page = await models.queries.orders.search(OrderFilter(**asked))
    numbers = [int(row.order_id[2:]) for row in page.orders]
    assert (await models.queries.orders.count(OrderFilter(**asked))).number == len(numbers)
    return numbers


EVERY: dict[str, Any] = {
    "number": "PO10000",
    "since": NOW,
    "before": NOW + timedelta(days=1),
    "name": "%hay",
    "markets": ("US", "SE"),
    "customer": "tay",
    "email": "hayes@example.com",
    "statuses": ("InProgress", "OnHold"),
    "anonymous": True,
    "customer_id": "cu-7",
    "sku": "dress",
    "tracking": "1Z 999",
    "reference": "tx-7",
    "needs": "owed",
    "waiting": True,
}


@pytest.mark.shows("2.1", "2.2", "2.4", "2.5", "2.6", "2.7", "2.10", "2.11")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ({"customer": "tay"}, [9, 5, 1]),
        ({"customer": "%tay"}, [12, 9, 8, 5, 4, 1]),
        ({"customer": "ZOE"}, [10, 6, 2]),
        ({"customer": "%l"}, [12, 10, 9, 8, 6, 5, 4, 2, 1]),
        ({"customer": "%.*"}, []),
        ({"customer": "t%s"}, [9, 5, 1]),
        ({"name": "%hay"}, [11, 9, 7, 5, 3, 1]),
        ({"name": "otis"}, [11, 7, 3]),
        ({"customer": "otis"}, [11, 7, 3]),  # anonymous: found by recipient
        ({"email": "ZOE@example.com"}, [10, 6, 2]),
        ({"email": "@example.com"}, []),
        ({"email": "zoe"}, []),
        ({"number": "PO1000007"}, [7]),
        ({"number": "100001"}, [12, 11, 10]),
        ({"number": "po 1000007"}, [7]),
        ({"number": "XX1000007"}, []),
        ({"number": "p"}, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ({"markets": ("SE",)}, [12, 9, 6, 3]),
        ({"markets": ("SE", "US"), "statuses": ("OnHold",)}, [11, 9, 7, 5, 3, 1]),
        ({"statuses": ("InProgress",), "customer": "%tay"}, [12, 8, 4]),
        ({"statuses": ("Completed",)}, []),
        ({"anonymous": True}, [11, 7, 3]),
        ({"anonymous": True, "markets": ("SE",)}, [3]),
        ({"since": NOW + timedelta(minutes=11)}, [12, 11]),
        ({"before": NOW + timedelta(minutes=3)}, [2, 1]),
        ({"email": "$ne"}, []),
        ({"markets": ("$ne",)}, []),
    ],
)
async def test_filters(models: Models, asked: dict[str, Any], expected: list[int]) -> None:
    await filled(models)
    assert await found(models, **asked) == expected


async def test_filters_by_customer_id(models: Models) -> None:
    await models.apply_streams(an_order(1), an_order(2, customer=Customer(customer_id="cu-8")))
    assert await found(models, customer_id="cu-7") == [1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sku": "sku-1"}, [2, 1]),
        ({"sku": "sku"}, []),
        ({"sku": "SKU-1", "statuses": ("OnHold",)}, []),
        ({"tracking": "1z 999 aa"}, [1]),
        ({"tracking": "1Z 999"}, []),
        ({"reference": "PSP_1"}, [1]),
        ({"reference": "psp_1", "tracking": "1Z 999 AA", "customer": "mercy"}, [1]),
        ({"reference": "psp_1", "customer": "otis"}, []),
        ({"sku": "SKU-1", "reference": "PSP_1"}, [1]),
    ],
)
async def test_finds_orders_by_what_is_on_a_parcel_or_a_statement(
    models: Models, asked: dict[str, Any], expected: list[int]
) -> None:
    of_first = Stream().tell(opened(), recorded())
    shipped = about(
        shipments.Shipped, "Shipped", tracking_number="1Z 999 AA", lines=(), shipped_at=NOW
    )
    await models.apply_streams(an_order(1), of_first, Stream().tell(shipped), an_order(2))
    assert await found(models, **asked) == expected


async def test_every_filter_and_every_pair_uses_an_index(models: Models) -> None:
    """No scan of any plan sorts in either direction, with or without a cursor."""
    await filled(models)
    fifth = (NOW + timedelta(minutes=5), "PO1000005")
    asked = [(name,) for name in EVERY] + list(combinations(EVERY, 2)) + [(), tuple(EVERY)]
    for names in asked:
        query_plan = plan(OrderFilter(**{name: EVERY[name] for name in names}))
        assert query_plan is not None
        for scan in query_plan.scans:
            for position, by in product((False, True), (NEWEST_FIRST, SORTS["oldest"])):
                window, where = Window(scan, sorting=by), by.after(fifth) if position else {}
                found = models.queries.orders.find(query_plan, window, where, 51)
                winning_plan = (await found.explain())["queryPlanner"]["winningPlan"]
                used = set(stages(winning_plan))
                assert "IXSCAN" in used, (names, scan, used)
                assert not used & {"COLLSCAN", "SORT"}, (names, scan, used)


async def test_pages_are_stable_while_orders_are_placed(models: Models) -> None:
    await filled(models, 30)
    seen: list[int] = []
    cursor: str | None = None
    for arrival in range(31, 60):
        page = await models.queries.orders.search(OrderFilter(), cursor, limit=7)
        seen += [int(row.order_id[2:]) for row in page.orders]
        cursor = page.after
        if cursor is None:
            break
        await models.apply_streams(an_order(arrival, customer=customer_of(arrival)))
    assert seen == list(range(30, 0, -1))


@pytest.mark.parametrize("names", [(), *((a,) for a in EVERY), *combinations(EVERY, 2)])
async def test_search_in_small_windows_finds_the_same_orders(
    models: Models, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    await filled(models, 30)
    asked = OrderFilter(**{name: EVERY[name] for name in names})
    at_once = await models.queries.orders.search(asked)
    assert at_once.searched_to is None
    monkeypatch.setattr(windows, "BUDGETS", (FETCH_COST, 3 * FETCH_COST))
    queries = Queries(models.database)
    rows, cursor = [], None
    for _ in range(60):
        page = await queries.orders.search(asked, cursor, limit=4)
        rows += page.orders
        cursor = page.after
        if cursor is None:
            break
    assert (rows, cursor) == (at_once.orders, None)
    counted = await queries.orders.count(asked)
    assert counted.number == len(rows) or counted.more


async def test_a_search_examines_no_more_orders_than_its_budget(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "BUDGETS", (FETCH_COST, 3 * FETCH_COST))
    await filled(models, 30)
    asked = OrderFilter(customer="tay", markets=("US",))
    query_plan = plan(asked)
    assert query_plan is not None
    window = await choose_window(query_plan, models.queries.orders.prober(query_plan, {}))
    assert window.end is not None
    found = models.queries.orders.find(query_plan, window, {}, 51)
    stats = (await found.explain())["executionStats"]
    assert stats["totalKeysExamined"] <= 3 * FETCH_COST + 2
    page = await Queries(models.database).orders.search(asked)
    assert (page.searched_to, page.after) == (window.end[0], encode_cursor(*window.end))


async def test_orders_of_the_same_moment_are_all_listed(models: Models) -> None:
    for n in range(1, 10):
        same = placed(f"c-{n}", f"PO{1000000 + n}")
        await models.apply_streams(Stream().tell(same))
    first = await models.queries.orders.search(OrderFilter(), limit=4)
    second = await models.queries.orders.search(OrderFilter(), first.after, limit=4)
    third = await models.queries.orders.search(OrderFilter(), second.after, limit=4)
    ids = [row.order_id for page in (first, second, third) for row in page.orders]
    assert ids == [f"c-{n}" for n in range(9, 0, -1)]
    assert third.after is None


@pytest.mark.parametrize("cursor", ["x", "!!", "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5IDE"])
async def test_invalid_cursor_is_refused(models: Models, cursor: str) -> None:
    with pytest.raises(Malformed, match="after"):
        await models.queries.orders.search(OrderFilter(), cursor)


async def test_ids_that_match_and_rows_by_id_leave_out_deleted_orders(models: Models) -> None:
    await filled(models, 4)
    queries = models.queries.orders
    assert await queries.matching(OrderFilter(customer="Mercy"), 10) == ["c-4"]
    assert await queries.matching(OrderFilter(), 3) == ["c-4", "c-3", "c-2"]
    deleted = {"order_id": "c-2", "order_number": "PO1000002", "by": "csr:anna", "at": NOW}
    order = an_order(2, customer=customer_of(2)).tell(orders.Deleted(**deleted))
    await models.apply(order.facts[1:])
    assert (await queries.rows(["c-1", "c-2", "c-9"])).keys() == {"c-1"}


async def test_waits_for_a_version(models: Models) -> None:
    await models.apply_streams(an_order(1))
    assert await models.queries.wait_for_version("order", "c-1", 1, seconds=0)
    assert not await models.queries.wait_for_version("order", "c-1", 2, seconds=0)
    assert not await models.queries.wait_for_version("order", "c-2", 1, seconds=0)
