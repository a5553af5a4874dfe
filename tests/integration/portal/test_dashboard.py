"""The figures of the home page, on a real MongoDB."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.portal.queries import OrderFilter, Queries
from services.portal.queries.sorting import sorting_of
from shared.contracts import orders, returns, shipments
from tests.integration.portal.models import Models
from tests.unit.portal.builders import NOW, Stream, a_life, a_return, about, placed, recorded

pytestmark = pytest.mark.engines
UTC, STOCKHOLM = ZoneInfo("UTC"), ZoneInfo("Europe/Stockholm")


def asked_to_hold(order_id: str) -> orders.HoldRequested:
    return orders.HoldRequested(order_id=order_id, request="m#1", reason="ask first")


async def test_figures_of_the_home_page(models: Models) -> None:
    for number in range(3):
        at = NOW - timedelta(hours=number * 12)
        await models.apply_streams(
            Stream().tell(placed(f"c-{number}", f"PO{number}", converted_at=at))
        )
    await models.apply_streams(*a_life().values())  # c-1, which ships
    await models.apply_streams(
        Stream().tell(about(shipments.AwaitingInventory, "AwaitingInventory", order_id="c-2"))
    )
    figures = await models.queries.dashboard.now(NOW + timedelta(minutes=30), UTC)
    assert figures.placed_today == 2
    assert (len(figures.placed), sum(hour.number for hour in figures.placed)) == (24, 2)
    assert figures.shipped[-1].number == 1
    assert {age.up_to_hours: age.number for age in figures.awaiting if age.number} == {1: 2}
    assert sum(age.number for age in figures.held) == 0


async def test_needs_are_counted_and_lead_to_their_orders(models: Models) -> None:
    await models.apply_streams(Stream().tell(placed("c-1", "PO1")))
    await models.apply_streams(Stream().tell(placed("c-2", "PO2"), asked_to_hold("c-2")))
    now = NOW + timedelta(days=2)
    figures = await models.queries.dashboard.now(now, UTC)
    assert {age.up_to_hours: age.number for age in figures.owed if age.number} == {72: 2}
    assert min(age.oldest for age in figures.owed if age.oldest) == NOW
    assert sum(age.number for age in figures.pending) == 1
    assert sum(age.number for age in figures.failed) == 0
    for needs, numbers in (("owed", ["PO2", "PO1"]), ("pending", ["PO2"]), ("failed", [])):
        found = await models.queries.orders.search(OrderFilter(needs=needs))
        assert [row.number for row in found.orders] == numbers
    both = OrderFilter(needs="owed", number="PO1", markets=("US",))
    assert [row.number for row in (await models.queries.orders.search(both)).orders] == ["PO1"]


async def test_authorizations_that_expire_soon_are_counted_and_listed(models: Models) -> None:
    # The list compares with the clock; the figures are told the time.
    now = datetime.now(STOCKHOLM).replace(microsecond=0)
    for number, hours in enumerate((-3, 5, 47, 49, None), start=1):
        order_id = f"c-{number}"
        held = recorded().model_copy(
            update={
                "order_id": order_id,
                "transaction_type": "Authorization",
                "expires_at": None if hours is None else now + timedelta(hours=hours),
            }
        )
        await models.apply_streams(
            Stream().tell(placed(order_id, f"PO{number}")), Stream().tell(held)
        )
    figures = await models.queries.dashboard.now(now, UTC)
    assert {age.up_to_hours: age.number for age in figures.expiring if age.number} == {1: 2, 4: 1}
    assert min(age.oldest for age in figures.expiring if age.oldest) == now - timedelta(hours=3)
    found = await models.queries.orders.search(OrderFilter(needs="expiring"))
    assert sorted(row.number for row in found.orders) == ["PO1", "PO2", "PO3"]
    assert (await models.queries.orders.count(OrderFilter(needs="expiring"))).number == 3
    one = OrderFilter(needs="expiring", number="PO2", markets=("US",))
    assert [row.number for row in (await models.queries.orders.search(one)).orders] == ["PO2"]
    soon = Queries(models.database, expiring=timedelta(hours=6))
    listed = await soon.orders.search(OrderFilter(needs="expiring"), sorting=sorting_of("oldest"))
    assert sorted(row.number for row in listed.orders) == ["PO1", "PO2"]
    figures = await soon.dashboard.now(now, UTC)
    assert sum(age.number for age in figures.expiring) == 2


async def test_returns_are_counted_by_what_they_wait_for(models: Models) -> None:
    await models.apply_streams(*a_life().values())
    life = a_life()["order"]
    back = returns.ReturnReceived(
        order_id="c-1",
        return_id="ret-1",
        order_number="PO1000001",
        warehouse="seattle",
        lines=(returns.ReceivedLine(shipment_id="1", line_id="1", quantity=1, arrival="lost"),),
        goods=(),
        status="AwaitingCompletion",
        received_at=NOW,
    )
    created = (*a_return(), *a_return(return_id="ret-2"))
    await models.apply_streams(life.tell(*created))
    figures = await models.queries.dashboard.now(NOW + timedelta(hours=3), UTC)
    assert {age.up_to_hours: age.number for age in figures.returns_expected if age.number} == {4: 2}
    assert not any(age.number for age in figures.returns_arrived)

    await models.apply_streams(life.tell(back))
    figures = await models.queries.dashboard.now(NOW + timedelta(hours=3), UTC)
    assert sum(age.number for age in figures.returns_expected) == 1
    assert sum(age.number for age in figures.returns_arrived) == 1
    listed = await models.queries.returns.list("AwaitingCompletion", None, 10)
    assert [row.return_id for row in listed.returns] == ["ret-1"]


@pytest.mark.parametrize(("days", "buckets"), [(1, 24), (7, 7), (30, 30)])
async def test_charts_count_every_hour_or_day_of_a_period(
    models: Models, days: int, buckets: int
) -> None:
    assert not (await models.queries.dashboard.charts(days, NOW, STOCKHOLM)).any_orders
    await models.apply_streams(*a_life().values())
    charts = await models.queries.dashboard.charts(days, NOW, STOCKHOLM)
    assert charts.any_orders
    assert len(charts.placed) == len(charts.shipped) == buckets
    assert [sum(b.number for b in each) for each in (charts.placed, charts.shipped)] == [1, 1]
