"""Finding orders on a real MongoDB: what is found, in which order, and by which index."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from services.portal.queries import OrderFilter
from services.portal.queries.query_plan import after, plan
from shared.contracts import Malformed, orders
from shared.contracts.address import Customer
from tests.integration.portal.models import Models, stages
from tests.unit.portal.builders import NOW, PIKE, Stream, placed, shipment

pytestmark = pytest.mark.engines

PEOPLE = [
    ("Mercy Taylor", "mercy@example.com"),
    ("Taylor Hayes", "hayes@example.com"),
    ("Zoë Łuczak", "Zoe@Example.com"),
    (None, None),
]


def an_order(number: int, **more: Any) -> Stream:
    """Order `number` was created that many minutes after NOW."""
    created = NOW + timedelta(minutes=number)
    order_id, named = f"c-{number}", f"PO{1000000 + number}"
    return Stream(created).tell(placed(order_id, named, converted_at=created, **more))


def somebody(number: int) -> Customer | None:
    name, email = PEOPLE[number % len(PEOPLE)]
    return Customer(name=name, email=email) if name else None


async def filled(models: Models, number: int = 12) -> None:
    """Orders of four people in two markets; those of nobody go to a Hayes."""
    for n in range(1, number + 1):
        recipient = somebody(n).name if somebody(n) else "Otis Hayes"
        goes = shipment(address=PIKE.model_copy(update={"name": recipient}))
        order = an_order(n, customer=somebody(n), market="US" if n % 3 else "SE", shipments=(goes,))
        if n % 2:
            of = {"order_id": f"c-{n}", "order_number": f"PO{1000000 + n}"}
            order.tell(orders.Held(**of, reason=None))
        await models.tell(order)


async def found(models: Models, **asked: Any) -> list[int]:
    page = await models.views.orders.search(OrderFilter(**asked))
    numbers = [int(row.order_id[2:]) for row in page.orders]
    assert (await models.views.orders.count(OrderFilter(**asked))).number == len(numbers)
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
        ({"customer": "otis"}, [11, 7, 3]),  # anonymous: a recipient stands for the customer
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
    await models.tell(an_order(1), an_order(2, customer=Customer(customer_id="cu-8")))
    assert await found(models, customer_id="cu-7") == [1]


async def test_every_filter_and_every_pair_goes_by_an_index(models: Models) -> None:
    """By each way that could be taken, with a page's place and without: nothing is sorted."""
    await filled(models)
    place = after(NOW + timedelta(minutes=5), "PO1000005")
    asked = [(name,) for name in EVERY] + list(combinations(EVERY, 2)) + [(), tuple(EVERY)]
    for names in asked:
        planned = plan(OrderFilter(**{name: EVERY[name] for name in names}))
        assert planned is not None
        for path in planned.paths:
            for where in ({}, place):
                cursor = models.views.orders.cursor(planned, path, where, 51)
                told = (await cursor.explain())["queryPlanner"]["winningPlan"]
                used = set(stages(told))
                assert "IXSCAN" in used, (names, path, used)
                assert not used & {"COLLSCAN", "SORT"}, (names, path, used)


async def test_pages_follow_each_other_while_orders_come_in(models: Models) -> None:
    await filled(models, 30)
    seen: list[int] = []
    following: str | None = None
    for arrival in range(31, 60):
        page = await models.views.orders.search(OrderFilter(), following, limit=7)
        seen += [int(row.order_id[2:]) for row in page.orders]
        following = page.after
        if following is None:
            break
        await models.tell(an_order(arrival, customer=somebody(arrival)))
    assert seen == list(range(30, 0, -1))


async def test_orders_of_the_same_moment_are_all_on_some_page(models: Models) -> None:
    for n in range(1, 10):
        same = placed(f"c-{n}", f"PO{1000000 + n}")
        await models.tell(Stream().tell(same))
    first = await models.views.orders.search(OrderFilter(), limit=4)
    second = await models.views.orders.search(OrderFilter(), first.after, limit=4)
    third = await models.views.orders.search(OrderFilter(), second.after, limit=4)
    ids = [row.order_id for page in (first, second, third) for row in page.orders]
    assert ids == [f"c-{n}" for n in range(9, 0, -1)]
    assert third.after is None


@pytest.mark.parametrize("following", ["x", "!!", "é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5IDE"])
async def test_page_that_is_none_is_refused(models: Models, following: str) -> None:
    with pytest.raises(Malformed, match="after"):
        await models.views.orders.search(OrderFilter(), following)


async def test_own_change_is_waited_for(models: Models) -> None:
    await models.tell(an_order(1))
    assert await models.views.reached("order", "c-1", 1, seconds=0)
    assert not await models.views.reached("order", "c-1", 2, seconds=0)
    assert not await models.views.reached("order", "c-2", 1, seconds=0)
