"""Where a local system is written down, and how other shells find it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.local.home import Home, Instance, Process, State, find_settings


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAYBILL_HOME", "WAYBILL_KAFKA", "WAYBILL_MONGO"):
        monkeypatch.delenv(name, raising=False)


def state(supervisor: Process) -> State:
    return State(supervisor=supervisor, kafka="localhost:1234", mongo="mongodb://localhost:5678")


def ended() -> Process:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    found = Process.of(child.pid)
    child.communicate(b"\n")
    assert found
    return found


def test_state_is_found_by_another_shell(tmp_path: Path) -> None:
    written = state(Process.me())
    Home(tmp_path).write(written)
    assert Home(tmp_path).state() == written


def test_state_is_for_its_owner_only(tmp_path: Path) -> None:
    Home(tmp_path).write(state(Process.me()))
    assert (tmp_path / "state.json").stat().st_mode & 0o077 == 0


def test_damaged_state_is_no_state(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    assert Home(tmp_path).state() is None


def test_process_that_took_over_an_id_is_another_process() -> None:
    me = Process.me()
    assert me.find()
    assert Process(pid=me.pid, created=me.created - 100).find() is None
    assert ended().find() is None


def test_nearest_home_is_that_of_a_folder_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".waybill").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert Home.nearest().folder == tmp_path / ".waybill"


def test_settings_are_those_of_the_system_that_runs(tmp_path: Path) -> None:
    Home(tmp_path).write(state(Process.me()))

    settings = find_settings(Home(tmp_path))

    assert settings.kafka == "localhost:1234"
    assert settings.mongo.get_secret_value() == "mongodb://localhost:5678"


def test_settings_of_the_environment_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Home(tmp_path).write(state(Process.me()))
    monkeypatch.setenv("WAYBILL_KAFKA", "elsewhere:9092")
    assert find_settings(Home(tmp_path)).kafka == "elsewhere:9092"


def test_settings_of_a_system_that_ended_are_forgotten(tmp_path: Path) -> None:
    Home(tmp_path).write(state(ended()))
    assert find_settings(Home(tmp_path)).kafka == "localhost:9092"


def test_site_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WAYBILL_SITE", raising=False)
    assert find_settings(Home(tmp_path)).site.exists()


def test_services_that_outlived_their_supervisor_are_known() -> None:
    orphaned = state(ended())
    orphaned.instances = [Instance(name="a", service="a", port=1, process=Process.me())]
    assert not orphaned.running()
    assert [process.pid for process in orphaned.leftovers()] == [os.getpid()]
