"""The health of processes and the lag of consumer groups."""

from __future__ import annotations

import html

import httpx
import pytest

from services.portal.settings import PortalSettings
from services.portal.web.operations.health import grouped
from shared.monitoring.processes import Target, check_all, parse_targets
from tests.unit.portal.operations.fakes import XSS_PAYLOAD, FakePortal, lag


async def test_health_is_of_use_while_kafka_is_away(
    client: httpx.AsyncClient, portal: FakePortal
) -> None:
    page = (await client.get("/operations/health")).text
    assert "5 behind" in page
    assert XSS_PAYLOAD not in page
    portal.kafka_down = True
    answer = await client.get("/operations/health")
    assert answer.status_code == 200
    assert "answer, so the lag is unknown" in html.unescape(answer.text)
    assert (await client.get("/api/lag")).status_code == 503


def test_addresses_of_services() -> None:
    assert parse_targets("order=http://order:8080, cart=http://127.0.0.1:81") == [
        Target("order", "order", 8080),
        Target("cart", "127.0.0.1", 81),
    ]
    assert parse_targets("") == []


@pytest.mark.parametrize("text", ["order", "order=order:8080", "order=https://o:1", "=http://o:1"])
def test_wrong_address_is_refused_at_start(text: str) -> None:
    with pytest.raises(ValueError, match="order=http://order:8080"):
        PortalSettings(portal_watches=text)


async def test_process_that_does_not_answer_is_down() -> None:
    (nobody,) = await check_all([Target("order", "127.0.0.1", 1)])
    assert (nobody.live, nobody.ready, nobody.because) == (False, False, ["it doesn't answer"])
    (nowhere,) = await check_all([Target("order", "no.such.host.invalid", 1)])
    assert "is unknown" in nowhere.because[0]


def test_group_that_is_furthest_behind_comes_first() -> None:
    lags = [
        lag("waybill-order", "order.commands", 0, 1),
        lag("waybill-order", "order.commands", 1, 2),
        lag("waybill-cart", "cart.commands", 0, 7),
    ]
    groups = grouped(lags)
    assert [(group.name, group.behind) for group in groups] == [
        ("waybill-cart", 7),
        ("waybill-order", 3),
    ]
    assert groups[1].partitions == [0, 1]
