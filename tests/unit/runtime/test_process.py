"""How a process starts and stops its parts."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from shared.runtime import process
from shared.runtime.ports import Unavailable
from shared.runtime.process import Part, Process
from shared.runtime.settings import Settings
from tests.polling import until


class Recorder:
    """MongoDB's client and the health of a process; `steps` records what happens to it."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.waiting_for: str | None = "start"
        self.stopping = False

    def close(self) -> None:
        self.steps.append("close MongoDB")

    def step(self, name: str, *errors: Exception) -> Callable[[], Any]:
        """A step that raises these errors, one each time, before it succeeds."""
        left = list(errors)

        async def record() -> None:
            self.steps.append(name)
            if left:
                raise left.pop(0)

        return record

    def part(self, name: str, *errors: Exception) -> Part:
        return Part(name, self.step(f"start {name}", *errors), self.step(f"stop {name}"))


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setattr(process, "delays", lambda first: iter(lambda: 0.0, None))
    monkeypatch.setattr(
        process.signal, "raise_signal", lambda number: made.steps.append(number.name)
    )
    return made


def process_of(recorder: Recorder, *parts: Part) -> Process:
    mongo: Any = recorder
    return Process(Settings(), mongo, recorder, parts)


async def test_parts_start_in_order_and_stop_in_reverse(recorder):
    service = process_of(recorder, recorder.part("a"), Part("b", recorder.step("find b")))
    async with service.lifespan(None):
        assert recorder.steps == []  # HTTP is served before anything has started
        await until(lambda: recorder.waiting_for is None)
        assert recorder.steps == ["start a", "find b"]
        assert not recorder.stopping
    assert recorder.steps[2:] == ["stop a", "close MongoDB"]
    assert recorder.stopping
    assert service.failure is None


async def test_start_waits_for_a_part_that_is_unavailable(recorder):
    parts = recorder.part("a", Unavailable("down"), Unavailable("down")), recorder.part("b")
    async with process_of(recorder, *parts).lifespan(None):
        await until(lambda: recorder.waiting_for is None)
        assert recorder.steps == ["start a"] * 3 + ["start b"]


async def test_process_that_is_stopped_while_it_starts_stops_every_part(recorder):
    started = asyncio.Event()

    async def never() -> None:
        started.set()
        await asyncio.sleep(60)

    parts = Part("a", never, recorder.step("stop a")), recorder.part("b")
    async with process_of(recorder, *parts).lifespan(None):
        await started.wait()
        assert recorder.waiting_for == "a"
    assert recorder.steps == ["stop b", "stop a", "close MongoDB"]


async def test_error_that_waiting_cannot_fix_ends_the_process(recorder):
    service = process_of(recorder, recorder.part("a", ValueError("wrong")), recorder.part("b"))
    async with service.lifespan(None):
        await until(lambda: "SIGTERM" in recorder.steps)
        assert recorder.steps == ["start a", "SIGTERM"]
    assert str(service.failure) == "wrong"
