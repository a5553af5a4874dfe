"""The whole system on engines that require authentication, with a user for each process."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from click.testing import Result
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition
from typer.testing import CliRunner

from ops.cli.main import app
from ops.security.rights.needs import all_needs
from shared.contracts.topics import PROCESSES
from tests.cluster import Got, Sent
from tests.processes import ServiceProcess, until_ready
from tests.secure.engines import ADMIN, SecureEngines, write

PARTITIONS = 2
PREFIX = "shop."
DATABASE = "shop"


class SecureSystem:
    """A system that was prepared with `waybill setup` and `waybill acls --apply`."""

    def __init__(self, engines: SecureEngines, logs: Path) -> None:
        self.engines = engines
        self.logs = logs
        self.processes: dict[str, ServiceProcess] = {}

    def __enter__(self) -> Self:
        users = [needs.user for needs in all_needs()]
        self.engines.add(*users)
        for user in users:
            write(self.logs / "passwords" / user, self.engines.passwords[user].encode())
        self.waybill(ADMIN, "setup")
        self.waybill(ADMIN, "acls", "--apply", "--passwords", str(self.logs / "passwords"))
        try:
            for service in PROCESSES:
                self.processes[service] = self.start(service)
            until_ready(*self.processes.values(), within=180)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        for process in self.processes.values():
            process.kill()

    def environment(self, user: str, **other: str) -> dict[str, str]:
        """Returns the settings of `user`."""
        return {
            **self.engines.settings(user),
            "WAYBILL_TOPIC_PREFIX": PREFIX,
            "WAYBILL_DATABASE": DATABASE,
            "WAYBILL_PARTITIONS": str(PARTITIONS),
            "WAYBILL_PORTAL_SECURE_COOKIES": "false",
            "WAYBILL_LOG_LEVEL": "DEBUG",  # secrets must not be in any log, even at this level
            **other,
        }

    def start(self, service: str, name: str = "", **other: str) -> ServiceProcess:
        """Starts a process of a service as the user of the same name."""
        environment = self.environment(service, **other)
        return ServiceProcess(service, environment, self.logs / f"{name or service}.jsonl")

    def waybill(self, user: str, *arguments: str, **other: str) -> Result:
        """Runs the command as `user`; it has to succeed, unless `other` settings are given."""
        known = {**self.environment(user), **other}
        result = CliRunner().invoke(app, arguments, env=known, input="a long password")
        assert other or result.exit_code == 0, result.output
        return result

    def tool(self, *roles: str) -> httpx.Client:
        """Returns a program's session at the portal, with an account that has these roles."""
        name = f"tool-{uuid4().hex[:6]}"
        options = [option for role in roles for option in ("--role", role)]
        self.waybill("cli", "user", "add", name, *options)
        token = self.waybill("cli", "user", "token", name).stdout.strip()
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.processes['portal'].port}",
            timeout=40,
            headers={"Authorization": f"Bearer {token}", "Prefer": "wait=30"},
        )

    def write(self, user: str, *records: Sent) -> list[KafkaError]:
        """Writes as `user`; returns Kafka's errors."""
        refused: list[KafkaError] = []

        def on_delivery(error: KafkaError | None, _: Message) -> None:
            if error:
                refused.append(error)

        producer = Producer({**self.engines.clients(user), "message.timeout.ms": 30_000})
        for one in records:
            producer.produce(
                PREFIX + one.topic,
                one.value,
                one.key,
                headers=list(one.headers),
                on_delivery=on_delivery,
            )
        assert producer.flush(60) == 0
        return refused

    def read(self, user: str, topics: Iterable[str], group: str = "") -> list[Got]:
        """Returns all records of these topics that `user` can read. Raises `KafkaException`."""
        config = {"group.id": group or f"{PREFIX}{user}-x", "enable.auto.commit": False}
        consumer = Consumer({**self.engines.clients(user), **config})
        found: list[Got] = []
        try:
            for topic in topics:
                for number in range(PARTITIONS):
                    part = TopicPartition(PREFIX + topic, number, 0)
                    end = consumer.get_watermark_offsets(part, 30)[1]
                    if end:
                        consumer.assign([part])
                    while end and (record := consumer.poll(30)):
                        assert not record.error(), record.error()
                        headers = tuple(record.headers() or ())
                        at = (topic, number, record.offset(), record.key(), record.value())
                        found.append(Got(*at, headers))
                        if record.offset() + 1 >= end:
                            break
        finally:
            consumer.close()
        return found

    def everything_logged(self) -> str:
        """Returns the output of all processes so far."""
        return "\n".join(log.read_text(errors="replace") for log in self.logs.glob("*.jsonl"))


def outcome(answer: httpx.Response) -> Any:
    """Returns the outcome of a command that has to be accepted."""
    assert answer.status_code == 200, answer.text
    return answer.json()
