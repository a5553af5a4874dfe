"""The API for bulk jobs: one action over many orders, checked first and then confirmed."""

from datetime import UTC, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.portal.api.commands import COMPONENTS, body_of
from services.portal.api.problems import documented
from services.portal.auth.guard import SignedIn, check
from services.portal.auth.sessions import Person
from services.portal.bulk.actions import ACTIONS, ActionName
from services.portal.bulk.jobs import BulkJobs, StepName, orders_matching, orders_of
from services.portal.bulk.model import MAX_ORDERS, Cause, Item, Job, State
from services.portal.queries import OrderFilter, preset, span, zone_of
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from shared.contracts import Malformed
from shared.contracts.base import ID_PATTERN

router = APIRouter(
    prefix="/api/bulk-jobs",
    tags=["bulk jobs"],
    responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
)

OrderId = Annotated[str, Field(pattern=ID_PATTERN)]
JobId = Annotated[str, Path(pattern=ID_PATTERN)]
SearchText = Annotated[str, Field(max_length=254)]
Choices = Annotated[list[str], Field(max_length=100)]


class JobFilter(BaseModel):
    """The filter of `GET /api/orders`; all conditions have to hold."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: SearchText = ""
    name: SearchText = ""
    market: Choices = []
    customer: SearchText = ""
    email: SearchText = ""
    status: Choices = []
    anonymous: bool = False
    customer_id: SearchText = ""
    created: SearchText = ""
    created_from: SearchText = ""
    created_to: SearchText = ""
    zone: Annotated[str, Field(max_length=64)] = "UTC"

    def order_filter(self) -> OrderFilter:
        """The filter for the query. Raises `Malformed`."""
        zone = zone_of(self.zone)
        names = ("created_from", "created_to")
        since, before = (
            preset(self.created, datetime.now(UTC), zone)
            if self.created
            else span(self.created_from, self.created_to, zone, names)
        )
        return OrderFilter(
            number=self.number,
            since=since,
            before=before,
            name=self.name,
            markets=tuple(self.market),
            customer=self.customer,
            email=self.email,
            statuses=tuple(self.status),
            anonymous=self.anonymous,
            customer_id=self.customer_id,
        )


class NewJob(BaseModel):
    """A job to start: the action, and either the ids of orders or a filter.

    `reason` is for `hold` and `cancel`.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    action: ActionName
    orders: Annotated[list[OrderId], Field(min_length=1, max_length=MAX_ORDERS)] | None = None
    filter: JobFilter | None = None
    reason: str | None = Field(default=None, max_length=2000)

    @model_validator(mode="after")
    def _one_selection(self) -> Self:
        if (self.orders is None) == (self.filter is None):
            raise Malformed("orders", "must be given, or a filter; not both")
        return self


class JobWithResults(Job):
    """A job with the number of its orders in each state, and why some can't be done."""

    counts: dict[State, int]
    causes: list[Cause]


class JobList(BaseModel):
    """A page of jobs, newest first. `after` is the cursor of the next page, if there is one."""

    jobs: list[Job]
    after: str | None


class ItemList(BaseModel):
    """A page of a job's items. `after` is the position of the last one, if there are more."""

    items: list[Item]
    after: int | None


def _bulk(request: Request) -> BulkJobs:
    found: BulkJobs = request.app.state.portal.bulk
    return found


Bulk = Annotated[BulkJobs, Depends(_bulk)]
_schema = NewJob.model_json_schema(ref_template="#/components/schemas/{model}")
COMPONENTS.update(_schema.pop("$defs") | {"NewJob": _schema})
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewJob"}}},
    }
}


@router.post("", status_code=201, openapi_extra=BODY)
async def start(
    request: Request,
    response: Response,
    person: SignedIn,
    bulk: Bulk,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1, max_length=200, description="A repeat with the same key starts no job."
        ),
    ] = None,
) -> Job:
    """Starts a job with its check. Nothing changes until its starter confirms it."""
    body = NewJob.model_validate_json(await body_of(request))
    check(person, ACTIONS[body.action].command)
    queries = request.app.state.portal.queries
    if body.filter is not None:
        orders = await orders_matching(queries, body.filter.order_filter())
    else:
        orders = await orders_of(queries, body.orders or [])
    key = (idempotency_key, body.model_dump_json()) if idempotency_key else None
    job = await bulk.start(person, body.action, orders, body.reason, key)
    response.headers["Location"] = f"/api/bulk-jobs/{job.job_id}"
    return job


@router.get("")
async def jobs(
    _: SignedIn, bulk: Bulk, after: Annotated[str | None, Query(max_length=200)] = None
) -> JobList:
    """All bulk jobs, newest first."""
    found, cursor = await bulk.store.recent(after)
    return JobList(jobs=found, after=cursor)


@router.get("/{job_id}")
async def job(_: SignedIn, bulk: Bulk, job_id: JobId) -> JobWithResults:
    """A job with its counts."""
    found = await _job(bulk, job_id)
    counts = await bulk.store.counts(job_id)
    causes = await bulk.store.causes(job_id)
    return JobWithResults(**found.model_dump(), counts=counts.states, causes=causes)


@router.get("/{job_id}/items")
async def items(
    _: SignedIn,
    bulk: Bulk,
    job_id: JobId,
    in_state: State | None = None,
    after: Annotated[int, Query(ge=0, le=MAX_ORDERS)] = 0,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> ItemList:
    """The orders of a job with their results, the first created first."""
    await _job(bulk, job_id)
    found = await bulk.store.items(job_id, (in_state,) if in_state else (), after, limit + 1)
    page = found[:limit]
    return ItemList(items=page, after=page[-1].position if len(found) > limit else None)


@router.post("/{job_id}/confirm")
async def confirm(person: SignedIn, bulk: Bulk, job_id: JobId) -> Job:
    """Confirms a job after its check. Only its starter may."""
    return await _take(person, bulk, job_id, "confirm")


@router.post("/{job_id}/stop")
async def stop(person: SignedIn, bulk: Bulk, job_id: JobId) -> Job:
    """Stops a job; what is done stays done. Whoever may do its action may."""
    return await _take(person, bulk, job_id, "stop")


@router.post("/{job_id}/resume")
async def resume(person: SignedIn, bulk: Bulk, job_id: JobId) -> Job:
    """Resumes a job that was stopped. Only its starter may."""
    return await _take(person, bulk, job_id, "resume")


async def _take(person: Person, bulk: BulkJobs, job_id: str, step: StepName) -> Job:
    await bulk.take(person, await _job(bulk, job_id), step)
    return await _job(bulk, job_id)


async def _job(bulk: BulkJobs, job_id: str) -> Job:
    found = await bulk.store.get(job_id)
    if found is None:
        raise HTTPException(404, "Job not found. Jobs are deleted some time after they end.")
    return found
