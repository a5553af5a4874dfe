"""The timeline of an order, and the order as of any of its entries, on a real MongoDB."""

import pytest

from services.portal.queries.models.details import OrderDetails
from tests.integration.portal.models import Models
from tests.unit.portal.builders import a_life

pytestmark = pytest.mark.engines


async def test_timeline_says_when_who_what_why_and_by_which_message(models: Models) -> None:
    await models.apply_streams(*a_life().values())
    entries = await models.queries.timeline.of("c-1")
    assert len(entries) == 17
    assert entries[0].what == "Order PO1000001 was placed: 26.70 USD"
    held = next(entry for entry in entries if entry.type == "order.held")
    assert (held.what, held.why, held.cause) == ("The order is on hold", "ask first", "m-1")
    for service in ("order", "payment", "shipment"):
        versions = [entry.version for entry in entries if entry.service == service]
        assert versions == sorted(versions)


async def test_order_as_of_any_entry(models: Models) -> None:
    await models.apply_streams(*a_life().values())
    queries = models.queries
    statuses = []
    for entry in await queries.timeline.of("c-1"):
        order = await queries.timeline.order_as_of("c-1", entry.entry)
        if isinstance(order, OrderDetails) and order.status not in statuses[-1:]:
            statuses.append(order.status)
    assert statuses == ["InProgress", "OnHold", "InProgress", "Completed"]
    assert await queries.timeline.order_as_of("c-1", "order/c-1@0000000099") is None
    assert order == await queries.orders.get("c-1")
