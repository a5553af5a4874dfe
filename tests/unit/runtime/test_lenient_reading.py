"""Records with any header names are read, and a failed poll loses no records."""

from typing import Any

import aiokafka
import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CorruptRecordException, IllegalStateError, KafkaError
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from shared.runtime.kafka import polling_consumer
from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.header_names import LenientRecords
from shared.runtime.kafka.lost_records import LostRecords
from shared.runtime.settings import Settings
from tests.unit.runtime.tally import SERVICE

ONE, TWO = TopicPartition("a", 0), TopicPartition("b", 1)


class Latin(str):
    """A header name that is encoded as Latin-1, so that it isn't UTF-8."""

    def encode(self, *_: Any, **__: Any) -> bytes:
        return super().encode("latin-1")


def batch(first: int, names: list[str], codec: int) -> bytes:
    builder = _DefaultRecordBatchBuilderPy(2, codec, False, -1, -1, 0, 1 << 20)
    for number, name in enumerate(names):
        builder.append(number, 1000, b"k%d" % number, b"v", [(name, b"\xff"), ("n", None)])
    written = bytearray(builder.build())
    written[:8] = first.to_bytes(8, "big")
    return bytes(written)


def read(records: Any) -> list[tuple[int, bytes, list[Any]]]:
    found = []
    while records.has_next():
        found += [(one.offset, one.key, list(one.headers)) for one in records.next_batch()]
    return found


@pytest.mark.parametrize("codec", [0, 1, 2, 3, 4], ids=["none", "gzip", "snappy", "lz4", "zstd"])
def test_header_whose_name_is_no_text_is_read_and_so_are_its_neighbours(codec: int) -> None:
    names = [["x", "y"], ["x", Latin("größe"), "z"], ["x"]]
    firsts = [0, 2, 5]
    fetched = b"".join(batch(first, some, codec) for first, some in zip(firsts, names, strict=True))
    with pytest.raises((CorruptRecordException, UnicodeDecodeError)):
        read(MemoryRecords(fetched))

    found = read(LenientRecords(fetched))

    assert [offset for offset, _, _ in found] == [0, 1, 2, 3, 4, 5]
    assert [headers[0][0] for _, _, headers in found] == [
        "x",
        "y",
        "x",
        "gr\ufffd\ufffde",
        "z",
        "x",
    ]
    assert all(headers[0][1] == b"\xff" for _, _, headers in found)


def test_ordinary_records_are_read_as_before() -> None:
    fetched = batch(7, ["x", "ü"], 0) + batch(9, ["y"], 4)
    assert read(LenientRecords(fetched)) == read(MemoryRecords(fetched))
    assert read(LenientRecords(fetched[:-3])) == read(MemoryRecords(fetched[:-3])), "cut off"
    assert read(LenientRecords(b"")) == []


def test_batch_that_is_damaged_is_still_an_error() -> None:
    fetched = bytearray(batch(0, ["x"] * 3, 0))
    fetched[70:80] = b"\xff" * 10
    with pytest.raises(CorruptRecordException):
        read(LenientRecords(bytes(fetched)))


class Scripted(polling_consumer.Consumer):
    """A consumer without a cluster; `polls` are the results of its polls."""

    def __init__(self, polls: list[Any], committed: dict[TopicPartition, Any]) -> None:
        self.polls = polls
        self.lost, self._next = LostRecords(accept=True), {}
        self.known = committed
        self.places: dict[TopicPartition, Any] = dict.fromkeys(committed, "ahead")

    def assignment(self) -> set[TopicPartition]:
        return set(self.known)

    async def committed(self, partition: TopicPartition) -> Any:
        answer = self.known[partition]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.places[partition] = offset

    async def seek_to_beginning(self, *partitions: TopicPartition) -> None:
        self.places |= dict.fromkeys(partitions, "beginning")

    def __del__(self, **_: Any) -> None:
        """It was never started."""


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    async def getmany(self: Scripted, *_: Any, **__: Any) -> Any:
        answer = self.polls.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(aiokafka.AIOKafkaConsumer, "getmany", getmany)
    monkeypatch.setattr(polling_consumer, "PAUSE_SECONDS", 0)


async def test_poll_that_succeeds_is_left_alone() -> None:
    consumer = Scripted([{ONE: ["r"]}], {ONE: 5})
    assert await consumer.getmany() == {ONE: ["r"]}
    assert consumer.places == {ONE: "ahead"}


@pytest.mark.parametrize(
    "failure",
    [CorruptRecordException(), UnicodeDecodeError("utf-8", b"", 0, 1, ""), TypeError("a bug")],
)
async def test_poll_that_fails_takes_every_partition_back_to_its_commit(
    failure: Exception, logged: list[Any]
) -> None:
    # The positions of those that could be read are ahead already; the next commit would keep it so.
    consumer = Scripted([failure], {ONE: 5, TWO: None})

    with pytest.raises(KafkaError):
        await consumer.getmany()

    assert consumer.places == {ONE: 5, TWO: "beginning"}
    assert [entry["log_level"] for entry in logged] == ["error"]


async def test_cluster_that_does_not_know_the_commits_is_asked_again() -> None:
    consumer = Scripted([CorruptRecordException()], {ONE: [KafkaError("away")] * 3 + [7]})
    with pytest.raises(KafkaError):
        await consumer.getmany()
    assert consumer.places == {ONE: 7}


async def test_rebalance_in_between_goes_back_by_itself() -> None:
    consumer = Scripted([CorruptRecordException()], {ONE: IllegalStateError("not yours")})
    with pytest.raises(KafkaError):
        await consumer.getmany()


async def test_batch_that_fails_in_spite_of_everything_is_read_again(
    monkeypatch: pytest.MonkeyPatch, logged: list[Any]
) -> None:
    # FastStream swallows a subscriber's error, and the next commit would skip the batch.
    class Broken:
        async def handle(self, *_: Any) -> None:
            raise RuntimeError("a bug")

    consumer = Consumer(SERVICE, Settings(), Broken())  # type: ignore[arg-type]
    behind = Scripted([], {ONE: 5})
    monkeypatch.setattr(Consumer, "_kafka", lambda self: behind)

    await consumer._handle(["r"])

    assert behind.places == {ONE: 5}
    assert logged[-1]["log_level"] == "error"
