"""Bulk jobs as pages and the API use them: start, confirm, stop and resume."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.auth.accounts import Accounts
from services.portal.auth.guard import Forbidden, check
from services.portal.auth.sessions import Person
from services.portal.bulk.actions import ACTIONS, ActionName, checked_reason
from services.portal.bulk.checks import Checks
from services.portal.bulk.execution import Execution
from services.portal.bulk.model import MAX_ORDERS, PHASE_LABELS, Job, LeasedJob, Phase
from services.portal.bulk.rights import StarterRights
from services.portal.bulk.runner import Runner
from services.portal.bulk.store import BulkStore, new_job_id
from services.portal.command_client import CommandClient, IdempotencyKeyReused
from services.portal.i18n import N_, _, whole
from services.portal.queries import OrderFilter, Queries
from services.portal.settings import PortalSettings
from shared.contracts import Malformed
from shared.contracts.error_texts import Texts

StepName = Literal["confirm", "stop", "resume"]
ONLY_CONFIRMS = N_("Only {person}, who started this job, can confirm it. Start a job of your own.")
ONLY_RESUMES = N_("Only {person}, who started this job, can resume it. Start a job of your own.")
WRONG_PHASE = N_("This job's state is: {state}. Reload the page to see what it can do now.")
NO_ORDERS = N_("no orders match it")
TOO_MANY = N_("more than {most} orders match it; narrow the filters")


class WrongPhase(Exception):
    """The job can't take this step now; the message says why."""


class BulkJobs:
    """All bulk jobs; every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(
        self,
        settings: PortalSettings,
        database: AsyncIOMotorDatabase,
        accounts: Accounts,
        queries: Queries,
        commands: CommandClient,
        texts: Texts,
    ) -> None:
        self.store = BulkStore(database, settings.portal_bulk_job_days)
        checks = Checks(queries, commands, texts)
        execution = Execution(queries, commands, checks, texts, settings.portal_wait_seconds)
        self.rights = StarterRights(accounts)
        self.runner = Runner(self.store, checks, execution, self.rights)

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self.store.prepare()

    async def start(
        self,
        person: Person,
        action: ActionName,
        orders: Sequence[tuple[str, str]],
        reason: str | None = None,
        key: tuple[str, str] | None = None,
    ) -> Job:
        """Starts a job over these orders, given as id and number, with its check.

        `key` is the caller's idempotency key, and the whole request that it stands for: another
        request with this key is refused. Raises `Forbidden` if the person's roles don't allow
        the action, `Malformed` or `ValidationError` for a wrong reason, `IdempotencyKeyReused`.
        """
        check(person, ACTIONS[action].command)
        reason = checked_reason(ACTIONS[action], reason)
        if not orders:
            raise Malformed("orders", "must name at least one order")
        job = LeasedJob(
            job_id=new_job_id(),
            action=action,
            reason=reason,
            by=person.account,
            roles=person.roles,
            account=await self.rights.known(person.account),
            created=datetime.now(UTC),
            phase="checking",
            total=len(orders),
            fence=0,
        )
        name, request = key or ("", "")
        content = sha256(request.encode(errors="replace")).hexdigest()
        unique = f"{person.actor} {name}" if name else None
        stored, before = await self.store.create(job, orders, unique, content)
        if before != content:
            raise IdempotencyKeyReused(
                "This Idempotency-Key was used for another bulk job. Send a new key."
            )
        self.runner.wake()
        return stored

    async def take(self, person: Person, job: Job, step: StepName) -> None:
        """Confirms, stops or resumes a job.

        Whoever has the right to the action may stop it; only its starter, in whose name it acts,
        may confirm or resume it. Raises `Forbidden`, and `WrongPhase` if it is too late or too
        early.
        """
        check(person, job.does.command)
        if step != "stop" and person.account != job.by:
            text = ONLY_CONFIRMS if step == "confirm" else ONLY_RESUMES
            raise Forbidden(_(text).format(person=job.by))
        if not await self._move(job, step):
            raise WrongPhase(_(WRONG_PHASE).format(state=_(PHASE_LABELS[job.phase])))
        self.runner.wake()

    async def _move(self, job: Job, step: StepName) -> bool:
        move, now = self.store.move, datetime.now(UTC)
        if step == "confirm":
            return await move(job.job_id, ["ready"], "running", confirmed=now)
        if step == "resume":
            to: Phase = "running" if job.confirmed else "checking"
            return await move(job.job_id, ["stopped"], to, ended=None, revoked=False)
        return await move(job.job_id, ["running"], "stopping") or await move(
            job.job_id, ["checking", "ready"], "stopped", ended=now
        )


async def orders_of(queries: Queries, order_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Ids and numbers of the orders with these ids, in the order in which they were created.

    Orders that no longer exist come last, with their id in place of a number.
    """
    ids = list(dict.fromkeys(order_ids))
    rows = await queries.orders.rows(ids)
    found = sorted(rows.values(), key=lambda row: (row.created, row.number))
    return [(row.order_id, row.number) for row in found] + [(i, i) for i in ids if i not in rows]


async def orders_matching(queries: Queries, order_filter: OrderFilter) -> list[tuple[str, str]]:
    """Ids and numbers of the orders that match now, in the order in which they were created.

    Raises `Malformed` if there are none, or more than `MAX_ORDERS`.
    """
    ids = await queries.orders.matching(order_filter, MAX_ORDERS + 1)
    if not ids:
        raise Malformed("filter", _(NO_ORDERS))
    if len(ids) > MAX_ORDERS:
        raise Malformed("filter", _(TOO_MANY).format(most=whole(MAX_ORDERS)))
    return await orders_of(queries, ids)
