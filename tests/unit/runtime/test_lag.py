"""How far a process is behind, while its partitions come and go."""

from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError, KafkaConnectionError

from shared.runtime.kafka.consumer import Consumer
from shared.runtime.settings import Settings
from tests.unit.runtime.test_lenient_reading import SERVICE

KEPT, TAKEN = TopicPartition("commands", 0), TopicPartition("commands", 1)


class Rebalanced:
    """A consumer that loses a partition while it is asked, as aiokafka reports it."""

    def __init__(self, *, answers: bool) -> None:
        self.partitions = {KEPT, TAKEN}
        self.answers = answers

    def assignment(self) -> set[TopicPartition]:
        return set(self.partitions)

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        self.partitions.discard(TAKEN)
        if not self.answers:
            raise KafkaConnectionError
        return dict.fromkeys(partitions, 10)

    def highwater(self, partition: TopicPartition) -> int:
        assert partition in self.partitions, "Partition is not assigned"
        return 10

    async def position(self, partition: TopicPartition) -> int:
        if partition not in self.partitions:
            raise IllegalStateError(f"Partition {partition} is not assigned")
        return 7


class Idle:
    """A processor that is given nothing."""

    async def handle(self, records: Any, commit: Any) -> None: ...


@pytest.mark.parametrize("answers", [True, False])
async def test_partition_that_a_rebalance_takes_meanwhile_doesnt_count(answers: bool) -> None:
    consumer = Consumer(SERVICE, Settings(), Idle())  # type: ignore[arg-type]
    rebalanced = Rebalanced(answers=answers)
    consumer._kafka = lambda: rebalanced  # type: ignore[method-assign]

    assert await consumer.lag() == 3
