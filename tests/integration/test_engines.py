"""The local engines: one system per folder, found by every process, out of each other's way."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ops.local import engines
from ops.local.engines import EngineError, Engines, ports
from ops.local.engines.mongo import Mongod
from tests.engine_kills import kill_kafka, kill_mongo
from tests.engines import missing_for_apache
from tests.integration.kafka_records import consume, ids_in, insert, new_topic, produce

pytestmark = pytest.mark.engines


@pytest.fixture(autouse=True, scope="module")
def nothing_ordered() -> Iterator[None]:
    """These tests are about local engines, whatever the others run on."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("KAFKA", "WAYBILL_KAFKA", "WAYBILL_MONGO"):
            patch.delenv(variable, raising=False)
        yield


@pytest.fixture(scope="module")
def local(nothing_ordered: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Apache Kafka and mongod for the tests of this file."""
    if missing := missing_for_apache():
        pytest.skip(missing)
    with engines.start(tmp_path_factory.mktemp("local"), kafka="apache") as found:
        yield found


def test_second_start_uses_what_runs(local: Engines) -> None:
    with engines.start(local.data_dir) as again:
        assert again.attached
        assert (again.kafka_pid, again.mongo_pid) == (local.kafka_pid, local.mongo_pid)

    assert engines.running(local.data_dir), "who came second must not stop them"


def test_another_process_finds_what_runs(local: Engines) -> None:
    asked = [sys.executable, "-m", "ops.local.engines", "status", str(local.data_dir)]
    found = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == local.why


def test_broker_that_died_is_started_again_beside_the_mongod_that_lives(local: Engines) -> None:
    mongod, address = local.mongo_pid, local.kafka
    kill_kafka(local)
    assert engines.running(local.data_dir) is None

    again = engines.start(local.data_dir)

    assert (again.mongo_pid, again.kafka) == (mongod, address)
    assert again.kafka_pid != local.kafka_pid


def test_whoever_was_here_before_knows_what_another_has_started_since(local: Engines) -> None:
    kill_mongo(local)
    engines.start(local.data_dir)
    address = local.mongo

    local.restart_mongo()

    assert local.mongo == address, "two on the same data would have stepped aside"
    assert engines.running(local.data_dir)


def test_other_kafka_than_the_running_one_is_refused(local: Engines) -> None:
    with pytest.raises(EngineError, match="apache Kafka runs"):
        engines.start(local.data_dir, kafka="embedded")


def test_second_system_steps_aside_and_remembers_its_ports(local: Engines, tmp_path: Path) -> None:
    with engines.start(tmp_path, kafka="embedded") as beside:
        addresses = beside.kafka, beside.mongo
        assert not {beside.kafka, beside.mongo} & {local.kafka, local.mongo}

    with engines.start(tmp_path, kafka="embedded") as again:
        assert (again.kafka, again.mongo) == addresses


def test_embedded_broker_carries_records_and_warns(tmp_path: Path) -> None:
    with engines.start(tmp_path, kafka="embedded") as found:
        topic = new_topic(found.kafka)
        produce(found.kafka, topic, ["one", "two"])
        assert consume(found.kafka, topic, 2) == ["one", "two"]
        assert "kill -9" in found.why


def test_stop_leaves_no_process_and_nothing_to_find(tmp_path: Path) -> None:
    found = engines.start(tmp_path, kafka="embedded")
    pids = found.kafka_pid, found.mongo_pid

    assert engines.stop(tmp_path)

    assert not any(psutil.pid_exists(pid) for pid in pids if pid)
    assert engines.running(tmp_path) is None
    assert not engines.stop(tmp_path)


def test_process_that_merely_has_the_same_id_is_not_believed(tmp_path: Path) -> None:
    found = engines.start(tmp_path, kafka="embedded")
    record = tmp_path / "engines.json"
    written = record.read_text()
    found.stop()

    ours = str(os.getpid())
    record.write_text(
        written.replace(str(found.kafka_pid), ours).replace(str(found.mongo_pid), ours)
    )

    assert engines.running(tmp_path) is None
    assert not engines.stop(tmp_path), "it would have stopped this very test"


def test_mongod_keeps_its_data_on_another_port(tmp_path: Path) -> None:
    mongod = Mongod(tmp_path)
    mongod.start()
    insert(mongod.address, "kept", [1, 2, 3])
    mongod.stop()
    (old,) = ports.recall(mongod.home / "ports.json")
    (mongod.home / "ports.json").write_text(f"[{old + 1}]")

    mongod.start()
    try:
        assert mongod.port != old
        assert ids_in(mongod.address, "kept") == [1, 2, 3]
    finally:
        mongod.stop()


def test_engine_that_cannot_start_says_what_it_logged_last(tmp_path: Path) -> None:
    mongod = Mongod(tmp_path)
    mongod.home.mkdir()
    (mongod.home / "db").mkdir()
    (mongod.home / "db" / "storage.bson").write_text("no BSON")

    with pytest.raises(EngineError, match="mongod could not be started") as refused:
        mongod.start()

    assert "mongod.log" in refused.value.hint or "msg" in refused.value.hint
