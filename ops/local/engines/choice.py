"""Chooses which Kafka and MongoDB to use, and explains the choice."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from ops.local.engines.embedded import EmbeddedKafka, find_embedded
from ops.local.engines.engine import Engine, GivenEngine
from ops.local.engines.errors import EngineError
from ops.local.engines.jars import bring_jars, cached_jars, kafka_version
from ops.local.engines.java import LEAST, find_java, find_maven, install_command
from ops.local.engines.kafka import ApacheKafka
from ops.local.engines.mongo import WHEEL, Mongod, find_mongod
from shared.runtime.secrets import secret

KafkaChoice = Literal["auto", "apache", "embedded"]
Say = Callable[[str], None]


def asked_kafka(wanted: KafkaChoice) -> KafkaChoice:
    """Returns `wanted`, or if that is 'auto' the environment's KAFKA. Raises `EngineError`."""
    if wanted != "auto":
        return wanted
    asked = os.environ.get("KAFKA") or "auto"
    if asked not in ("auto", "apache", "embedded"):
        raise EngineError(f"KAFKA={asked} isn't valid.", "Use auto, apache or embedded.")
    return asked  # type: ignore[return-value]


def choose_kafka(data_dir: Path, wanted: KafkaChoice, say: Say) -> Engine:
    """Returns the Kafka to use, not started yet; with 'auto' Apache Kafka if it can run here.

    `say` is called with a sentence before a step that takes long. Raises `EngineError` if the
    wanted Kafka can't run here.
    """
    if given := os.environ.get("WAYBILL_KAFKA"):
        return GivenEngine(given, "WAYBILL_KAFKA")
    if wanted == "embedded":
        return _embedded(data_dir, "KAFKA=embedded asked for it.")
    obstacle = _obstacle(say)
    if not obstacle:
        return ApacheKafka(data_dir)
    if wanted == "apache":
        raise EngineError("Apache Kafka can't run here.", obstacle)
    return _embedded(data_dir, f"It replaces Apache Kafka: {obstacle}")


def choose_mongo(data_dir: Path) -> Engine:
    """Returns the MongoDB to use, not started yet. Raises `EngineError` if there is none."""
    if given := secret("WAYBILL_MONGO"):
        return GivenEngine(given, "WAYBILL_MONGO")
    if not find_mongod():
        raise EngineError(
            "MongoDB isn't installed: there is no mongod on PATH.",
            f"On x86-64 Linux 'pip install {WHEEL}==0.4.0' installs it; elsewhere install MongoDB, "
            "or set WAYBILL_MONGO to the URI of a replica set.",
        )
    return Mongod(data_dir)


def _obstacle(say: Say) -> str:
    """Returns why Apache Kafka can't run here and what to do about it; empty if it can."""
    java, jars = find_java(), cached_jars()
    maven = jars or find_maven()
    if not java or not maven:
        missing = [f"Java {LEAST} or newer"] * (not java) + ["Maven"] * (not maven)
        command = install_command(java=not java, maven=not maven)
        return f"{' and '.join(missing)} is missing; install it with: {command}"
    if not jars:
        say(f"Fetching Apache Kafka {kafka_version()} with Maven (45 MB, once) ...")
        try:
            bring_jars()
        except EngineError as error:
            return error.message
    return ""


def _embedded(data_dir: Path, because: str) -> EmbeddedKafka:
    if not find_embedded():
        raise EngineError(
            "Kafka can't run here: Java with Maven and the embedded broker are missing.",
            f"Install one: {install_command(java=True, maven=True)} - or: pip install noida-db - "
            "or set WAYBILL_KAFKA to your cluster's address.",
        )
    engine = EmbeddedKafka(data_dir)
    engine.because = because
    return engine
