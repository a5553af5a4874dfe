"""Apache Kafka as one node that is both broker and controller (KRaft)."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from ops.local.engines.engine import LocalEngine
from ops.local.engines.errors import EngineError
from ops.local.engines.jars import bring_jars, kafka_version
from ops.local.engines.java import find_java
from ops.local.engines.ports import HOST
from ops.local.engines.probe import kafka_answers

LARGEST_RECORD = 4 * 1024 * 1024
LOGGING = Path(__file__).with_name("log4j2.properties")


class ApacheKafka(LocalEngine):
    """Apache Kafka, with its records in `home/data` and warnings in `home/kafka.log`."""

    kind = "apache"
    folder = "kafka"
    wanted = (9092, 9093)

    @property
    def about(self) -> str:
        """The version and address."""
        return f"Apache Kafka {kafka_version()} on this machine's Java, at {self.address}."

    def prepare(self, ports: Sequence[int]) -> list[str]:
        """Writes the settings; formats the data folder the first time."""
        settings = self.home / "server.properties"
        lines = (f"{name}={value}\n" for name, value in self.settings(*ports).items())
        settings.write_text("".join(lines), encoding="utf-8")
        if not (self.home / "data" / "meta.properties").exists():
            self._format(settings)
        return [*self._java(), "kafka.Kafka", str(settings)]

    def settings(self, *ports: int) -> dict[str, object]:
        """Returns the broker's settings by name, for the client and controller ports."""
        return _settings(self.home / "data", *ports)

    def answers(self) -> bool:
        """Whether the broker is ready for clients."""
        return kafka_answers(HOST, self.port)

    def _format(self, settings: Path) -> None:
        cluster = ["--cluster-id", uuid4().hex[:22], "--config", str(settings)]
        command = [*self._java(), "kafka.tools.StorageTool", "format", *cluster]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EngineError("Kafka's data folder could not be formatted.", done.stderr)

    def _java(self) -> list[str]:
        return [
            find_java() or "java",
            "-Xmx512m",
            # For one small node on a few cores. Compared to G1 with all compilers, it starts a
            # third faster, uses a third of the CPU time and has a higher throughput.
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={LOGGING}",
            f"-Dwaybill.log={self.home / 'kafka.log'}",
            "-cp",
            f"{bring_jars()}/*",
        ]


def _settings(data: Path, client: int, controller: int) -> dict[str, object]:
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{HOST}:{controller}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{HOST}:{client},CONTROLLER://{HOST}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{client}",
        "log.dirs": data,
        # A killed broker can only come back when its session has expired, so keep sessions short.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        # `setup` creates the topics with the right partition count; a typo must not create one.
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        "message.max.bytes": LARGEST_RECORD,
        "replica.fetch.max.bytes": LARGEST_RECORD,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 6,
        # Longer than topics keep records: a service that was down finds out what it missed.
        "offsets.retention.minutes": 90 * 24 * 60,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 2,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    }
