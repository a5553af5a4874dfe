"""Letters are written whatever becomes of one producer."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
)

from shared.runtime.kafka import publisher
from shared.runtime.kafka.record import Publication
from shared.runtime.settings import Settings
from tests.polling import PATIENCE
from waybill_client import outbox
from waybill_client.errors import InvalidMessageError, MissingTopicError, UnreachableError
from waybill_client.outbox import Outbox

LETTERS = [Publication("t", b"k", str(number).encode(), []) for number in range(3)]


class Producers:
    """Makes producers. `fates` holds for each one, in turn, what becomes of its second letter."""

    def __init__(self, *fates: KafkaError | None) -> None:
        self._fates: Iterator[KafkaError | None] = iter(fates)
        self.written: list[list[bytes]] = []
        self.down = False

    def __call__(self, **_: Any) -> "Producers.Producer":
        return self.Producer(self)

    class Producer:
        """One producer."""

        def __init__(self, all_of_them: "Producers") -> None:
            self._all = all_of_them

        async def start(self) -> None:
            if self._all.down:
                raise KafkaConnectionError
            self._fate = next(self._all._fates)
            self.client = self
            self._all.written.append([])

        async def stop(self) -> None:
            """Nothing to stop."""

        async def fetch_all_metadata(self) -> "Producers.Producer":
            return self

        def topics(self) -> set[str]:
            return {"t"}

        async def send(
            self, topic: str, value: bytes, key: bytes, headers: object
        ) -> asyncio.Future[object]:
            future = asyncio.get_running_loop().create_future()
            written = self._all.written[-1]
            if len(written) == 1 and self._fate:
                future.set_exception(self._fate)
            else:
                future.set_result(None)
            written.append(value)
            return future


async def opened(monkeypatch: pytest.MonkeyPatch, producers: Producers) -> Outbox:
    monkeypatch.setattr(publisher, "AIOKafkaProducer", producers)
    monkeypatch.setattr(outbox, "PAUSE", 0.01)
    box = Outbox(Settings(), "my-tool")
    await box.open()
    return box


async def test_fresh_producer_writes_all_again_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    producers = Producers(OutOfOrderSequenceNumber(), None)
    box = await opened(monkeypatch, producers)

    await box.write(LETTERS)

    assert producers.written[-1] == [b"0", b"1", b"2"]
    assert len(producers.written) == 2


async def test_broker_that_does_not_come_back_is_an_error_with_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    producers = Producers(KafkaConnectionError())
    box = await opened(monkeypatch, producers)
    producers.down = True

    with pytest.raises(UnreachableError, match="doesn't answer"):
        await box.write(LETTERS, patience=0.05)


async def test_broker_that_comes_back_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    producers = Producers(KafkaConnectionError(), None)
    box = await opened(monkeypatch, producers)
    producers.down = True
    writing = asyncio.create_task(box.write(LETTERS))
    await asyncio.sleep(0.05)
    producers.down = False

    async with asyncio.timeout(PATIENCE):
        await writing

    assert producers.written[-1] == [b"0", b"1", b"2"]


async def test_letter_that_is_too_large_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    producers = Producers(MessageSizeTooLargeError())
    box = await opened(monkeypatch, producers)

    with pytest.raises(InvalidMessageError, match="larger than the limit"):
        await box.write(LETTERS)
    assert len(producers.written) == 1


async def test_missing_topic_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "METADATA_RETRY_SECONDS", 0)
    box = await opened(monkeypatch, Producers(None))

    with pytest.raises(MissingTopicError, match="no topic elsewhere"):
        await box.write([Publication("elsewhere", b"k", b"1", [])])
