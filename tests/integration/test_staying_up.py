"""`waybill up` keeps everything up: engines that are killed come back, and orders flow again."""

import ctypes
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from ops.local.ending import runs
from ops.local.engines import record
from ops.local.engines.record import Entry
from ops.local.home import Home, State
from tests.engines import missing_for_apache
from tests.polling import eventually

pytestmark = [pytest.mark.engines, pytest.mark.slow]

BACK_WITHIN = 120.0
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class System:
    """A system with engines of its own, as `make run` starts one."""

    def __init__(self, home: Path) -> None:
        self.home = Home(home)
        given = {"KAFKA", "WAYBILL_KAFKA", "WAYBILL_MONGO"}
        self._environment = {k: v for k, v in os.environ.items() if k not in given} | {
            "WAYBILL_HOME": str(home),
            "WAYBILL_SESSION_TIMEOUT_MS": "6000",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command, however it ends."""
        return subprocess.run(
            [sys.executable, "-m", "ops.cli.main", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    def waybill(self, *arguments: str) -> str:
        """Runs a command that has to succeed; returns what it prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    @property
    def state(self) -> State:
        """What the system has written down."""
        found = self.home.state()
        assert found
        return found

    def engine(self, name: str) -> Entry:
        """What is recorded about an engine."""
        found = record.read(self.home.folder)
        assert found
        return found.named(name)

    def healthy(self) -> bool:
        """Whether `waybill status` says so."""
        return self.run("status").returncode == 0

    def receive(self, sku: str) -> bool:
        """Whether a command over the topics is accepted and carried out."""
        done = self.run("stock", "receive", "coventry", sku, "1", "--timeout", "20")
        return done.returncode == 0


def adopt_orphans(adopt: bool) -> None:
    """Makes this process the parent of all orphans below it, or no longer.

    It never collects them, as the first process of many containers: they stay zombies.
    """
    if sys.platform == "linux":
        assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0) == 0


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system with engines of its own."""
    if missing := missing_for_apache():
        pytest.skip(missing)
    found = System(tmp_path_factory.mktemp("stays"))
    adopt_orphans(True)
    found.waybill("up", "--detach")
    yield found
    found.waybill("down")
    adopt_orphans(False)


@pytest.mark.parametrize("name", ["MongoDB", "Kafka"])
def test_engine_that_is_killed_comes_back_and_orders_flow(system: System, name: str) -> None:
    before = system.engine(name)
    killed = before.engine(system.home.folder)
    began = time.monotonic()

    killed.kill()

    def is_back() -> bool:
        return system.engine(name).process not in (None, before.process)

    eventually(is_back, within=BACK_WITHIN)
    eventually(lambda: system.receive(f"{name}-{uuid4().hex[:6]}"), within=BACK_WITHIN)
    eventually(system.healthy, within=BACK_WITHIN)
    assert system.engine(name).address == before.address
    assert not system.state.due_restarts()
    sys.stdout.write(f"{name}: orders flow {time.monotonic() - began:.1f} s after the kill\n")


def test_second_up_refers_to_the_first(system: System) -> None:
    told = system.waybill("up")
    assert "Waybill is already running." in told


def test_up_recovers_without_any_record_of_what_ran(system: System) -> None:
    """The supervisor is killed and both records are damaged; the engines' data are in use."""
    state = system.state
    supervisor = state.supervisor.find()
    orphans = state.leftovers()
    engines = {name: system.engine(name).process for name in ("Kafka", "MongoDB")}
    assert supervisor
    assert orphans
    supervisor.kill()
    for file in ("state.json", "engines.json"):
        (system.home.folder / file).write_text('{"damaged', encoding="utf-8")

    assert "state.json can't be read" in system.run("status").stdout
    system.waybill("up", "--detach")

    assert {name: system.engine(name).process for name in engines} == engines
    assert not any(runs(orphan) for orphan in orphans)
    status = json.loads(system.waybill("status", "--json"))
    assert (status["healthy"], status["restarts"]) == (True, {})
