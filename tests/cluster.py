"""Topics and databases of a test's own on the engines that all tests share.

Written with confluent-kafka and pymongo alone: what is looked at from outside can't be fooled by
the mistakes of the inside.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from pymongo import MongoClient

from shared.contracts.topics import PORTAL, PROCESSES, TOPICS, dead_letter_topic
from tests.engines import AnyEngines
from tests.polling import eventually
from tests.processes import ServiceProcess

PARTITIONS = 2
SESSION_MS = 6000  # the least that Kafka takes
DELIVERED_WITHIN = 150  # a broker that was killed has much to recover
QUIET: dict[str, Any] = {"log_level": 0}


@dataclass(frozen=True, slots=True)
class Sent:
    """A record to be written; `topic` is the contract's name."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Got:
    """A record that was read."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    raw: tuple[tuple[str, bytes | None], ...]

    @property
    def headers(self) -> dict[str, str]:
        """The headers as text."""
        return {name: (value or b"").decode(errors="replace") for name, value in self.raw}

    @property
    def type(self) -> str:
        """The CloudEvent's type."""
        return self.headers.get("ce_type", "")

    @property
    def data(self) -> Any:
        """The value as JSON."""
        return orjson.loads(self.value or b"null")


def command(message_id: str, type_name: str, topic: str, key: str, data: Any, **more: str) -> Sent:
    """A message in binary mode, written from the contract alone."""
    attributes = {"specversion": "1.0", "id": message_id, "source": "test", "type": type_name}
    headers = {f"ce_{name}": value for name, value in {**attributes, **more}.items()}
    return Sent(
        topic,
        key.encode(),
        orjson.dumps(data),
        (
            ("content-type", b"application/json"),
            *((name, value.encode()) for name, value in headers.items()),
        ),
    )


