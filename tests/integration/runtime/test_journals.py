"""One suite of behaviour for the journals: in MongoDB, in memory and in the simulation."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import randbytes

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from shared.runtime.mongo.journal import MAX_DOCUMENT, MongoJournal
from shared.runtime.ports import Document, Unavailable, document_id, ids_after
from tests.engines import AnyEngines
from tests.fakes import MemoryJournal
from tests.integration.databases import database_of
from tests.simulation.journal import Journal as SimulatedJournal

Journal = MongoJournal | MemoryJournal
AT = datetime(2026, 11, 22, 20, 0, 0, 123000, tzinfo=UTC)


@pytest.fixture(params=["memory", "simulated", pytest.param("mongo", marks=pytest.mark.engines)])
async def journal(request: pytest.FixtureRequest) -> AsyncIterator[Journal]:
    """Each of the journals, empty; `vault` streams are long-lived."""
    if request.param == "memory":
        yield MemoryJournal(["vault"])
        return
    if request.param == "simulated":
        yield SimulatedJournal(["vault"], lambda document: None)
        return
    engines: AnyEngines = request.getfixturevalue("engines")
    async with database_of(engines) as (client, name):
        found = MongoJournal(client, name, ["vault"])
        await found.prepare()
        await found.prepare()
        yield found


def document(
    stream: str = "tally/a", version: int = 1, writer: str = "w", batch: int = 1, text: str = ""
) -> Document:
    kept: Document = {
        "_id": f"{stream}@{version:010d}",
        "stream": stream,
        "version": version,
        "first": version,
        "writer": writer,
        "batch": batch,
        "at": AT,
        "causes": [{"key": f"s#{version}", "id": str(version), "outcome": {"outcome": "accepted"}}],
        "events": [{"type": "t", "data": f'{{"text":"{text}"}}', "cause": 0}],
    }
    if stream.startswith("vault/"):
        kept["long_lived"] = True
    return kept


async def test_stream_that_is_not_there_has_no_history(journal: Journal) -> None:
    history = (await journal.load(["tally/a"]))["tally/a"]
    assert (history.snapshot, history.documents, history.unpublished) == (None, [], [])


async def test_documents_come_back_whole_and_in_their_order(journal: Journal) -> None:
    versions = [3, 1, *range(12, 3, -1), 2]
    written = [document(version=n, text="Zoë\u0000") for n in versions]
    other = document("tally/b")
    assert await journal.append([*written, other]) == {}

    histories = await journal.load(["tally/b", "tally/a", "tally/c"])

    assert histories["tally/a"].documents == sorted(written, key=lambda d: d["version"])
    assert histories["tally/b"].documents == [other]
    assert histories["tally/c"].documents == []


async def test_version_that_is_taken_is_refused_and_the_others_are_written(
    journal: Journal,
) -> None:
    first = document(writer="first")
    await journal.append([first])

    refused = await journal.append([document(writer="second"), document("tally/b")])

    assert refused == {"tally/a@0000000001": None}
    histories = await journal.load(["tally/a", "tally/b"])
    assert histories["tally/a"].documents == [first]
    assert len(histories["tally/b"].documents) == 1


async def test_document_that_is_too_large_is_refused_and_the_others_are_written(
    journal: Journal,
) -> None:
    huge = document(text="x" * MAX_DOCUMENT)

    refused = await journal.append([document("tally/b"), huge, document("tally/c")])

    assert isinstance(refused[huge["_id"]], Exception)
    assert len(refused) == 1
    histories = await journal.load(["tally/a", "tally/b", "tally/c"])
    assert [len(history.documents) for history in histories.values()] == [0, 1, 1]


async def test_document_as_large_as_may_be_is_written(journal: Journal) -> None:
    assert await journal.append([document(text="x" * (MAX_DOCUMENT - 1000))]) == {}


async def test_mark_vouches_for_its_writer_up_to_its_batch(journal: Journal) -> None:
    await journal.append([document(version=n, batch=n) for n in (1, 2, 3)])
    await journal.append([document(version=4, writer="other", batch=1)])

    async def unpublished() -> list[int]:
        history = (await journal.load(["tally/a"]))["tally/a"]
        return [kept["version"] for kept in history.unpublished]

    assert await unpublished() == [1, 2, 3, 4]
    await journal.mark("w", 2)
    assert await unpublished() == [3, 4]
    await journal.mark("other", 1)
    assert await unpublished() == [3]


async def test_mark_never_goes_back(journal: Journal) -> None:
    await journal.append([document(batch=5)])
    await journal.mark("w", 5)
    await journal.mark("w", 4)
    assert (await journal.load(["tally/a"]))["tally/a"].unpublished == []


async def test_what_was_published_for_another_is_noted_one_by_one(journal: Journal) -> None:
    written = [document(version=n) for n in (1, 2)]
    await journal.append(written)

    await journal.republished(written[:1])

    history = (await journal.load(["tally/a"]))["tally/a"]
    assert [kept["version"] for kept in history.unpublished] == [2]
    assert len(history.documents) == 2


async def test_erased_documents_say_what_is_left_and_count_as_published(journal: Journal) -> None:
    written = [document(version=n, text="Mercy Taylor") for n in (1, 2, 3)]
    await journal.append([*written, document("tally/b", text="Zoë")])
    left = [{**kept, "events": [], "erased": True} for kept in written[:2]]

    await journal.erase(left)
    await journal.erase(left)

    histories = await journal.load(["tally/a", "tally/b"])
    assert histories["tally/a"].documents == [*left, written[2]]
    assert [kept["version"] for kept in histories["tally/a"].unpublished] == [3]
    assert len(histories["tally/b"].unpublished) == 1


async def test_erasing_brings_nothing_into_being(journal: Journal) -> None:
    await journal.erase([document()])
    assert (await journal.load(["tally/a"]))["tally/a"].documents == []


async def test_erased_version_stays_taken(journal: Journal) -> None:
    first = document()
    await journal.append([first])
    await journal.erase([{**first, "events": [], "erased": True}])
    assert await journal.append([document(writer="zombie")]) == {first["_id"]: None}


async def test_snapshot_stands_for_what_came_before_it(journal: Journal) -> None:
    await journal.append([document("vault/v", n) for n in range(1, 6)])
    await journal.mark("w", 1)

    await journal.snapshot("vault/v", {"version": 3, "sequence": 3, "state": {"total": 7}})

    history = (await journal.load(["vault/v"]))["vault/v"]
    assert history.snapshot is not None
    assert history.snapshot["state"] == {"total": 7}
    assert [kept["version"] for kept in history.documents] == [4, 5]


async def test_older_snapshot_does_not_replace_a_later_one(journal: Journal) -> None:
    for version in (3, 5, 4, 5):
        await journal.snapshot(
            "vault/v", {"version": version, "sequence": version, "state": {"total": version}}
        )
    history = (await journal.load(["vault/v"]))["vault/v"]
    assert history.snapshot is not None
    assert history.snapshot["state"] == {"total": 5}


@pytest.mark.parametrize("versions", [[3, 3], [3, 4], [4, 3]])
async def test_snapshot_larger_than_a_document_is_kept_whole(
    journal: Journal, versions: list[int]
) -> None:
    states = [{"text": randbytes(12_000_000).hex()} for _ in versions]
    for version, state in zip(versions, states, strict=True):
        await journal.snapshot("vault/v", {"version": version, "sequence": 1, "state": state})

    history = (await journal.load(["vault/v"]))["vault/v"]

    kept = states[versions.index(max(versions))]
    assert history.snapshot is not None
    assert history.snapshot["state"] == kept


@pytest.mark.engines
async def test_snapshot_with_a_missing_part_is_none(engines: AnyEngines) -> None:
    async with database_of(engines) as (client, name):
        journal = MongoJournal(client, name, ["vault"])
        state = {"text": randbytes(12_000_000).hex()}
        await journal.append([document("vault/v")])
        await journal.snapshot("vault/v", {"version": 1, "sequence": 1, "state": state})
        await client[name]["snapshots"].delete_one({"_id": {"$regex": "#"}})

        history = (await journal.load(["vault/v"]))["vault/v"]

    assert history.snapshot is None
    assert [kept["version"] for kept in history.documents] == [1]


@pytest.mark.engines
async def test_snapshot_of_version_0_1_is_loaded(engines: AnyEngines) -> None:
    async with database_of(engines) as (client, name):
        journal = MongoJournal(client, name, ["vault"])
        old = {"_id": "vault/v", "version": 2, "sequence": 2, "state": {"total": 7}}
        await client[name]["snapshots"].insert_one(old)

        assert (await journal.load(["vault/v"]))["vault/v"].snapshot == old

        await journal.snapshot("vault/v", {"version": 3, "sequence": 3, "state": {"total": 8}})
        later = (await journal.load(["vault/v"]))["vault/v"].snapshot

    assert later == {"version": 3, "sequence": 3, "state": {"total": 8}}


async def test_streams_with_and_without_snapshots_load_together(journal: Journal) -> None:
    await journal.append(
        [document("vault/v", n) for n in (1, 2)] + [document("vault/u"), document("tally/a")]
    )
    await journal.snapshot("vault/v", {"version": 1, "sequence": 1, "state": {}})

    histories = await journal.load(["vault/v", "vault/u", "tally/a"])

    found = {name: [d["version"] for d in h.documents] for name, h in histories.items()}
    assert found == {"vault/v": [2], "vault/u": [1], "tally/a": [1]}


async def test_outcomes_of_long_lived_streams_are_found_by_cause(journal: Journal) -> None:
    await journal.append(
        [document("vault/v", n) for n in (1, 2)] + [document("tally/a", 3), document("vault/u", 4)]
    )

    asked = {"s#1": "vault/v", "s#3": "tally/a", "s#4": "vault/v", "s#9": "vault/v"}

    assert await journal.outcomes(asked) == {"s#1": (1, {"outcome": "accepted"}, None)}


async def test_the_digest_of_a_content_is_found_beside_the_outcome(journal: Journal) -> None:
    kept = document("vault/v")
    kept["causes"][0]["digest"] = "1.v1:abc"
    await journal.append([kept])

    (found,) = (await journal.outcomes({"s#1": "vault/v"})).values()

    assert found == (1, {"outcome": "accepted"}, "1.v1:abc")


async def test_twenty_writers_race_for_a_version_and_one_has_it(journal: Journal) -> None:
    import asyncio

    racing = [journal.append([document(writer=f"w{n}")]) for n in range(20)]
    refused = [answer for answer in await asyncio.gather(*racing) if answer]

    assert len(refused) == 19
    ((kept),) = (await journal.load(["tally/a"]))["tally/a"].documents
    assert kept["writer"].startswith("w")


@pytest.mark.engines
async def test_mongodb_that_is_not_there_is_unavailable(engines: AnyEngines) -> None:
    client: AsyncIOMotorClient = AsyncIOMotorClient(
        "mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=100
    )
    journal = MongoJournal(client, "test")
    for attempt in (
        journal.load(["tally/a"]),
        journal.append([document()]),
        journal.mark("w", 1),
        journal.republished([document()]),
        journal.erase([document()]),
        journal.outcomes({"s#1": "vault/v"}),
        journal.snapshot("vault/v", {"version": 1}),
    ):
        with pytest.raises(Unavailable):
            await attempt
    client.close()


@pytest.mark.engines
async def test_searching_for_causes_uses_its_index(engines: AnyEngines) -> None:
    async with database_of(engines) as (client, name):
        journal = MongoJournal(client, name, ["vault"])
        await journal.prepare()
        await journal.append([document("vault/v", n) for n in range(1, 50)])
        there = client[name]["journal"]
        for query in (
            {"long_lived": True, "causes.key": {"$in": ["s#1"]}},
            {"_id": {"$in": [document_id("vault/v", n) for n in range(1, 5)]}},
            {"$or": [{"_id": ids_after(f"vault/{which}", 4)} for which in "vw"]},
        ):
            plan = await there.find(query).explain()
            assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])


@pytest.mark.engines
async def test_index_of_version_0_1_is_dropped(engines: AnyEngines) -> None:
    async with database_of(engines) as (client, name):
        there = client[name]["journal"]
        await there.create_index([("stream", 1), ("version", 1)])
        await MongoJournal(client, name, ["vault"]).prepare()
        assert set(await there.index_information()) == {"_id_", "causes.key_1"}
