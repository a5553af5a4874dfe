"""The consumer groups of services: how far they are behind, and their offsets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from importlib import import_module

from confluent_kafka import Consumer, TopicPartition

from shared.contracts.topics import PORTAL
from tests.cluster.topics import PARTITIONS, QUIET, Topics, bounds
from tests.polling import PATIENCE, eventually


class ConsumerGroups(Topics):
    """Topics, and the consumer groups that read them."""

    def lag(self, service: str) -> int:
        """Records of the service's topics that its group hasn't committed."""
        return self.behind(f"waybill-{service}", _read_by(service))

    def behind(self, group_id: str, topics: Collection[str]) -> int:
        """Records of these topics that a group hasn't committed."""
        with self._group(group_id, topics) as (consumer, parts):
            behind = 0
            for part in consumer.committed(parts, 20):
                first, end = bounds(consumer, part)
                behind += end - max(part.offset, first)
            return behind

    def until_done(self, *services: str, within: float = PATIENCE) -> None:
        """Returns once the services have committed all that there is for them."""
        eventually(lambda: not any(self.lag(service) for service in services), within=within)

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


def _read_by(service: str) -> list[str]:
    """The names of the topics that a service reads."""
    if service == PORTAL:
        return [topic.name for topic in import_module("services.portal.projections.facts").TOPICS]
    return [topic.name for topic in import_module(f"services.{service}.app").SERVICE.topics]
