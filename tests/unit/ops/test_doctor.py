"""The doctor names causes, leaves out their consequences, and says what mends each."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli.main import app
from ops.doctor import data, engines, examine, machine, processes
from ops.doctor.findings import Examined, Finding, broken, warning
from ops.doctor.system import System
from ops.local.health import Health
from ops.local.home import Home, Instance, Process, Restart, State, find_settings
from ops.local.up_lock import only_supervisor
from shared.monitoring import probe
from shared.monitoring.lag import Lag
from tests.unit.ops.test_home import ended


def system(tmp_path: Path, state: State | None = None) -> System:
    if state:
        Home(tmp_path).write(state)
    return System(find_settings(Home(tmp_path)), Home(tmp_path), state)


def running() -> State:
    return State(supervisor=Process.me(), kafka="localhost:1", mongo="mongodb://localhost:2")


def told(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(finding.level, finding.what) for finding in findings]


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAYBILL_KAFKA", "WAYBILL_MONGO", "WAYBILL_MONGO_FILE"):
        monkeypatch.delenv(name, raising=False)


async def test_consequences_of_what_is_broken_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object) -> probe.Engine:
        return probe.Engine(name="Kafka", address="a:1", answers=False, says="nobody is there")

    monkeypatch.setattr(engines.probe, "kafka", silent)
    monkeypatch.setattr(
        engines.probe,
        "mongo",
        lambda *_: probe.Engine(name="MongoDB", address="b:2", answers=False, says="refused"),
    )

    found = {each.name: each for each in await examine(system(tmp_path, running()))}

    assert [f.what for f in found["Kafka"].findings] == [
        "Kafka doesn't answer at a:1: nobody is there."
    ]
    assert found["topics"].skipped == "first mend: Kafka"
    assert found["services"].skipped == "first mend: Kafka, MongoDB"
    assert found["dead letters"].skipped == "first mend: Kafka, topics"
    assert not found["supervisor"].findings


async def test_engine_that_is_being_restarted_says_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = running()
    state.restarts["Kafka"] = Restart.after(-1, "ended")

    async def silent(*_: object) -> probe.Engine:
        return probe.Engine(name="Kafka", address="a:1", answers=False, says="gone")

    monkeypatch.setattr(engines.probe, "kafka", silent)
    (found,) = await engines.kafka(system(tmp_path, state))
    assert found.what.endswith("It ended; starts again now.")
    assert found.mend.startswith("Wait.")


@pytest.mark.parametrize(
    ("free", "level"),
    [(100 * machine.GIB, None), (3 * machine.GIB, "warning"), (machine.GIB // 2, "broken")],
)
async def test_disk_that_fills_is_told_before_it_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str | None
) -> None:
    class Usage:
        total = 200 * machine.GIB

    Usage.free = free  # type: ignore[attr-defined]
    monkeypatch.setattr(machine.psutil, "disk_usage", lambda _: Usage)
    found = await machine.disk(system(tmp_path / "not" / "there"))
    assert [finding.level for finding in found] == ([level] if level else [])


async def test_wrong_site_file_is_named_with_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("markets: 17\n", encoding="utf-8")
    monkeypatch.setenv("WAYBILL_SITE", str(file))
    (found,) = await machine.site_file(system(tmp_path))
    assert str(file) in found.what
    assert "markets" in found.what


def no_state(tmp_path: Path) -> System:
    return system(tmp_path)


def damaged_state(tmp_path: Path) -> System:
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    return system(tmp_path)


def supervised(tmp_path: Path) -> System:
    return system(tmp_path, running())


def orphaned(tmp_path: Path) -> System:
    state = State(supervisor=ended(), kafka="localhost:1", mongo="mongodb://localhost:2")
    state.instances = [Instance(name="a", service="a", port=1, process=Process.me())]
    return system(tmp_path, state)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (no_state, "No system runs"),
        (damaged_state, "can't be read"),
        (orphaned, "1 services run without one"),
        (supervised, ""),
    ],
)
async def test_supervisor_is_missed_if_it_is_missing(
    tmp_path: Path, make: Callable[[Path], System], said: str
) -> None:
    found = await machine.supervisor(make(tmp_path))
    assert [said in finding.what for finding in found] == ([True] if said else [])
    assert all("waybill up" in finding.mend for finding in found)


async def test_system_that_is_starting_is_waited_for(tmp_path: Path) -> None:
    with only_supervisor(Home(tmp_path)):
        (found,) = await machine.supervisor(system(tmp_path))
    assert found.level == "warning"


async def test_given_engines_need_no_supervisor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYBILL_KAFKA", "cluster:9092")
    assert not await machine.supervisor(system(tmp_path))


async def test_services_say_why_they_are_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def health(name: str, **more: object) -> Health:
        return Health.model_validate({"name": name, "port": 1, "live": True, "ready": False} | more)

    state = running()
    state.instances = [
        Instance(name="cart", service="cart", port=1, restart=Restart.after(-1, "ended"))
    ]

    async def found(_: object) -> list[Health]:
        return [
            health("cart", pid=None, live=False),
            health("order", pid=7, because=["MongoDB doesn't answer"]),
            health("payment", pid=8, live=False),
            health("shipment", pid=None, live=False),
            health("portal", pid=9, ready=True),
        ]

    monkeypatch.setattr(processes, "check_all", found)
    findings = await processes.services(system(tmp_path, state))

    assert [finding.what for finding in findings] == [
        "cart ended; starts again now.",
        "order isn't ready: MongoDB doesn't answer.",
        "payment (process 8) doesn't answer on port 1.",
        "shipment doesn't run.",
    ]
    assert "kill -9 8" in findings[2].mend


def lag(group: str, committed: int | None, end: int, lost: int = 0) -> Lag:
    behind = end - (committed or 0)
    known = {"service": "order", "topic": "order.commands", "partition": 0}
    return Lag(group=group, committed=committed, end=end, behind=behind, lost=lost, **known)  # type: ignore[arg-type]


async def test_group_that_reads_nothing_is_told_from_one_that_is_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter(
        [
            [lag("stuck", 5, 9), lag("slow", 5, 9), lag("done", 9, 9), lag("late", 5, 9, lost=3)],
            [
                lag("stuck", 5, 12),
                lag("slow", 6, 12),
                lag("done", 9, 12),
                lag("late", 5, 9, lost=3),
            ],
        ]
    )

    async def looked(_: object) -> list[Lag]:
        return next(looks)

    monkeypatch.setattr(data, "lags", looked)
    monkeypatch.setattr(data, "LOOK_AGAIN_AFTER", 0)
    findings = await data.progress(system(tmp_path))

    assert told(findings) == [
        (
            "broken",
            (
                "Kafka deleted 3 records of order.commands, partition 0, before late read them: "
                "the service was down for longer than the topic keeps records."
            ),
        ),
        ("broken", "stuck reads nothing: 7 records wait in order.commands."),
    ]


@pytest.mark.parametrize("exists", [True, False])
async def test_webhooks_are_read_only_while_there_are_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    async def looked(_: object) -> list[Lag]:
        return [lag("waybill-portal-webhooks", 5, 9)]

    async def asked(_: object) -> bool:
        return exists

    monkeypatch.setattr(data, "lags", looked)
    monkeypatch.setattr(data, "_has_webhooks", asked)
    monkeypatch.setattr(data, "LOOK_AGAIN_AFTER", 0)
    assert len(await data.progress(system(tmp_path))) == exists


@pytest.mark.parametrize(
    ("group", "mend"),
    [
        (
            "shop-waybill-order",
            (
                "Have them sent again with the same ids, then start order once with "
                "WAYBILL_ACCEPT_LOST_RECORDS=true"
            ),
        ),
        (
            "shop-waybill-order-mail",
            "They aren't written again: start order once with WAYBILL_ACCEPT_LOST_RECORDS=true",
        ),
    ],
)
async def test_records_that_nobody_sends_again_arent_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str, mend: str
) -> None:
    async def looked(_: object) -> list[Lag]:
        return [lag(group, 9, 9, lost=3)]

    monkeypatch.setattr(data, "lags", looked)
    (found,) = await data.progress(system(tmp_path))
    assert found.mend == mend


@pytest.mark.parametrize(
    ("findings", "code", "healthy"),
    [([], 0, True), ([warning("W.", "w")], 0, True), ([broken("B.", "b")], 1, False)],
)
def test_command_prints_findings_and_their_mending(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    findings: list[Finding],
    code: int,
    healthy: bool,
) -> None:
    async def examined(_: System) -> list[Examined]:
        return [Examined(name="disk", findings=findings)]

    monkeypatch.setattr("ops.cli.doctor.examine", examined)
    monkeypatch.setenv("WAYBILL_HOME", str(tmp_path))
    plain = CliRunner().invoke(app, ["doctor"])
    asked = CliRunner().invoke(app, ["doctor", "--json"])

    assert (plain.exit_code, asked.exit_code) == (code, code)
    assert json.loads(asked.stdout)["healthy"] is healthy
    for finding in findings:
        assert f"{finding.what}\n         -> {finding.mend}" in plain.stdout
    assert ("Nothing is wrong." in plain.stdout) is (not findings)
