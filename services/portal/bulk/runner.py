"""Works on bulk jobs in the background of a portal process.

Every process looks for jobs that nobody holds the lease of: new ones, and those whose process has
died. Working on a job twice does no harm (see `execution`); the lease saves the work.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

import structlog

from services.portal.bulk.checks import Checks, Outcome
from services.portal.bulk.execution import Execution
from services.portal.bulk.model import STEPS, Item, LeasedJob, Phase
from services.portal.bulk.rights import StarterRights
from services.portal.bulk.store import BulkStore
from services.portal.poll_loop import PollLoop
from shared.runtime.backoff import delays
from shared.runtime.ports import Unavailable

MAX_JOBS = 4  # per process
CONCURRENCY = 16  # items of a job
CHUNK = 100
POLL_SECONDS = 1.0
RENEWALS = 10  # per lease

log = structlog.get_logger()

Work = Callable[[LeasedJob, Item], Awaitable[Outcome | None]]


class Runner:
    """Works on up to `MAX_JOBS` jobs at once."""

    def __init__(
        self, store: BulkStore, checks: Checks, execution: Execution, rights: StarterRights
    ) -> None:
        self._store = store
        self._rights = rights
        self._work: dict[str, Work] = {
            "checking": checks.check,
            "running": execution.carry_out,
            "stopping": execution.carry_out,
        }
        self._loop = PollLoop("bulk jobs", self._claim, POLL_SECONDS)
        self._working: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Starts looking for jobs."""
        await self._loop.start()

    async def stop(self) -> None:
        """Stops working and gives the leases back; another process goes on."""
        await self._loop.stop()
        tasks = list(self._working)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self) -> None:
        """Says that there is a job to work on, so that it doesn't wait for the next poll."""
        self._loop.wake()

    async def _claim(self) -> None:
        while len(self._working) < MAX_JOBS and (job := await self._store.claim()):
            task = asyncio.create_task(self._hold(job))
            self._working.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a bulk job failed; it is tried again", exc_info=error)

    async def _hold(self, job: LeasedJob) -> None:
        """Works on a job as long as it has work and the lease is held."""
        lease = Lease(self._store, job)
        keeping = asyncio.create_task(lease.keep())
        try:
            await self._steps(job, lease)
        except Unavailable as error:
            log.warning("waiting", waiting_for=f"bulk job {job.job_id}", error=str(error))
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            with suppress(Unavailable):
                await self._store.release(job)

    async def _steps(self, job: LeasedJob, lease: "Lease") -> None:
        waits = delays(first=0.2)
        while (phase := lease.phase) and (step := STEPS.get(phase)):
            items = await self._store.items(job.job_id, step.takes, limit=CHUNK)
            if not items:
                await self._store.advance(job, phase, step.then)
                return
            if phase != "stopping" and not await self._rights.hold(job):
                await self._revoke(job, lease, phase)
            elif await self._chunk(job, lease, phase, items):
                waits = delays(first=0.2)
            else:  # nobody answers
                await asyncio.sleep(next(waits))

    async def _revoke(self, job: LeasedJob, lease: "Lease", phase: Phase) -> None:
        """Stops a job, as a person would, whose starter lost the right to it."""
        to: Phase = "stopping" if phase == "running" else "stopped"
        ended = None if to == "stopping" else datetime.now(UTC)
        if await self._store.move(job.job_id, [phase], to, revoked=True, ended=ended):
            log.warning("bulk job stopped: right lost", job=job.job_id, account=job.by)
        lease.phase = await self._store.renew(job)

    async def _chunk(self, job: LeasedJob, lease: "Lease", phase: Phase, items: list[Item]) -> int:
        """Works on some items; returns how many of them have a result."""
        left = iter(items)
        workers = (self._some(job, lease, phase, left) for _ in range(CONCURRENCY))
        return sum(await asyncio.gather(*workers))

    async def _some(
        self, job: LeasedJob, lease: "Lease", phase: Phase, left: Iterator[Item]
    ) -> int:
        settled = 0
        for item in left:
            if lease.phase != phase:  # stopped by a person, or lost
                break
            try:
                settled += await self._settle(job, phase, item)
            except Unavailable as error:
                log.warning("waiting", waiting_for=f"bulk job {job.job_id}", error=str(error))
                break
        return settled

    async def _settle(self, job: LeasedJob, phase: Phase, item: Item) -> bool:
        """Works on one item; False if it has no result yet."""
        if item.state == "possible":  # from now on, its command may have been sent
            item = item.model_copy(update={"state": "sent"})
            if not await self._store.save(job, item):
                return False
        outcome = await self._work[phase](job, item)
        return outcome is not None and await self._store.save(job, outcome.item, outcome.cause)


class Lease:
    """The lease of a job; `phase` is the job's phase, None once the lease is lost."""

    def __init__(self, store: BulkStore, job: LeasedJob) -> None:
        self.phase: Phase | None = job.phase
        self._store = store
        self._job = job

    async def keep(self) -> None:
        """Renews the lease until it is lost or this is canceled."""
        until = monotonic() + self._store.lease_seconds
        while self.phase is not None:
            await asyncio.sleep(self._store.lease_seconds / RENEWALS)
            asked = monotonic()
            try:
                self.phase = await self._store.renew(self._job)
                until = asked + self._store.lease_seconds
            except Unavailable:
                if monotonic() > until:
                    self.phase = None
