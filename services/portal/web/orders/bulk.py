"""Pages for bulk jobs: starting one from the list of orders, its check, progress and results."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from io import StringIO
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn, check
from services.portal.bulk.actions import ACTIONS, STATE_LABELS, ActionName, orders
from services.portal.bulk.jobs import BulkJobs, StepName, orders_matching, orders_of
from services.portal.bulk.model import (
    MAX_ORDERS,
    PHASE_LABELS,
    STATES,
    Item,
    Job,
    State,
)
from services.portal.i18n import N_, _, whole
from services.portal.queries.cursor import PAGE
from services.portal.web.forms.commands import refused
from services.portal.web.frame.permissions import new_id
from services.portal.web.frame.rendering import page, redirect, zone_of
from services.portal.web.orders.filters import OrderSearch
from services.portal.web.orders.job_progress import Progress

EXPORTED_AT_ONCE = 1000
NOTHING_SELECTED = N_("Select at least one order, or choose all orders that match the filters.")
TOO_MANY = N_("A job has at most {most} orders. Select fewer.")
NOT_FOUND = N_("Job not found. Jobs are deleted some time after they end.")
# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

router = APIRouter(include_in_schema=False)

Position = Annotated[int, Query(ge=0, le=MAX_ORDERS)]


Which = Literal["selected", "matching"]
Polls = Annotated[int, Query(ge=0, le=9)]


@router.get("/bulk/{action}")
async def dialog(
    request: Request, person: SignedIn, action: ActionName, which: Which = "selected"
) -> Response:
    """The dialog that starts a job; the rest of the query is the filter of the list.

    `which` are its orders: all that match, or, by the person's choice, those that are selected.
    """
    kind = ACTIONS[action]
    check(person, kind.command)
    search = OrderSearch.of(request.query_params)
    queries = request.app.state.portal.queries
    count = await queries.orders.count(search.filter(zone_of(request)))
    number = _("{n} or more").format(n=whole(count.number)) if count.more else whole(count.number)
    values = {"action": action, "kind": kind, "which": which, "narrow": search.narrow}
    counted = {"count": number, "number": count.number}
    return page(request, "orders/dialog_bulk.html", person, **values, **counted, key=new_id("job"))


@router.post("/bulk/{action}")
async def start(
    request: Request,
    person: SignedIn,
    action: ActionName,
    order: Annotated[tuple[str, ...], Form()] = (),
    which: Annotated[Which, Form()] = "selected",
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
        found = await orders_matching(queries, order_filter)
    else:
        ids = [each for each in order if each]
        if not ids or len(ids) > MAX_ORDERS:
            text = _(TOO_MANY).format(most=whole(MAX_ORDERS)) if ids else _(NOTHING_SELECTED)
            return refused(request, person, [text], 409)
        found = await orders_of(queries, ids)
    job = await _jobs(request).start(person, action, found, reason, (key, sent))
    return redirect(request, f"/jobs/{job.job_id}")


@router.get("/jobs")
async def jobs(request: Request, person: SignedIn, after: str = "") -> Response:
    """All bulk jobs, newest first."""
    found, cursor = await _jobs(request).store.recent(after or None)
    values = {"jobs": found, "after": after, "next": cursor, "phases": PHASE_LABELS}
    return page(request, "orders/jobs.html", person, **values, whole=whole)


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
    alone = request.headers.get("hx-target") == "job-orders"
    template = "orders/job_orders.html" if alone else "orders/job.html"
    answer = page(request, template, person, **values, **await _progress(request, found))
    answer.headers["Vary"] = "HX-Request, HX-Target"
    return answer


@router.get("/jobs/{job_id}/progress")
async def progress(
    request: Request, person: SignedIn, job_id: str, phase: str = "", polls: Polls = 0
) -> Response:
    """The progress alone; more is replaced once the job isn't in `phase` any more."""
    found = await _job(request, job_id)
    changed = phase != found.phase
    values = await _progress(request, found) | {"polls": polls, "changed": changed}
    answer = page(
        request,
        "orders/job_state.html" if changed else "orders/job_progress.html",
        person,
        **values,
    )
    if changed:
        answer.headers.update({"HX-Retarget": "#job", "HX-Reswap": "outerHTML"})
    return answer


@router.post("/jobs/{job_id}/{step}")
async def take(request: Request, person: SignedIn, job_id: str, step: StepName) -> Response:
    """Confirms, stops or resumes a job."""
    found = await _job(request, job_id)
    await _jobs(request).take(person, found, step)
    return redirect(request, f"/jobs/{job_id}")


@router.get("/jobs/{job_id}/results.csv")
async def results(request: Request, __: SignedIn, job_id: str, state: str = "any") -> Response:
    """The results as CSV."""
    await _job(request, job_id)
    lines = _lines(_jobs(request), job_id, _states(state))
    headers = {"Content-Disposition": f'attachment; filename="{job_id}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _states(state: str) -> tuple[State, ...]:
    """The states of a filter; none, which means any, for a word that is no state."""
    return tuple(each for each in STATES if each == state)


async def _lines(jobs: BulkJobs, job_id: str, states: tuple[State, ...]) -> AsyncIterator[str]:
    yield _csv([[_("Order"), _("Order id"), _("Result"), _("Reasons")]])
    position, items = 0, [Item(order_id="", position=0, number="", state="unchecked")]
    while items:
        items = await jobs.store.items(job_id, states, position, EXPORTED_AT_ONCE)
        position = items[-1].position if items else position
        yield _csv(
            [each.number, each.order_id, _(STATE_LABELS[each.state]), " ".join(each.reasons)]
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
    return {
        "job": job,
        "counts": counts,
        "causes": [] if job.active else await store.causes(job.job_id),
        "progress": Progress(job, counts),
        "labels": STATE_LABELS,
        "phases": PHASE_LABELS,
        "orders": orders,
        "whole": whole,
        "polls": 0,
        "changed": False,
    }


async def _job(request: Request, job_id: str) -> Job:
    found = await _jobs(request).store.get(job_id)
    if found is None:
        raise HTTPException(404, _(NOT_FOUND))
    return found


def _jobs(request: Request) -> BulkJobs:
    found: BulkJobs = request.app.state.portal.bulk
    return found
