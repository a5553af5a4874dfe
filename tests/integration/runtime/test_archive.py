"""The archive on a real MongoDB: streams move as a whole, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from shared.runtime.mongo.archive import FORM, MAX_STREAM, MongoArchive
from shared.runtime.mongo.journal import MongoJournal
from shared.runtime.ports import Document, Unavailable
from tests.engines import AnyEngines
from tests.integration.databases import database_of
from tests.integration.runtime.dying_archiver import STEPS

pytestmark = pytest.mark.engines

AT = datetime(2026, 11, 22, 20, 0, 0, 123000, tzinfo=UTC)
SECRET = "Mercy Taylor, 1 Pike Pl"
# MongoDB ends the transaction of a process that is gone after so many seconds; by default 60.
LIFETIME = 5
ABANDONED = 60


class Store:
    """A service's journal and archive, as two processes have them."""

    def __init__(self, uri: str, client: AsyncIOMotorClient, name: str) -> None:
        self.uri, self.name = uri, name
        self.raw = client[name]
        self.journal = MongoJournal(client, name)
        self.archive = MongoArchive(client, name)
        self.other = MongoArchive(client, name)

    async def documents(self, stream: str) -> list[Document]:
        return (await self.journal.load([stream]))[stream].documents

    async def move(self, *streams: str, archive: MongoArchive | None = None) -> list[str]:
        histories = await self.journal.load(streams)
        given = {name: history.documents for name, history in histories.items()}
        return sorted(await (archive or self.archive).move(given))

    async def stubs(self) -> int:
        return int(await self.raw.journal.count_documents({"archived": True}))

    async def everything(self) -> str:
        """All that the journal and the archive have."""
        documents = await self.raw.journal.find().to_list(None)
        archived = await self.raw.archive.find().to_list(None)
        return str([*documents, *archived])


@pytest.fixture
async def store(engines: AnyEngines) -> AsyncIterator[Store]:
    async with database_of(engines) as (client, name):
        found = Store(engines.mongo, client, name)
        await found.journal.prepare()
        await found.archive.prepare()
        await found.other.prepare()
        yield found


def documents_of(stream: str, count: int, start: int = 1) -> list[Document]:
    return [
        {
            "_id": f"{stream}@{version:010d}",
            "stream": stream,
            "version": version,
            "first": version,
            "writer": "w",
            "batch": version,
            "at": AT + timedelta(seconds=version),
            "causes": [{"key": f"s#{version}", "id": str(version), "type": "c"}],
            "events": [{"type": "t", "data": f'{{"name":"{SECRET}"}}', "cause": 0}],
        }
        for version in range(start, start + count)
    ]


async def write(store: Store, *streams: str, count: int = 6, start: int = 1) -> list[Document]:
    written = [each for stream in streams for each in documents_of(stream, count, start)]
    assert await store.journal.append(written) == {}
    await store.journal.mark("w", 1000)
    return written


def published(documents: list[Document]) -> list[Document]:
    return [{**document, "republished": True} for document in documents]


def erased(documents: list[Document]) -> list[Document]:
    return [{**each, "erased": True, "events": []} for each in documents]


@pytest.mark.parametrize("count", [1, 4, 5, 12])
async def test_moved_stream_is_loaded_as_it_was(store: Store, count: int) -> None:
    written = await write(store, "order/a", count=count)
    other = await write(store, "order/b", count=3)

    assert await store.move("order/a") == ["order/a"]

    assert await store.raw.journal.count_documents({"stream": "order/a"}) == 0
    assert await store.stubs() == 1
    assert await store.documents("order/a") == published(written)
    assert await store.documents("order/b") == other
    history = (await MongoJournal(store.raw.client, store.name).load(["order/a"]))["order/a"]
    assert history.unpublished == [], "whatever is known of its writer"


async def test_form_is_the_documented_one(store: Store) -> None:
    written = await write(store, "order/a")
    await store.move("order/a")

    kept = await store.raw.archive.find_one({"_id": "order/a"})

    assert kept == {
        "_id": "order/a",
        "version": 6,
        "form": FORM,
        "documents": published(written),
    }
    statistics = await store.raw.command("collStats", "archive")
    assert "block_compressor=zstd" in statistics["wiredTiger"]["creationString"]