class Cluster:
    """A system's topics and databases, and the services that were started on them."""

    def __init__(
        self, engines: AnyEngines, logs: Path, topics: Collection[str] | None = None
    ) -> None:
        self.engines = engines
        self.prefix = f"t{uuid4().hex[:8]}-"
        self.database = f"test_{uuid4().hex[:8]}"
        self.logs = logs
        self._mongo: MongoClient[dict[str, Any]] = MongoClient(engines.mongo, tz_aware=True)
        self.make: Callable[..., ServiceProcess] = ServiceProcess
        self._started: list[ServiceProcess] = []
        self._producer = Producer(
            {
                "bootstrap.servers": engines.kafka,
                "acks": "all",
                "enable.idempotence": True,
                "message.max.bytes": 5 << 20,
                "linger.ms": 2,
                **QUIET,
            }
        )
        self._create(topics or [t.name for t in TOPICS] + [dead_letter_topic(s) for s in PROCESSES])

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
        admin = AdminClient({"bootstrap.servers": self.engines.kafka, **QUIET})
        mine = [name for name in admin.list_topics(timeout=20).topics if self.prefix in name]
        for deleted in admin.delete_topics(mine).values():
            deleted.result(30)
        for service in PROCESSES:
            self._mongo.drop_database(f"{self.database}_{service}")
        self._mongo.close()

    def create(self, *topics: str) -> None:
        """Makes more topics."""
        self._create(topics)

    def _create(self, topics: Iterable[str]) -> None:
        admin = AdminClient({"bootstrap.servers": self.engines.kafka, **QUIET})
        compact = {topic.name for topic in TOPICS if topic.cleanup == "compact"}
        asked = [
            NewTopic(
                self.prefix + name,
                PARTITIONS,
                1,
                config={
                    "cleanup.policy": "compact" if name in compact else "delete",
                    "max.message.bytes": str((5 if name.endswith("dead-letters") else 4) << 20),
                },
            )
            for name in topics
        ]
        for created in admin.create_topics(asked).values():
            created.result(30)
        eventually(lambda: self._are_led(list(topics)), within=30)

    def _are_led(self, topics: list[str]) -> bool:
        """Whether every partition answers: a moment after their making some don't yet."""
        try:
            self.watch(topics)[0].close()
        except KafkaException:
            return False
        return True

    def produce(self, records: Iterable[Sent]) -> None:
        """Writes records; returns once all are acknowledged."""
        refused: list[KafkaError] = []

        def told(error: KafkaError | None, _: Message) -> None:
            if error:
                refused.append(error)

        for one in records:
            topic, headers = self.prefix + one.topic, list(one.headers)
            self._producer.produce(topic, one.value, one.key, headers=headers, on_delivery=told)
            self._producer.poll(0)
        assert self._producer.flush(DELIVERED_WITHIN) == 0
        assert not refused, refused[0]

    def read(self, *topics: str) -> list[Got]:
        """All that is in these topics now, each partition's records in their order."""
        found: list[Got] = []
        consumer, left = self.watch(topics)
        try:
            deadline = time.monotonic() + 30
            while left:
                assert time.monotonic() < deadline, f"can't be read to the end: {left}"
                self.drain(consumer, found, left)
        finally:
            consumer.close()
        return found

    def until(
        self,
        condition: Callable[[list[Got]], Any],
        *topics: str,
        within: float = 20.0,
    ) -> Any:
        """What `condition` says of all that is in these topics, once it is true."""
        found: list[Got] = []
        consumer, _ = self.watch(topics)
        try:
            deadline = time.monotonic() + within
            while not (answer := condition(found)):
                types = [record.type for record in found[-30:]]
                assert time.monotonic() < deadline, f"not within {within:g} s; last: {types}"
                self.drain(consumer, found)
            return answer
        finally:
            consumer.close()

    def watch(self, topics: Collection[str]) -> tuple[Consumer, dict[tuple[str, int], int]]:
        """A consumer of topics from their beginning, and where those with records end now."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.engines.kafka,
                "group.id": uuid4().hex,
                **QUIET,
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 50,
                "fetch.message.max.bytes": 8 << 20,
            }
        )
        parts = [TopicPartition(self.prefix + t, p, 0) for t in topics for p in range(PARTITIONS)]
        consumer.assign(parts)
        ends = {(part.topic, part.partition): _bounds(consumer, part)[1] for part in parts}
        return consumer, {place: end for place, end in ends.items() if end}

    def drain(
        self,
        consumer: Consumer,
        found: list[Got],
        left: dict[tuple[str, int], int] | None = None,
    ) -> None:
        """Adds what has come to `found`; places whose end was reached are taken out of `left`."""
        for record in consumer.consume(500, 0.1):
            assert not record.error(), record.error()
            topic, partition, offset = record.topic(), record.partition(), record.offset()
            headers = tuple((n, v) for n, v in record.headers() or ())
            name = topic.removeprefix(self.prefix)
            got = Got(name, partition, offset, record.key(), record.value(), headers)
            found.append(got)
            if left and offset + 1 >= left.get((topic, partition), 1 << 62):
                del left[topic, partition]

    def lag(self, service: str) -> int:
        """Records of the service's topics that its group hasn't committed."""
        return self.behind(f"waybill-{service}", _read_by(service))

    def behind(self, group_id: str, topics: Collection[str]) -> int:
        """Records of these topics that a group hasn't committed."""
        with self._group(group_id, topics) as (consumer, parts):
            behind = 0
            for part in consumer.committed(parts, 20):
                first, end = _bounds(consumer, part)
                behind += end - max(part.offset, first)
            return behind

    def rewind(self, service: str) -> None:
        """Sets the offsets of a service's group back to the beginning; none of it may run."""
        with self._group(f"waybill-{service}", _read_by(service)) as (consumer, parts):
            for part in parts:
                part.offset = 0
            consumer.commit(offsets=parts, asynchronous=False)

    @contextmanager
    def _group(
        self, group_id: str, names: Collection[str]
    ) -> Iterator[tuple[Consumer, list[TopicPartition]]]:
        """A client with the name of a group, and what the group reads."""
        group = {"group.id": f"{self.prefix}{group_id}"}
        consumer = Consumer({"bootstrap.servers": self.engines.kafka, **group, **QUIET})
        try:
            yield (
                consumer,
                [TopicPartition(self.prefix + t, p) for t in names for p in range(PARTITIONS)],
            )
        finally:
            consumer.close()

    def written(self) -> int:
        """How many records all of its topics have taken so far."""
        consumer, ends = self.watch([topic.name for topic in TOPICS])
        consumer.close()
        return sum(ends.values())

    def until_done(self, *services: str, within: float = 60.0) -> None:
        """Returns once the services have committed all that there is for them."""
        eventually(lambda: not any(self.lag(service) for service in services), within=within)

    def table(self, service: str, name: str) -> list[dict[str, Any]]:
        """What a service keeps of a compacted topic."""
        return self.collection(service, f"table_{name}")

    def collection(self, service: str, name: str) -> list[dict[str, Any]]:
        """All documents of a collection of a service's database."""
        return list(self._mongo[f"{self.database}_{service}"][name].find())

    def everything(self, service: str) -> dict[str, dict[Any, dict[str, Any]]]:
        """All that a service has in its database: documents by collection and `_id`."""
        there = self._mongo[f"{self.database}_{service}"]
        return {
            name: {document["_id"]: document for document in there[name].find()}
            for name in there.list_collection_names()
        }

    def journal(self, service: str) -> list[dict[str, Any]]:
        """A service's documents, each stream's in its order."""
        kept = self._mongo[f"{self.database}_{service}"]["journal"]
        return list(kept.find().sort([("stream", 1), ("version", 1)]))


def _read_by(service: str) -> list[str]:
    """The names of the topics that a service reads."""
    if service == PORTAL:
        return [topic.name for topic in import_module("services.portal.projections.facts").TOPICS]
    return [topic.name for topic in import_module(f"services.{service}.app").SERVICE.topics]


def _bounds(consumer: Consumer, part: TopicPartition) -> tuple[int, int]:
    """Where a partition begins and ends. One that came into being just now, or whose broker did,
    may have no leader yet."""
    deadline = time.monotonic() + 20
    while True:
        try:
            first, end = consumer.get_watermark_offsets(part, 20)
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return first, end
