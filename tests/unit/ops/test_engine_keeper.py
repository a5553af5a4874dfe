"""An engine that is gone is started again, and people are told when and why not."""

import asyncio
from typing import cast

import pytest

from ops.local import backoff, engine_keeper
from ops.local.engine_keeper import EngineKeeper
from ops.local.engines import EngineError, Engines
from ops.local.home import Restart


class FakeEngines:
    """Engines whose restarts fail `failures` times."""

    def __init__(self, failures: int = 0) -> None:
        self.running = False
        self.revived = 0
        self._failures = failures

    def lives(self, name: str) -> bool:
        """Whether it runs."""
        return self.running

    def revive(self, name: str) -> str:
        """Starts it, or fails."""
        self.revived += 1
        if self.revived <= self._failures:
            raise EngineError("port 9092 is taken by nginx (process 17).")
        self.running = True
        return "127.0.0.1:9092"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(engine_keeper, "LOOK_EVERY", 0.01)


async def kept(engines: FakeEngines) -> tuple[list[Restart | None], list[str]]:
    """What was recorded and said until the engine ran again and the keeper was stopped."""
    recorded, said = list[Restart | None](), list[str]()
    runs = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        if "runs again" in line:
            runs.set()

    keeper = EngineKeeper("Kafka", cast(Engines, engines), recorded.append, say)
    keeping = asyncio.create_task(keeper.keep())
    async with asyncio.timeout(20):
        await runs.wait()
        keeper.stop()
        await keeping
    return recorded, said


async def test_engine_that_is_gone_is_started_again() -> None:
    recorded, said = await kept(FakeEngines())

    assert [due and due.because for due in recorded] == ["ended", None]
    assert said == ["Kafka ended; restarting in 0.01 s.", "Kafka runs again at 127.0.0.1:9092."]


async def test_restart_that_fails_is_tried_again_later_and_says_why() -> None:
    recorded, said = await kept(FakeEngines(failures=2))

    taken = "could not be restarted: port 9092 is taken by nginx (process 17)"
    assert [due and due.because for due in recorded] == ["ended", taken, taken, None]
    assert said[1].startswith(f"Kafka {taken}")
    assert said[2].endswith("restarting in 0.04 s.")


async def test_keeper_of_an_engine_that_runs_does_nothing_and_ends_when_told() -> None:
    engines = FakeEngines()
    engines.running = True
    keeper = EngineKeeper("Kafka", cast(Engines, engines), lambda _: None, lambda _: None)
    keeping = asyncio.create_task(keeper.keep())
    keeper.stop()
    async with asyncio.timeout(20):
        await keeping
    assert engines.revived == 0