async def test_stream_that_is_too_large_stays_and_the_others_are_moved(store: Store) -> None:
    written = await write(store, "order/a", "order/b")
    huge = [{**each, "text": "x" * (MAX_STREAM // 2)} for each in documents_of("order/c", 2)]
    assert await store.journal.append(huge) == {}
    await store.journal.mark("w", 1000)

    assert await store.move("order/a", "order/b", "order/c") == ["order/a", "order/b"]

    assert await store.documents("order/c") == huge
    assert await store.documents("order/a") == published(written[:6])


@pytest.mark.parametrize("version", range(1, 7))
async def test_every_version_of_a_moved_stream_stays_taken(store: Store, version: int) -> None:
    written = await write(store, "order/a")
    await store.move("order/a")
    stale = {**documents_of("order/a", 1, start=version)[0], "writer": "who has slept"}
    new = documents_of("order/b", 1)

    refused = await store.journal.append([stale, *new])

    assert refused == {stale["_id"]: None}
    assert await store.documents("order/a") == published(written)
    assert await store.documents("order/b") == new
    assert "who has slept" not in await store.everything()


async def test_what_a_dead_process_could_not_withdraw_is_not_read_and_is_erased(
    store: Store,
) -> None:
    written = await write(store, "order/a")
    await store.move("order/a")
    stale = {**documents_of("order/a", 1, start=3)[0], "writer": "who has slept"}
    await store.raw.journal.insert_one(stale)

    assert await store.documents("order/a") == published(written)
    later = await write(store, "order/a", count=1, start=7)
    assert await store.documents("order/a") == [*published(written), *later]

    await store.journal.erase(erased(await store.documents("order/a")))
    assert SECRET not in await store.everything()


async def test_later_documents_follow_the_archived_ones(store: Store) -> None:
    written = await write(store, "order/a")
    await store.move("order/a")

    later = await write(store, "order/a", count=2, start=7)

    assert await store.documents("order/a") == [*published(written), *later]


async def test_what_is_written_between_loading_and_moving_stays(store: Store) -> None:
    written = await write(store, "order/a")
    loaded = await store.documents("order/a")
    later = await write(store, "order/a", count=1, start=7)

    assert await store.archive.move({"order/a": loaded}) == ["order/a"]

    assert await store.documents("order/a") == [*published(written), *later]


async def test_stream_that_was_erased_meanwhile_stays_and_the_others_are_moved(
    store: Store,
) -> None:
    await write(store, "order/a", "order/b", "order/c")
    loaded = {name: await store.documents(name) for name in ("order/a", "order/b", "order/c")}
    await store.journal.erase(erased(loaded["order/b"]))

    assert await store.archive.move(loaded) == ["order/a", "order/c"]

    assert await store.documents("order/b") == erased(loaded["order/b"])
    assert await store.raw.archive.count_documents({}) == 2


async def test_stream_that_another_process_has_moved_is_not_moved_twice(store: Store) -> None:
    await write(store, "order/a")
    loaded = {"order/a": await store.documents("order/a")}
    assert await store.other.move(loaded) == ["order/a"]

    assert await store.archive.move(loaded) == []

    assert await store.documents("order/a") == published(loaded["order/a"])


async def test_erasing_an_archived_stream_leaves_nothing_of_it(store: Store) -> None:
    await write(store, "order/a")
    kept = await write(store, "order/b")
    await store.move("order/a", "order/b")

    gone = erased(await store.documents("order/a"))
    await store.journal.erase(gone)

    assert await store.documents("order/a") == gone
    assert await store.documents("order/b") == published(kept)
    assert await store.raw.archive.distinct("_id") == ["order/a", "order/b"]
    await store.journal.erase(erased(await store.documents("order/b")))
    assert SECRET not in await store.everything()


async def test_old_streams_come_in_their_order_without_archived_ones(store: Store) -> None:
    await write(store, "order/b", "order/a", "order/c")
    await write(store, "order/c", count=1, start=7)
    await store.move("order/b")

    async def old(seconds: float) -> list[str]:
        return [each async for each in store.archive.old(AT + timedelta(seconds=seconds))]

    assert await old(1) == []
    assert await old(1.5) == ["order/a", "order/c"]


async def move_in_parts(archive: MongoArchive, loaded: dict[str, list[Document]]) -> None:
    names = list(loaded)
    for start in range(0, len(names), 5):
        await archive.move({name: loaded[name] for name in names[start : start + 5]})


async def read_whole_streams(store: Store, names: list[str]) -> None:
    for _ in range(20):
        for name, history in (await store.journal.load(names)).items():
            versions = [document["version"] for document in history.documents]
            assert versions in ([*range(1, 6)], [*range(1, 7)]), name


async def test_moving_erasing_writing_and_reading_race_and_nothing_is_lost(store: Store) -> None:
    names = [f"order/{n}" for n in range(30)]
    await write(store, *names, count=5)
    loaded = {name: await store.documents(name) for name in names}
    gone = names[::3]

    async def erase() -> None:
        for name in gone:
            while True:  # as a batch is repeated
                with suppress(Unavailable):
                    await store.journal.erase(erased(loaded[name]))
                    break

    async def add() -> None:
        for name in names:
            assert await store.journal.append(documents_of(name, 1, start=6)) == {}

    await asyncio.gather(
        move_in_parts(store.archive, loaded),
        read_whole_streams(store, names),
        erase(),
        add(),
        move_in_parts(store.other, loaded),
        read_whole_streams(store, names),
    )

    for name in names:
        *first, last = [without_flag(each) for each in await store.documents(name)]
        assert last == documents_of(name, 1, start=6)[0]
        assert first == (erased(loaded[name]) if name in gone else loaded[name])
    archived = set(await store.raw.archive.distinct("_id"))
    assert archived >= set(names) - set(gone)


async def test_stream_that_is_moved_and_erased_while_it_is_read_is_read_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = {"order/a": await write(store, "order/a")}
    reader = MongoJournal(store.raw.client, store.name)
    meanwhile = [lambda: store.archive.move(loaded), lambda: store.journal.erase(gone)]
    gone, find = erased(loaded["order/a"]), reader._find

    async def find_slowly(*given: Any) -> None:
        await find(*given)
        if meanwhile:
            await meanwhile.pop(0)()

    monkeypatch.setattr(reader, "_find", find_slowly)
    assert (await reader.load(["order/a"]))["order/a"].documents == gone
    assert not meanwhile


def without_flag(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "republished"}


@pytest.fixture
async def short_transactions(store: Store) -> AsyncIterator[None]:
    """MongoDB gives up a transaction soon."""
    name, admin = "transactionLifetimeLimitSeconds", store.raw.client.admin
    before = (await admin.command("getParameter", 1, **{name: 1}))[name]
    await admin.command("setParameter", 1, **{name: LIFETIME})
    yield
    await admin.command("setParameter", 1, **{name: before})


@pytest.mark.slow
@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize("step", STEPS)
async def test_killed_archiver_leaves_every_stream_whole(store: Store, step: str) -> None:
    names = [f"order/{n}" for n in range(10)]
    written = await write(store, *names)
    command = (sys.executable, "-m", "tests.integration.runtime.dying_archiver")
    child = await asyncio.create_subprocess_exec(*command, store.uri, store.name, step)
    assert await child.wait() == -signal.SIGKILL

    async def all_of_them() -> list[Document]:
        histories = await store.journal.load(names)
        return [without_flag(each) for h in histories.values() for each in h.documents]

    assert await all_of_them() == written
    assert await store.stubs() == (len(names) if step == "committed" else 0)
    await write(store, "order/0", count=1, start=7)

    moved: set[str] = set()
    deadline = asyncio.get_running_loop().time() + ABANDONED
    while step != "committed" and len(moved) < len(names):
        assert asyncio.get_running_loop().time() < deadline, "the transaction isn't given up"
        moved |= set(await store.move(*(name for name in names if name not in moved)))
        await asyncio.sleep(0.5)

    later: Any = documents_of("order/0", 1, start=7)
    assert [each for each in await all_of_them() if each not in later] == written
    assert await store.raw.archive.count_documents({}) == len(names)
