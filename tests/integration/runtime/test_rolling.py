"""Each instance is replaced by a new one while orders come in: nothing is lost.

With `--chaos` all of them are replaced again, in the other order, as in a downgrade.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.topics import SERVICES
from tests.audit import audit, every_command_answered
from tests.cluster import Cluster
from tests.engines import AnyEngines
from tests.upgrade import report
from tests.upgrade.load import SteadyLoad
from tests.upgrade.releases import CURRENT
from tests.upgrade.rolling import RollingSystem

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.usefixtures("survivors"),
    pytest.mark.timeout(600),
]

ORDERS_A_SECOND = 30
STEADY = 8.0  # seconds before and after


def say(words: str) -> None:
    """Tells what happens, for whoever asks pytest for it."""
    sys.stdout.write(f"{words}\n")


@pytest.fixture
def cluster(engines: AnyEngines, tmp_path: Path) -> Iterator[Cluster]:
    """A separate system."""
    cluster = Cluster(engines, tmp_path)
    yield cluster
    cluster.close()


def test_every_instance_is_replaced_under_load(
    cluster: Cluster, request: pytest.FixtureRequest
) -> None:
    system = RollingSystem(cluster, CURRENT, say)
    with SteadyLoad(cluster, ORDERS_A_SECOND) as load:
        with system.phase("before"):
            time.sleep(STEADY)
        with system.phase("upgrade"):
            system.replace_all(CURRENT)
        if request.config.getoption("--chaos"):
            with system.phase("downgrade"):
                system.replace_all(CURRENT, SERVICES[::-1])
        with system.phase("after"):
            time.sleep(STEADY)
        result = system.result(load)
    for line in report.lines(result):
        say(line)

    assert result.missing == {}
    assert result.doubled == []
    assert result.unanswered == []
    assert not result.dead_letters
    assert result.cut_off == []
    assert all(result.took.values()), "a phase without commands says nothing"
    cluster.until_done(*SERVICES)
    placed = audit(cluster, "order", ["order.events"])
    assert len(placed) == len(load.orders)
    audit(cluster, "payment", ["payment.events"])
    fulfilled = audit(cluster, "shipment", ["shipment.events", "stock.events"])
    carts = audit(cluster, "cart", ["cart.events", "customer.events"])
    every_command_answered(cluster, {**placed, **fulfilled, **carts})
