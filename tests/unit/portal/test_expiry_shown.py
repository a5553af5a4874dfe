"""What the page of an order says about when its authorizations expire."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.portal.projections.orders import ORDERS
from shared.contracts import payments
from tests.unit.portal.builders import Stream, opened, placed, recorded
from tests.unit.portal.fake_database import FakeDatabase, portal_over
from tests.unit.portal.test_order_page_shown import _Commands
from tests.unit.portal.test_shipment_labels import projected


def in_hours(hours: int) -> datetime:
    """The time so many hours from the moment that the test runs, long after it was imported."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)


def held(hours: int) -> payments.Recorded:
    """An authorization that expires in so many hours."""
    return recorded().model_copy(update={"expires_at": in_hours(hours)})


def gone(hours: int, renewed_by: str | None = None) -> payments.AuthorizationExpired:
    """The event that it has expired."""
    return payments.AuthorizationExpired(
        order_id="c-1",
        payment_id="p-1",
        amount=Decimal("26.70"),
        currency="USD",
        paid=Decimal("0.00"),
        outstanding=Decimal("26.70"),
        expires_at=in_hours(hours),
        renewed_by=renewed_by,
    )


async def shown(*told: Any, language: str = "en") -> list[str]:
    """What the page says about each time, with the exact time on hover."""
    facts = (*Stream().tell(placed()).facts, *Stream().tell(opened(), *told).facts)
    database = FakeDatabase(orders=[projected(ORDERS, *facts)])
    async with portal_over(database, _Commands()) as client:
        page = (await client.get("/orders/c-1", headers={"Accept-Language": language})).text
    table = page.partition('id="payments"')[2].partition("</section>")[0]
    found = re.findall(r'<time datetime="([^"]+)" title="[^"]+">([^<]+)</time>', table)
    assert all(datetime.fromisoformat(at) for at, _ in found)
    return [text for _, text in found]


@pytest.mark.parametrize(
    ("told", "english", "german"),
    [
        (lambda: [held(50)], "expires in 2 days", "läuft in 2 Tagen ab"),
        (lambda: [held(-3)], "expired 3 hours ago", "vor 3 Stunden abgelaufen"),
        (lambda: [held(-50), gone(-50)], "expired 2 days ago", "vor 2 Tagen abgelaufen"),
        (lambda: [held(-3), gone(-3, "p-2")], "renewed 3 hours ago", "vor 3 Stunden erneuert"),
    ],
)
async def test_a_payment_says_when_it_expires(
    told: Callable[[], list[Any]], english: str, german: str
) -> None:
    assert await shown(*told()) == [english]
    assert await shown(*told(), language="de") == [german]


async def test_a_payment_that_is_captured_or_never_expires_says_nothing() -> None:
    captured = payments.Captured(
        order_id="c-1",
        payment_id="p-1",
        amount=Decimal("26.70"),
        currency="USD",
        paid=Decimal("26.70"),
        outstanding=Decimal("0.00"),
    )
    assert await shown(held(50), captured) == []
    assert await shown(recorded()) == []
