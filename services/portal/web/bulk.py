"""Pages for bulk jobs: starting one from the list of orders, its check, progress and results."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn, check
from services.portal.bulk.actions import ACTIONS, ActionName
from services.portal.bulk.jobs import PHASES, BulkJobs, StepName, orders_matching, orders_of
from services.portal.bulk.model import (
    DONE,
    MAX_ORDERS,
    STATE_LABELS,
    STATES,
    Counts,
    Item,
    Job,
    State,
)
from services.portal.queries.cursor import PAGE
from services.portal.web.commands import refused
from services.portal.web.order_filters import OrderSearch
from services.portal.web.permissions import new_id
from services.portal.web.rendering import page, redirect, zone_of

EXPORTED_AT_ONCE = 1000
NOTHING_SELECTED = "Select at least one order, or choose all orders that match the filters."
# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

router = APIRouter(include_in_schema=False)

Position = Annotated[int, Query(ge=0, le=MAX_ORDERS)]


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    job: Job
    counts: Counts

    @property
    def confirmed_total(self) -> int:
        """The items whose commands are sent if the job is confirmed."""
        return self.counts.of("possible", "sent", *DONE)

    @property
    def most(self) -> int:
        """The length of the progress bar."""
        return self.confirmed_total if self.job.confirmed else self.job.total

    @property
    def value(self) -> int:
        """How much of the progress bar is filled."""
        if self.job.confirmed:
            return self.counts.of(*DONE)
        return self.job.total - self.counts.of("unchecked")


@router.get("/bulk/{action}")
async def dialog(request: Request, person: SignedIn, action: ActionName) -> Response:
    """The dialog that starts a job; the query is the filter of the list."""
    kind = ACTIONS[action]
    check(person, kind.command)
    search = OrderSearch.of(request.query_params)
    queries = request.app.state.portal.queries
    count = await queries.orders.count(search.filter(zone_of(request)))
    values = {"action": action, "kind": kind, "count": count, "narrow": search.narrow}
    return page(request, "dialog_bulk.html", person, **values, key=new_id("job"))


@router.post("/bulk/{action}")
async def start(
    request: Request,
    person: SignedIn,
    action: ActionName,
    order: Annotated[tuple[str, ...], Form()] = (),
    which: Annotated[Literal["selected", "matching"], Form()] = "selected",
    reason: Annotated[str, Form()] = "",
    key: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Starts a job over the selected orders, or over all that match the filter, and opens it."""
    check(person, ACTIONS[action].command)
    queries = request.app.state.portal.queries
    fields = (await request.form()).multi_items()
    texts = QueryParams([(name, value) for name, value in fields if isinstance(value, str)])
    sent = f"{action} {texts}"
    if which == "matching":
        order_filter = OrderSearch.of(texts).filter(zone_of(request))
        orders = await orders_matching(queries, order_filter)
    else:
        ids = [each for each in order if each]
        if not ids or len(ids) > MAX_ORDERS:
            text = f"A job has at most {MAX_ORDERS:,} orders. Select fewer."
            return refused(request, person, [text if ids else NOTHING_SELECTED], 409)
        orders = await orders_of(queries, ids)
    job = await _jobs(request).start(person, action, orders, reason, (key, sent))
    return redirect(request, f"/jobs/{job.job_id}")


@router.get("/jobs")
async def jobs(request: Request, person: SignedIn, after: str = "") -> Response:
    """All bulk jobs, newest first."""
    found, cursor = await _jobs(request).store.recent(after or None)
    values = {"jobs": found, "after": after, "next": cursor, "phases": PHASES}
    return page(request, "jobs.html", person, **values)


@router.get("/jobs/{job_id}")
async def job(
    request: Request,
    person: SignedIn,
    job_id: str,
    state: str = "any",
    after: Position = 0,
) -> Response:
    """One job: its progress, and the result of each order."""
    found, store = await _job(request, job_id), _jobs(request).store
    state = state if state in STATES else "any"
    items = await store.items(job_id, _states(state), after, PAGE + 1)
    shown = items[:PAGE]
    queries = request.app.state.portal.queries
    values = {
        "items": shown,
        "rows": await queries.orders.rows([item.order_id for item in shown]),
        "state": state,
        "after": after,
        "next": shown[-1].position if len(items) > PAGE else None,
    }
    return page(request, "job.html", person, **values, **await _progress(request, found))


@router.get("/jobs/{job_id}/progress")
async def progress(request: Request, person: SignedIn, job_id: str, phase: str = "") -> Response:
    """The progress alone; the page is loaded again once the job isn't in `phase` any more."""
    found = await _job(request, job_id)
    answer = page(request, "job_progress.html", person, **await _progress(request, found))
    if phase != found.phase:
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/jobs/{job_id}/{step}")
async def take(request: Request, person: SignedIn, job_id: str, step: StepName) -> Response:
    """Confirms, stops or resumes a job."""
    found = await _job(request, job_id)
    await _jobs(request).take(person, found, step)
    return redirect(request, f"/jobs/{job_id}")


@router.get("/jobs/{job_id}/results.csv")
async def results(request: Request, _: SignedIn, job_id: str, state: str = "any") -> Response:
    """The results as CSV."""
    await _job(request, job_id)
    lines = _lines(_jobs(request), job_id, _states(state))
    headers = {"Content-Disposition": f'attachment; filename="{job_id}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _states(state: str) -> tuple[State, ...]:
    """The states of a filter; none, which means any, for a word that is no state."""
    return tuple(each for each in STATES if each == state)


async def _lines(jobs: BulkJobs, job_id: str, states: tuple[State, ...]) -> AsyncIterator[str]:
    yield _csv([["Order", "Order id", "Result", "Reasons"]])
    position, items = 0, [Item(order_id="", position=0, number="", state="unchecked")]
    while items:
        items = await jobs.store.items(job_id, states, position, EXPORTED_AT_ONCE)
        position = items[-1].position if items else position
        yield _csv(
            [each.number, each.order_id, STATE_LABELS[each.state], " ".join(each.reasons)]
            for each in items
        )


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    cells = ([f"'{c}" if c.startswith(FORMULA) else c for c in row] for row in rows)
    csv.writer(text).writerows(cells)
    return text.getvalue()


async def _progress(request: Request, job: Job) -> dict[str, object]:
    store = _jobs(request).store
    counts = await store.counts(job.job_id)
    causes = await store.causes(job.job_id)
    values = {"job": job, "counts": counts, "causes": causes, "labels": STATE_LABELS}
    return values | {"progress": Progress(job, counts), "phases": PHASES}


async def _job(request: Request, job_id: str) -> Job:
    found = await _jobs(request).store.get(job_id)
    if found is None:
        raise HTTPException(404, "Job not found. Jobs are deleted some time after they end.")
    return found


def _jobs(request: Request) -> BulkJobs:
    found: BulkJobs = request.app.state.portal.bulk
    return found
