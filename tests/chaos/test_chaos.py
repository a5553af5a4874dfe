"""A few faults at once on a system under load; `make chaos` brings hundreds.

With `--chaos` the portals are looked at first, while the database and the broker are gone.
"""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from tests.chaos import faults
from tests.chaos.evidence import Proof
from tests.chaos.fault_run import Storm
from tests.chaos.world import PATIENCE, World
from tests.desk import Desk
from tests.polling import eventually

pytestmark = [pytest.mark.engines, pytest.mark.slow]

SAID = "doesn&#39;t answer at the moment"
AWAY = 503
PENDING = 202


@pytest.fixture(scope="module")
def csr(world: World) -> Iterator[httpx.Client]:
    """A browser's session at the world's first portal."""
    desk = Desk(world.ground, portals=0)
    desk.portals = [place.process for place in world.of("portal")]
    with desk.signed_in("csr") as client:
        client.timeout = httpx.Timeout(PATIENCE)
        yield client


@pytest.mark.usefixtures("long_form")
def test_portal_says_that_the_database_is_gone_and_goes_on_when_it_is_back(
    world: World, csr: httpx.Client
) -> None:
    for member in world.stage.members:
        member.kill()
    page, told = csr.get("/orders"), csr.get("/api/orders")
    for member in world.stage.members:
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
    world.stage.broker.kill()
    reads = csr.get("/orders")
    done = csr.post("/do/order.add-note", data=note)
    told = csr.post("/api/commands/order.add-note", json=note, headers=key)
    world.stage.broker.start()
    assert reads.status_code == 200, "what is read doesn't need the broker"
    assert done.status_code == told.status_code == AWAY
    assert SAID in done.text

    def answered() -> bool:
        again = csr.post("/api/commands/order.add-note", json=note, headers=key)
        return again.status_code not in (PENDING, AWAY)

    eventually(answered, within=PATIENCE)


def test_nothing_is_lost_doubled_or_oversold(world: World, pytestconfig: pytest.Config) -> None:
    storm = Storm(world, pytestconfig.getoption("--seed"))
    record = storm.each(
        faults.kill_several,
        faults.kill_primary,
        faults.connections_cut,
        faults.answers_lost,
        faults.clock,
    )
    world.finish()
    proof = Proof(world)
    told = "\n".join([f"seed {pytestconfig.getoption('--seed')}", *record.story])
    assert not [*record.wrong, *proof.violations()], told
    assert proof.told()["waybill.order.placed.v1"], "nobody ordered anything"
    # Of a deleted order nobody can say what was told, and what questions are answered may differ.
    deleted = {g.key for g in proof.found if g.type == "waybill.order.deleted.v1"}
    for kind, name in (("order.events", "order:"), ("waybill.replies", "reply:")):
        at = max(
            n
            for n, got in enumerate(proof.found)
            if got.topic == kind
            and got.headers["ce_id"].startswith(name)
            and not (got.key or b"").startswith(b"probe-")
            and got.headers.get("ce_subject", "").encode() not in deleted
        )
        _is_noticed(proof, at)


def _is_noticed(proof: Proof, at: int) -> None:
    """A record that isn't there, or says something else, is a violation: the checks do look."""
    before, that, after = proof.found[:at], proof.found[at], proof.found[at + 1 :]
    other = replace(that, value=b'{"outcome": "accepted", "text": ""}')
    assert proof.of([*before, *after]).checked(), "one is missing, and nobody noticed"
    assert proof.of([*before, other, *after]).checked(), "one is another, and nobody noticed"
