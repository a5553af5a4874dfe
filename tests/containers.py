"""Kafka and MongoDB in containers, with what the local engines offer too."""

import os
from pathlib import Path

import docker
import yaml
from docker.errors import DockerException
from docker.models.containers import Container
from testcontainers.core.container import DockerContainer

from ops.local.engines.ports import is_free
from ops.local.engines.probe import kafka_answers
from ops.local.engines.replica_set import NAME, become_primary
from tests.polling import eventually

COMPOSE = Path(__file__).parents[1] / "docker-compose.yml"


def docker_answers() -> bool:
    """Whether there is a Docker engine to run containers on."""
    try:
        return bool(docker.from_env(timeout=3).ping())
    except DockerException:
        return False


def image(service: str) -> str:
    """The image that WAYBILL_TEST_<SERVICE>_IMAGE names, else the one that compose runs."""
    named = os.environ.get(f"WAYBILL_TEST_{service.upper()}_IMAGE")
    return named or str(yaml.safe_load(COMPOSE.read_text())["services"][service]["image"])


class Containers:
    """Both engines, each in a container on a fixed port, so that a restart keeps its address."""

    kafka_kind = mongo_kind = "container"

    def __init__(self) -> None:
        self._kafka_port, self._mongo_port = _free_port(19092), _free_port(28017)
        self._kafka = _kafka(self._kafka_port)
        self._mongo = _mongo(self._mongo_port)
        self.kafka = f"localhost:{self._kafka_port}"
        self.mongo = (
            f"mongodb://localhost:{self._mongo_port}/?replicaSet={NAME}&directConnection=true"
        )
        self.why = f"containers of {image('kafka')} and {image('mongo')}, as Docker answers"

    def start(self) -> "Containers":
        """Returns once both answer; leaves none behind if one doesn't."""
        try:
            for container in (self._kafka, self._mongo):
                container.start()
            self._await_kafka()
            self._await_mongo()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Removes both."""
        for container in (self._kafka, self._mongo):
            container.stop()

    def kill_kafka(self) -> None:
        """`kill -9` of the broker."""
        _inner(self._kafka).kill()

    def kill_mongo(self) -> None:
        """`kill -9` of `mongod`."""
        _inner(self._mongo).kill()

    def restart_kafka(self) -> None:
        """The broker again, on the same data and port."""
        _inner(self._kafka).restart()
        self._await_kafka()

    def restart_mongo(self) -> None:
        """`mongod` again, on the same data and port."""
        _inner(self._mongo).restart()
        self._await_mongo()

    def _await_kafka(self) -> None:
        eventually(lambda: kafka_answers("localhost", self._kafka_port), within=90)

    def _await_mongo(self) -> None:
        here = f"localhost:{self._mongo_port}"
        eventually(lambda: become_primary(here, member="localhost:27017"), within=60)


def _kafka(port: int) -> DockerContainer:
    return (
        DockerContainer(image("kafka"))
        .with_bind_ports(9092, port)
        .with_envs(
            KAFKA_NODE_ID="1",
            KAFKA_PROCESS_ROLES="broker,controller",
            KAFKA_CONTROLLER_QUORUM_VOTERS="1@localhost:9093",
            KAFKA_CONTROLLER_LISTENER_NAMES="CONTROLLER",
            KAFKA_LISTENERS="PLAINTEXT://:9092,CONTROLLER://localhost:9093",
            KAFKA_ADVERTISED_LISTENERS=f"PLAINTEXT://localhost:{port}",
            KAFKA_LISTENER_SECURITY_PROTOCOL_MAP="PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            KAFKA_AUTO_CREATE_TOPICS_ENABLE="false",
            KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS="0",
            KAFKA_BROKER_SESSION_TIMEOUT_MS="3000",
            KAFKA_BROKER_HEARTBEAT_INTERVAL_MS="500",
            KAFKA_MESSAGE_MAX_BYTES="4194304",
            KAFKA_REPLICA_FETCH_MAX_BYTES="4194304",
            KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR="1",
            KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS="6",
            KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR="1",
            KAFKA_TRANSACTION_STATE_LOG_MIN_ISR="1",
            KAFKA_HEAP_OPTS="-Xmx512m",
        )
    )


def _mongo(port: int) -> DockerContainer:
    container = DockerContainer(image("mongo")).with_bind_ports(27017, port)
    return container.with_command(f"--replSet {NAME} --bind_ip_all --wiredTigerCacheSizeGB 0.5")


def _inner(container: DockerContainer) -> Container:
    return container.get_wrapped_container()


def _free_port(first: int) -> int:
    return next(port for port in range(first, 65_000) if is_free(port))
