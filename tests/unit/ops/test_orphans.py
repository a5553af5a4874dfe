"""One supervisor a folder; what a killed one left behind is found, with or without its records."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.errors import ToolError
from ops.local.home import Home, Restart, State
from ops.local.orphans import MARK, find_orphans
from ops.local.up_lock import find_supervisor, only_supervisor
from tests.unit.ops.test_home import ended, state


@pytest.fixture
def service(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that bears the mark of the system in `tmp_path`."""
    program = "print('runs', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {MARK: str(tmp_path)},
    ) as running:
        assert running.stdout
        running.stdout.readline()
        yield running
        running.communicate(b"\n")


def test_services_are_found_although_the_state_is_damaged(
    service: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")

    assert [found.pid for found in find_orphans(Home(tmp_path))] == [service.pid]
    assert find_orphans(Home(tmp_path / "other")) == []
    assert Home(tmp_path).damaged


def test_second_supervisor_is_refused_and_told_who_is_first(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with only_supervisor(home):
        with pytest.raises(ToolError, match=f"process {os.getpid()}"), only_supervisor(home):
            pytest.fail("two supervisors hold one folder")
        found = find_supervisor(home)
        assert found
        assert found.pid == os.getpid()
    with only_supervisor(home):
        pass


def test_lock_of_a_supervisor_that_ended_names_nobody(tmp_path: Path) -> None:
    (tmp_path / "up.lock").write_text(ended().model_dump_json(), encoding="utf-8")
    assert find_supervisor(Home(tmp_path)) is None
    (tmp_path / "up.lock").write_text("", encoding="utf-8")
    assert find_supervisor(Home(tmp_path)) is None


def test_state_tells_what_is_down_and_when_it_starts_again() -> None:
    written: State = state(ended())
    written.restarts["MongoDB"] = Restart.after(12, "ended")
    written.restarts["Kafka"] = Restart.after(-1, "ended")

    said = {name: due.when for name, due in written.due_restarts().items()}

    assert said["MongoDB"] in ("ended; starts again in 12 s", "ended; starts again in 11 s")
    assert said["Kafka"] == "ended; starts again now"
