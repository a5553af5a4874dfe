"""Authorizations that expire on real engines: renewed once, told to people, never captured late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.audit import audit
from tests.cluster import Got
from tests.desk import Desk
from tests.e2e.system import System, cart, converted, shipment
from tests.engines import AnyEngines
from tests.polling import eventually

pytestmark = [pytest.mark.engines, pytest.mark.slow]

CONFIG = Path(__file__).parents[2] / "config" / "site.yaml"
DAY = timedelta(days=1)
LONG = 60.0
CARD = "credit-card: {name: Credit card, provider: simulated"
CHECK = "check: {name: Check, manual: true"
MARKET = "US:\n    name: United States"


@pytest.fixture
def alone(
    engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[System]:
    """A separate system, whose authorizations expire after a day; its market captures by itself."""
    folder = tmp_path_factory.mktemp("expiry")
    text = CONFIG.read_text(encoding="utf-8")
    for before, more in (
        (CARD, ", authorization_days: 1, renew: true"),
        (CHECK, ", authorization_days: 1"),
        (MARKET, "\n    capture: on-ship"),
    ):
        assert before in text
        text = text.replace(before, before + more)
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("WAYBILL_SITE", str(folder / "site.yaml"))
    with System(engines, folder, scale={"payment": 2}) as running:
        yield running


def authorized(order: str, at: datetime, method: str = "credit-card", reference: str = "") -> Any:
    """A cart that a checkout converted at this time, with an authorization of all of it."""
    placed = cart(order, shipment("SKU-1"), converted_at=at.isoformat())
    placed["payments"][0] |= {
        "transaction_type": "Authorization", "method": method, "reference": reference or None,
    }  # fmt: skip
    return converted(placed)


def test_authorizations_end_once_in_spite_of_a_killed_process(alone: System) -> None:
    alone.receive("SKU-1", 10)
    # The checkout was almost a day ago: three authorizations expire in some seconds.
    nearly = datetime.now(UTC) - DAY + timedelta(seconds=8)
    recent = datetime.now(UTC) - timedelta(hours=1)
    carts = [
        authorized("c-renewed", nearly),
        authorized("c-declined", nearly, reference="simulate:renew:decline"),
        authorized("c-expired", nearly, "check"),
        authorized("c-valid", recent),
    ]
    alone.cluster.produce(carts)
    for order in ("c-renewed", "c-declined", "c-expired", "c-valid"):
        alone.event(order, "payment.order-paid", within=LONG)
    alone.of("payment")[0].kill()  # the other one, or the next one, tells what is due
    alone.processes.append(alone.cluster.start("payment"))

    new = alone.event("c-renewed", "payment.authorization-expired", within=LONG).data
    assert (new["renewed_by"], new["outstanding"]) == ("p-1-renewed", "20.00")
    for order in ("c-declined", "c-expired"):
        gone = alone.event(order, "payment.authorization-expired", within=LONG).data
        assert (gone["renewed_by"], gone["amount"]) == (None, "20.00")
        assert alone.event(order, "payment.order-unpaid").data["paid"] == "0.00"
    refused = alone.ask("payment.capture", "c-expired", payment_id="p-1")
    assert refused["reason"]["code"] == "authorization-expired"
    failed = alone.events("c-declined", "payment.events")[-2].data
    assert (failed["status"], failed["reason"]) == ("Failed", "The simulated provider declined.")

    # The renewed one pays for the shipment; the expired one would not.
    alone.ship("c-renewed")
    captured = alone.event("c-renewed", "payment.captured", within=LONG).data
    assert (captured["payment_id"], captured["amount"]) == ("p-1-renewed", "20.00")

    alone.cluster.until_done("payment")
    asked = [got for got in told(alone, "payment.requests") if got.data.get("renews")]
    assert sorted(got.data["order_id"] for got in asked) == ["c-declined", "c-renewed"]
    expire = "waybill.payment.expire.v1"
    ends = [got for got in told(alone, "payment.commands") if got.type == expire]
    assert {got.data["order_id"] for got in ends} == {"c-renewed", "c-declined", "c-expired"}
    assert len(ends) == 3  # ids are the same however often they are told
    audit(alone.cluster, "payment", ["payment.events"])
    _shown(Desk(alone.cluster))


def told(system: System, topic: str) -> list[Got]:
    """What is on a topic, without repeats."""
    return list({got.headers["ce_id"]: got for got in system.cluster.read(topic)}.values())


def _shown(desk: Desk) -> None:
    """People see what has expired, and what soon will."""
    for order in ("c-valid", "c-expired", "c-renewed"):
        eventually(lambda order=order: desk.knows(order), within=LONG)
    with desk.signed_in("csr") as client:
        soon = client.get("/orders?needs=expiring").text
        assert "/orders/c-valid" in soon
        assert "/orders/c-expired" not in soon
        assert "/orders/c-expired" in client.get("/orders?needs=failed").text
        assert "expires in 23 hours" in client.get("/orders/c-valid").text
        page = client.get("/orders/c-expired").text
        assert "s-expired" in page
        assert "expired" in page
        assert "Authorizations that expire soon" in client.get("/").text
        assert "renewed" in client.get("/orders/c-renewed").text
        german = client.get("/orders/c-valid", headers={"Accept-Language": "de"}).text
        assert "läuft in 23 Stunden ab" in german
