"""A system of its own for a test: topics, databases and processes of services."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from uuid import uuid4

from shared.contracts.topics import PROCESSES, TOPICS, dead_letter_topic
from tests.cluster.consumer_groups import ConsumerGroups
from tests.cluster.databases import Databases
from tests.cluster.topics import PARTITIONS
from tests.engines import AnyEngines
from tests.processes import ServiceProcess

SESSION_MS = 6000  # the least that Kafka takes


class Cluster(ConsumerGroups, Databases):
    """A system's topics and databases, and the services that were started on them."""

    def __init__(
        self, engines: AnyEngines, logs: Path, topics: Collection[str] | None = None
    ) -> None:
        Databases.__init__(self, engines, f"test_{uuid4().hex[:8]}")
        self.logs = logs
        self.make: Callable[..., ServiceProcess] = ServiceProcess
        self._started: list[ServiceProcess] = []
        names = topics or [t.name for t in TOPICS] + [dead_letter_topic(s) for s in PROCESSES]
        ConsumerGroups.__init__(self, engines, f"t{uuid4().hex[:8]}-", names)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its services."""
        return {
            "WAYBILL_KAFKA": self.engines.kafka,
            "WAYBILL_MONGO": self.engines.mongo,
            "WAYBILL_TOPIC_PREFIX": self.prefix,
            "WAYBILL_DATABASE": self.database,
            "WAYBILL_PARTITIONS": str(PARTITIONS),
            "WAYBILL_SESSION_TIMEOUT_MS": str(SESSION_MS),
            "WAYBILL_BATCH": "50",
            "WAYBILL_PORTAL_SECURE_COOKIES": "false",
            "WAYBILL_PORTAL_WATCHES": ",".join(
                f"{each.service}=http://127.0.0.1:{each.port}" for each in self._started
            ),
        }

    def start(self, service: str, *plan: str, **environment: str) -> ServiceProcess:
        """Starts a process of a service, with its settings and what else `environment` names."""
        log = self.logs / f"{self.prefix}{service}-{len(self._started)}.jsonl"
        process = self.make(service, {**self.environment, **environment}, log, *plan)
        self._started.append(process)
        return process

    def close(self) -> None:
        """Kills what still runs, and removes topics and databases: others have less to recover."""
        for process in self._started:
            process.kill()
        self.delete_topics()
        self.drop_databases()
