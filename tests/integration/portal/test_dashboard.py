"""The figures of the home page, on a real MongoDB."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.contracts import shipments
from tests.integration.portal.models import Models
from tests.unit.portal.builders import NOW, Stream, a_life, about, placed

pytestmark = pytest.mark.engines
UTC = ZoneInfo("UTC")


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
