"""The engines that the tests run on: containers where Docker answers, else local ones."""

import os
from pathlib import Path

from ops.local import engines
from ops.local.engines.jars import cached_jars
from ops.local.engines.java import find_java, find_maven, install_command
from tests.containers import Containers, docker_answers

AnyEngines = engines.Engines | Containers


def start(folder: Path) -> AnyEngines:
    """Both engines, ready for clients. `folder` gets their data if they are local ones.

    KAFKA, WAYBILL_KAFKA and WAYBILL_MONGO are orders: whoever sets one gets what they name.
    """
    ordered = os.environ.keys() & {"KAFKA", "WAYBILL_KAFKA", "WAYBILL_MONGO"}
    if docker_answers() and not ordered:
        return Containers().start()
    return engines.start(folder)


def missing_for_apache() -> str:
    """What a local Apache Kafka lacks on this machine, and how to get it; empty if nothing."""
    java, maven = find_java() is not None, bool(cached_jars() or find_maven())
    if java and maven:
        return ""
    return f"no Java 17 or Maven; install: {install_command(java=not java, maven=not maven)}"
