"""The store of bulk jobs, on a real MongoDB and in memory: leases, fences, takeovers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.portal.bulk.runner import Runner
from services.portal.bulk.store import BulkStore
from services.portal.queries.cursor import EARLIEST
from tests.engines import AnyEngines
from tests.integration.databases import database_of
from tests.polling import until
from tests.unit.portal.bulk_memory import FakeServices, MemoryBulkStore
from tests.unit.portal.bulk_runs import Runs, new_job, numbered, quick

__all__ = ["quick"]

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("quick")]

# A lease that no test outlasts however slow the machine is, and one that ends while we wait.
LASTING, SHORT = 600.0, 0.5
ORDERS = [f"c-{n}" for n in range(1, 41)]


@pytest.fixture(params=["mongodb", "memory"])
async def stored(
    request: pytest.FixtureRequest, engines: AnyEngines
) -> AsyncIterator[Callable[[float], Any]]:
    """Makes an empty store with leases of this many seconds."""
    if request.param == "memory":
        yield MemoryBulkStore
        return
    async with database_of(engines) as (client, name):
        await BulkStore(client[name], 30).prepare()
        yield lambda seconds: BulkStore(client[name], 30, seconds)


@pytest.fixture
def store(stored: Callable[[float], Any]) -> Any:
    """An empty store whose leases end when they are given back, or by `end_leases`."""
    return stored(LASTING)


@pytest.fixture
async def runs(stored: Callable[[float], Any]) -> AsyncIterator[Runs]:
    made = Runs(stored(SHORT))
    yield made
    await made.stop()


async def end_leases(store: Any) -> None:
    """Ends every lease, as time does."""
    if isinstance(store, MemoryBulkStore):
        for job in store.jobs.values():
            job["lease"] = 0.0
    else:
        await store._jobs.update_many({}, {"$set": {"lease": EARLIEST}})


async def test_items_keep_their_order_and_are_counted_and_paged(store: Any) -> None:
    job, _ = await store.create(new_job("hold", 40), numbered(ORDERS), None, "")
    first = await store.items(job.job_id, limit=30)
    rest = await store.items(job.job_id, ["unchecked"], after=first[-1].position)
    assert [item.order_id for item in first + rest] == ORDERS
    assert (await store.counts(job.job_id)).states == {"unchecked": 40}
    assert (await store.get(job.job_id)).total == 40
    assert [each.job_id for each in (await store.recent())[0]] == [job.job_id]
    assert await store.get("job-unknown") is None


async def test_a_repeated_key_gets_the_first_job_and_adds_no_items(store: Any) -> None:
    made = [
        store.create(new_job("hold", 2), numbered(ORDERS[:2]), "csr:anna k", "content")
        for _ in range(5)
    ]
    found = await asyncio.gather(*made)
    assert len({job.job_id for job, _ in found}) == 1
    assert len(await store.items(found[0][0].job_id)) == 2
    other = await store.create(new_job("hold", 1), numbered(ORDERS[:1]), "csr:ben k", "x")
    assert other[0].job_id != found[0][0].job_id


async def test_one_of_many_gets_the_lease_and_the_next_only_after_its_end(store: Any) -> None:
    job, _ = await store.create(new_job("hold", 1), numbered(ORDERS[:1]), None, "")
    found = await asyncio.gather(*(store.claim() for _ in range(10)))
    (first,) = [each for each in found if each]
    assert (first.job_id, first.fence) == (job.job_id, 1)
    assert await store.renew(first) == "checking"
    assert await store.claim() is None
    await end_leases(store)
    assert (await store.claim()).fence == 2
    assert await store.renew(first) is None


async def test_a_lease_that_is_not_renewed_ends_by_itself(stored: Callable[[float], Any]) -> None:
    store = stored(SHORT)
    await store.create(new_job("hold", 1), numbered(ORDERS[:1]), None, "")
    first, taken = await store.claim(), []

    async def claim() -> bool:
        taken.append(await store.claim())
        return taken[-1] is not None

    await until(claim)
    assert (first.fence, taken[-1].fence) == (1, 2)
    assert await store.renew(first) is None


async def test_a_process_that_lost_its_lease_writes_nothing(store: Any) -> None:
    job, _ = await store.create(new_job("hold", 1), numbered(ORDERS[:1]), None, "")
    first = await store.claim()
    (item,) = await store.items(job.job_id)
    await end_leases(store)
    second = await store.claim()
    late = item.model_copy(update={"state": "impossible", "reasons": ["late"]})
    assert not await store.save(first, late)
    await store.advance(first, "checking", "ready")
    await store.release(first)
    assert await store.renew(second) == "checking"
    assert await store.save(second, item.model_copy(update={"state": "possible"}))
    assert (await store.counts(job.job_id)).states == {"possible": 1}


async def test_a_lease_that_is_given_back_is_free_at_once(store: Any) -> None:
    await store.create(new_job("hold", 1), numbered(ORDERS[:1]), None, "")
    first = await store.claim()
    assert await store.claim() is None
    await store.release(first)
    assert (await store.claim()).fence == 2


async def test_the_end_of_a_phase_does_not_undo_a_stop(store: Any) -> None:
    job, _ = await store.create(new_job("hold", 1, phase="running"), numbered(["c-1"]), None, "")
    held = await store.claim()
    assert await store.move(job.job_id, ["running"], "stopping")
    assert not await store.move(job.job_id, ["running"], "stopping")
    await store.advance(held, "running", "finished")
    assert (await store.get(job.job_id)).phase == "stopping"


async def test_a_finished_job_has_no_reason_any_more(store: Any) -> None:
    more = {"phase": "running", "reason": "Asked by her sister"}
    job, _ = await store.create(new_job("hold", 1, **more), numbered(["c-1"]), None, "")
    assert (await store.get(job.job_id)).reason == "Asked by her sister"
    await store.advance(await store.claim(), "running", "finished")
    assert (await store.get(job.job_id)).reason is None


async def test_causes_are_counted(store: Any) -> None:
    job, _ = await store.create(new_job("hold", 3), numbered(ORDERS[:3]), None, "")
    held = await store.claim()
    for item, cause in zip(await store.items(job.job_id), ("a", "b", "a"), strict=True):
        failed = {"state": "impossible", "reasons": [f"because of {cause}"]}
        await store.save(held, item.model_copy(update=failed), cause)
    found = await store.causes(job.job_id)
    assert [(each.items, each.text) for each in found] == [(2, "because of a"), (1, "because of b")]


async def test_what_a_dead_process_left_is_ended_by_another_and_nothing_is_done_twice(
    runs: Runs,
) -> None:
    """It dies after commands were carried out, and before it hears of them."""
    services = FakeServices()
    first = await runs.start(services)
    job = await runs.job("hold", *ORDERS)
    await runs.until(job, "ready")
    services.dies_after = 10
    await runs.confirm(job)
    await until(lambda: len(services.done) >= 10)
    kill(first)
    services.dies_after = None
    known = len(services.sent)
    await runs.start(services)
    assert await runs.until(job, "finished") == {"accepted": 40}
    assert len(services.done) == 40
    assert len(services.sent) > known + 40 - len(services.done)  # some were sent a second time


def kill(runner: Runner) -> None:
    """Ends a runner as SIGKILL would: it gives nothing back."""
    store = runner._store

    class Gone:
        """No write of the dead process arrives."""

        lease_seconds = store.lease_seconds

        def __getattr__(self, name: str) -> Any:
            raise asyncio.CancelledError

    runner._store = Gone()  # type: ignore[assignment]
    for task in (runner._loop._running, *runner._working):
        assert task
        task.cancel()
