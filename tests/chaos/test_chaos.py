"""A few faults at once on a system under load; `make chaos` injects hundreds.

With `--chaos`, the portal is tested first while the database or the broker is down.
"""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from tests.chaos import faults
from tests.chaos.evidence import SystemChecks
from tests.chaos.fault_run import FaultSchedule
from tests.chaos.world import PATIENCE, World
from tests.desk import Desk
from tests.polling import eventually

pytestmark = [pytest.mark.engines, pytest.mark.slow]

SAID = "doesn&#39;t answer at the moment"
AWAY = 503
PENDING = 202


@pytest.fixture(scope="module")
def csr(world: World) -> Iterator[httpx.Client]:
    """A browser's session at the first portal."""
    desk = Desk(world.cluster, portals=0)
    desk.portals = [slot.process for slot in world.of("portal")]
    with desk.signed_in("csr") as client:
        client.timeout = httpx.Timeout(PATIENCE)
        yield client


@pytest.mark.usefixtures("long_form")
def test_portal_says_that_the_database_is_gone_and_goes_on_when_it_is_back(
    world: World, csr: httpx.Client
) -> None:
    for member in world.engines.members:
        member.kill()
    page, told = csr.get("/orders"), csr.get("/api/orders")
    for member in world.engines.members:
        member.start()
    assert page.status_code == told.status_code == AWAY
    assert "text/html" in page.headers["content-type"]
    assert SAID in page.text
    assert told.headers["content-type"] == "application/problem+json"
    eventually(lambda: csr.get("/orders").status_code == 200, within=PATIENCE)


@pytest.mark.usefixtures("long_form")
def test_portal_says_that_the_broker_is_gone_and_what_was_refused_is_done_once_it_is_back(
    world: World, csr: httpx.Client
) -> None:
    eventually(lambda: world.csr.orders, within=PATIENCE)
    order = world.csr.orders[0]
    note = {"order_id": order, "text": "taken while the broker was gone"}
    key = {"Idempotency-Key": f"gone-{order}"}
    world.engines.broker.kill()
    reads = csr.get("/orders")
    done = csr.post("/do/order.add-note", data=note)
    told = csr.post("/api/commands/order.add-note", json=note, headers=key)
    world.engines.broker.start()
    assert reads.status_code == 200, "reads don't need the broker"
    assert done.status_code == told.status_code == AWAY
    assert SAID in done.text

    def answered() -> bool:
        again = csr.post("/api/commands/order.add-note", json=note, headers=key)
        return again.status_code not in (PENDING, AWAY)

    eventually(answered, within=PATIENCE)


def test_nothing_is_lost_doubled_or_oversold(world: World, pytestconfig: pytest.Config) -> None:
    schedule = FaultSchedule(world, pytestconfig.getoption("--seed"))
    record = schedule.run_each(
        faults.kill_several,
        faults.kill_primary,
        faults.connections_cut,
        faults.answers_lost,
        faults.clock,
    )
    world.finish()
    checks = SystemChecks(world)
    log = "\n".join([f"seed {pytestconfig.getoption('--seed')}", *record.log])
    assert not [*record.wrong, *checks.violations()], log
    assert checks.event_counts()["waybill.order.placed.v1"], "no order was placed"
    # Records of deleted orders and answers to questions can't be checked: change another one.
    deleted = {g.key for g in checks.found if g.type == "waybill.order.deleted.v1"}
    for kind, name in (("order.events", "order:"), ("waybill.replies", "reply:")):
        at = max(
            n
            for n, got in enumerate(checks.found)
            if got.topic == kind
            and got.headers["ce_id"].startswith(name)
            and not (got.key or b"").startswith(b"probe-")
            and got.headers.get("ce_subject", "").encode() not in deleted
        )
        _is_noticed(checks, at)


def _is_noticed(checks: SystemChecks, at: int) -> None:
    """Checks that a missing or changed record is a violation."""
    before, that, after = checks.found[:at], checks.found[at], checks.found[at + 1 :]
    other = replace(that, value=b'{"outcome": "accepted", "text": ""}')
    assert checks.of([*before, *after]).checked(), "a missing record wasn't noticed"
    assert checks.of([*before, other, *after]).checked(), "a changed record wasn't noticed"
