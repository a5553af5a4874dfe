"""A service that dies is started again, and one that is told to stop is not."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from ops.local import backoff
from ops.local import child as children
from ops.local.child import Child, free_port
from ops.local.home import Instance

PROGRAM = "import time\nprint('I run')\nwhile True: time.sleep(0.05)\n"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A service that does nothing but run."""
    folder = tmp_path / "services" / "idle"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text(PROGRAM, encoding="utf-8")
    monkeypatch.setattr(children, "PROJECT", tmp_path)
    monkeypatch.setattr(backoff, "FIRST_DELAY", 0.05)
    monkeypatch.chdir(tmp_path)
    return "idle"


async def test_child_that_dies_is_started_again_and_stops_when_told(
    service: str, tmp_path: Path
) -> None:
    started, said = asyncio.Queue[int](), list[str]()
    instance = Instance(name="idle", service=service, port=1)

    def changed() -> None:
        assert instance.process
        if not instance.restart:
            started.put_nowait(instance.process.pid)

    child = Child(instance, {}, tmp_path / "logs", changed, said.append)
    keeping = asyncio.create_task(child.keep())
    async with asyncio.timeout(20):
        first = await started.get()
        os.kill(first, signal.SIGKILL)
        second = await started.get()
        child.stop()
        await keeping

    assert second != first
    assert said == [f"idle ended (signal 9); restarting in 0.05 s. Log: {tmp_path}/logs/idle.jsonl"]
    assert instance.process
    assert instance.process.find() is None


async def test_child_that_cannot_start_says_why_and_is_left_when_told(tmp_path: Path) -> None:
    died = asyncio.Event()
    instance = Instance(name="none", service="none", port=1)
    child = Child(instance, {}, tmp_path, lambda: None, lambda _: died.set())
    keeping = asyncio.create_task(child.keep())
    async with asyncio.timeout(20):
        await died.wait()
        child.stop()
        await keeping

    assert "No module named" in child.log_tail()


def test_port_that_is_taken_is_stepped_aside_from() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port, set()) > port
    assert free_port(port, set()) == port
    assert free_port(port, {port}) > port
