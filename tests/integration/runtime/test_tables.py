"""One suite of behaviour for tables: in MongoDB and in memory."""

import asyncio
from collections.abc import AsyncIterator
from itertools import permutations

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from shared.runtime.mongo.tables import MongoTables
from shared.runtime.ports import Entry, Unavailable
from tests.engines import AnyEngines
from tests.fakes import MemoryTables
from tests.integration.databases import database_of

Tables = MongoTables | MemoryTables


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.engines)])
async def tables(request: pytest.FixtureRequest) -> AsyncIterator[Tables]:
    """Each of the tables, empty."""
    if request.param == "memory":
        yield MemoryTables()
        return
    engines: AnyEngines = request.getfixturevalue("engines")
    async with database_of(engines) as (client, name):
        yield MongoTables(client, name)


def entry(
    data: str | None, offset: int, partition: int = 0, key: str = "SKU-1", table: str = "variant"
) -> Entry:
    return Entry(table, key, data, partition, offset)


async def found(
    tables: Tables, key: str = "SKU-1", table: str = "variant"
) -> dict[str, str | None]:
    return dict(await tables.find(table, [key]))


async def test_what_was_never_heard_of_is_not_found(tables: Tables) -> None:
    assert await found(tables) == {}


async def test_entry_comes_back_as_it_was(tables: Tables) -> None:
    data = '{"name": "Zoë\'s $price {$literal} 服 \\u0000", "amounts": {"US": "39.50"}}'
    await tables.save([entry(data, 0), entry("b", 1, key="a/b"), entry("$c", 2, table="level")])

    assert await found(tables) == {"SKU-1": data}
    assert await tables.find("variant", ["SKU-1", "a/b", "x"]) == {"SKU-1": data, "a/b": "b"}
    assert await found(tables, table="level") == {"SKU-1": "$c"}


async def test_nothing_kept_is_nothing_done(tables: Tables) -> None:
    await tables.save([])
    assert await tables.find("variant", []) == {}


async def test_later_record_replaces_an_earlier_one(tables: Tables) -> None:
    await tables.save([entry("old", 3)])
    await tables.save([entry("new", 4)])
    assert await found(tables) == {"SKU-1": "new"}


async def test_what_was_removed_is_remembered_and_may_come_back(tables: Tables) -> None:
    await tables.save([entry("there", 0), entry(None, 1), entry(None, 9, key="never-there")])
    assert await tables.find("variant", ["SKU-1", "never-there"]) == {
        "SKU-1": None,
        "never-there": None,
    }
    await tables.save([entry("back", 2)])
    assert await found(tables) == {"SKU-1": "back"}


@pytest.mark.parametrize("order", list(permutations([0, 1, 2])))
async def test_order_of_arrival_does_not_matter(tables: Tables, order: tuple[int, ...]) -> None:
    entries = [entry("first", 0), entry(None, 1), entry("third", 2)]
    for position in order:
        await tables.save([entries[position]])
        await tables.save([entries[position]])
    assert await found(tables) == {"SKU-1": "third"}


@pytest.mark.parametrize("order", list(permutations([0, 1, 2])))
async def test_nor_does_the_order_in_one_batch(tables: Tables, order: tuple[int, ...]) -> None:
    entries = [entry("first", 0), entry("second", 1), entry(None, 2)]
    await tables.save([entries[position] for position in order])
    assert await found(tables) == {"SKU-1": None}


async def test_older_record_is_no_bar_to_others_of_its_batch(tables: Tables) -> None:
    await tables.save([entry("new", 5)])
    await tables.save([entry("old", 4), entry("other", 4, key="SKU-2")])
    assert await tables.find("variant", ["SKU-1", "SKU-2"]) == {"SKU-1": "new", "SKU-2": "other"}


async def test_key_may_move_to_another_partition_and_repeats_of_the_old_one_do_nothing(
    tables: Tables,
) -> None:
    # Where the topic got more partitions, or somebody places keys in another way.
    await tables.save([entry("here", 900, partition=0)])
    await tables.save([entry("there", 3, partition=7)])
    assert await found(tables) == {"SKU-1": "there"}
    await tables.save([entry("here", 900, partition=0)])
    await tables.save([entry("there", 2, partition=7)])
    assert await found(tables) == {"SKU-1": "there"}
    await tables.save([entry("here again", 901, partition=0)])
    assert await found(tables) == {"SKU-1": "here again"}


async def test_twenty_writers_race_and_the_last_record_stays(tables: Tables) -> None:
    async def write(offset: int) -> None:
        while True:
            try:
                return await tables.save([entry(str(offset), offset)])
            except Unavailable:  # two were the first at the same moment: as a processor does, again
                continue

    await asyncio.gather(*(write(offset) for offset in range(20)))
    assert await found(tables) == {"SKU-1": "19"}


async def test_entries_are_found_by_their_owner(tables: Tables) -> None:
    await tables.save([Entry("order", "c-1", "old", 0, 0, "cu-7"), entry("none", 1, table="order")])
    await tables.save([Entry("order", "c-1", "a", 0, 2, "cu-7")])
    await tables.save([Entry("order", "c-2", "b", 1, 0, "cu-7")])
    await tables.save([Entry("order", "c-3", "c", 0, 3, "$cu-8")])
    await tables.save([Entry("other", "c-4", "d", 0, 4, "cu-7")])

    owned = await tables.find_owned("order", ["cu-7", "$cu-8", "cu-9"])

    assert owned == {"cu-7": {"c-1": "a", "c-2": "b"}, "$cu-8": {"c-3": "c"}, "cu-9": {}}


async def test_entry_that_is_removed_or_moves_on_has_no_owner_any_more(tables: Tables) -> None:
    await tables.save([Entry("order", "c-1", "a", 0, 0, "cu-7")])
    await tables.save([Entry("order", "c-1", "b", 0, 1, "cu-8")])
    assert await tables.find_owned("order", ["cu-7", "cu-8"]) == {"cu-7": {}, "cu-8": {"c-1": "b"}}
    await tables.save([entry(None, 2, key="c-1", table="order")])
    assert await tables.find_owned("order", ["cu-8"]) == {"cu-8": {}}


@pytest.mark.engines
async def test_mongodb_that_is_not_there_is_unavailable(engines: AnyEngines) -> None:
    client: AsyncIOMotorClient = AsyncIOMotorClient(
        "mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=100
    )
    tables = MongoTables(client, "test")
    with pytest.raises(Unavailable):
        await tables.save([entry("a", 0)])
    with pytest.raises(Unavailable):
        await tables.find("variant", ["SKU-1"])
    client.close()
