"""`waybill backup` without engines: what it refuses, and what it says then."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.backup import creation
from ops.cli.main import app
from tests.unit.ops.backup.builders import backup

pytestmark = pytest.mark.usefixtures("_nothing_runs")


@pytest.fixture
def _nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_HOME", str(tmp_path))
    monkeypatch.setenv("WAYBILL_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("WAYBILL_MONGO", "mongodb://user:hidden@127.0.0.1:1/?timeoutMS=300")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["backup", *arguments])
    assert "hidden" not in result.output
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize("command", ["create", "verify", "restore", "reconcile"])
def test_help_says_what_the_exit_codes_mean(command: str) -> None:
    code, output = run(command, "--help")
    assert code == 0
    assert "Exit codes" in output


def test_backup_never_goes_where_something_is(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "yesterday").touch()
    code, output = run("create", str(tmp_path / "b"))
    assert code == 1
    assert "isn't empty. Name a new folder" in output


def test_engine_that_doesnt_answer_is_named(tmp_path: Path) -> None:
    code, output = run("create", str(tmp_path / "b"))
    assert code == 5
    assert "Kafka doesn't answer at 127.0.0.1:1" in output
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o700
    assert run("reconcile")[0] == 5


def test_sound_backup_is_said_to_be_sound(tmp_path: Path) -> None:
    backup(tmp_path / "b")
    code, output = run("verify", str(tmp_path / "b"))
    assert code == 0
    assert "The backup of 2026-11-28 00:00 UTC is sound." in output


def test_damaged_backup_isnt_restored_and_no_engine_asked(tmp_path: Path) -> None:
    backup(tmp_path / "b")
    file = tmp_path / "b" / "kafka" / "order.events.part"
    file.write_bytes(file.read_bytes()[:-1])
    code, output = run("restore", str(tmp_path / "b"))
    assert code == 1
    assert "kafka/order.events.part, chunk" in output
    assert "(topic order.events): the file ends within it" in output
    assert "Use another copy of this backup" in output


def test_sound_backup_asks_the_engines_first(tmp_path: Path) -> None:
    backup(tmp_path / "b")
    code, output = run("restore", str(tmp_path / "b"))
    assert code == 5
    assert "MongoDB doesn't answer at 127.0.0.1:1" in output


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (asyncio.CancelledError(), "Interrupted."),
        (OSError(28, "No space left on device", "a.part"), "a.part can't be read or written: No"),
    ],
)
def test_backup_that_ends_early_fails_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException, told: str
) -> None:
    async def create(*_: object) -> None:
        raise failure

    monkeypatch.setattr(creation, "create", create)
    code, output = run("create", str(tmp_path / "b"))
    assert code == 1
    assert told in output
    assert "A folder without manifest.json is no backup" in output


def test_manifest_that_cant_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "b" / "manifest.json").mkdir(parents=True)
    code, output = run("verify", str(tmp_path / "b"))
    assert code == 1
    assert "manifest.json can't be read or written: Is a directory" in output
