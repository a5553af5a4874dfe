"""A consumer that loses nothing when a poll fails, and sleeps until there is something to read."""

import asyncio
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import ConsumerStoppedError, IllegalStateError, KafkaError

PAUSE_SECONDS = 1.0
# FastStream polls briefly and sleeps as long again. A poll that waits for the next record costs
# neither the time nor the processor; this long it waits at the most.
PATIENCE_MS = 1000

log = structlog.get_logger()


class Consumer(AIOKafkaConsumer):
    """aiokafka's, but for a poll that fails.

    A poll takes records off one partition after the other, and their positions go on. When one of
    them can't be read, those of the others are lost with the error, and the next commit would pass
    them over. So everything goes back to what is committed: there is no batch in flight then.
    """

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """See `AIOKafkaConsumer`; waits longer. Raises `KafkaError` and nothing else."""
        try:
            polled: dict[TopicPartition, list[ConsumerRecord]] = await super().getmany(
                *partitions, timeout_ms=max(timeout_ms, PATIENCE_MS), max_records=max_records
            )
        except ConsumerStoppedError:
            raise
        except Exception as error:
            log.exception("a poll failed")
            await self.go_back()
            raise KafkaError(f"a poll failed: {error!r}") from error
        return polled

    def last_answer(self) -> float | None:
        """When a broker last answered for the partition that it has left alone longest; seconds."""
        answers = [self.last_poll_timestamp(partition) for partition in self.assignment()]
        told = [at for at in answers if at]
        return min(told) / 1000 if told else None

    async def go_back(self) -> None:
        """To what is committed, in every partition that is assigned."""
        while True:
            try:
                for partition in self.assignment():
                    await self._go_back_to(partition, await self.committed(partition))
            except IllegalStateError:
                return  # a rebalance came in between, and goes back by itself
            except KafkaError as error:
                log.warning("waiting", waiting_for="the committed offsets", error=repr(error))
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    async def _go_back_to(self, partition: TopicPartition, committed: Any) -> None:
        if committed is None:
            await self.seek_to_beginning(partition)
        else:
            self.seek(partition, committed)
