"""Customers are told what happens to their order, once, also when the service is killed."""

from __future__ import annotations

import pytest

from tests.cluster import Got
from tests.e2e.system import System, shipment
from tests.polling import eventually
from tests.processes import until_ready

pytestmark = [pytest.mark.engines, pytest.mark.slow]

MERCY = {"name": "Mercy Taylor", "email": "mercy@example.com"}


def told(system: System, order: str) -> list[Got]:
    """The notifications of an order, without repeats."""
    found = {
        got.headers["ce_id"]: got
        for got in system.cluster.read("customer.notifications")
        if got.key == order.encode()
    }
    return list(found.values())


def kinds(system: System, order: str) -> list[str]:
    return [got.type.split(".")[2] for got in told(system, order)]


def test_each_outcome_is_told_once_across_a_kill(system: System, order: str, sku: str) -> None:
    anonymous = f"{order}-anonymous"
    notify = system.cluster.start("notify")
    until_ready(notify)
    system.place(order, shipment(sku, 2), customer=MERCY)
    system.place(anonymous, shipment(sku, 1))
    eventually(lambda: kinds(system, order) == ["confirmed", "delayed"], within=60)

    notify.kill()
    system.receive(sku, 9)
    system.ship(order)
    system.ship(anonymous)
    again = system.cluster.start("notify")
    until_ready(again)
    eventually(lambda: len(told(system, order)) > 2, within=60)
    system.do("order.delete", order)
    eventually(lambda: "erased" in kinds(system, order), within=60)

    assert kinds(system, order) == ["confirmed", "delayed", "shipped", "erased"]
    assert set(kinds(system, anonymous)) <= {"erased"}
    first = told(system, order)[0].data
    assert (first["customer"]["email"], first["language"]) == ("mercy@example.com", "en")
    again.kill()
