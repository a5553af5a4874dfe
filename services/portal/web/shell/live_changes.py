"""Notifies open pages of changes by server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from time import time
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

from services.portal.auth.guard import signed_in
from services.portal.presence import COLLECTION as PRESENCE
from services.portal.queries.changes import EVERYTHING

# A connection ends after this time; the browser reconnects, and its session is checked again.
MAX_SECONDS = 300.0
# A comment is sent this often without changes: otherwise a closed connection isn't noticed.
KEEP_ALIVE_SECONDS = 15.0
# Lists change all the time: they are notified at most this often.
LIST_SECONDS = 2.0
KINDS = {"order": "orders", "cart": "carts", "customer": "customers"}
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router = APIRouter(include_in_schema=False)


@router.get("/live", dependencies=[Depends(signed_in)])
async def live(
    request: Request,
    about: str,
    since: float | None = None,
    last_event_id: Annotated[float | None, Header()] = None,
) -> Response:
    """Sends an event `changed` for every change of `order/c-1001`, and `present` when somebody
    opens or leaves its page; for `order/`, `changed` for any order, at most every two seconds.

    Begins with the changes after `since`, the Unix time at which the page was read. A browser that
    connects again sends the id of the last event, which is a time as well.
    """
    kind, _, stream = about.partition("/")
    if kind not in KINDS:
        raise HTTPException(404, "Nothing is published about that.")
    events = _events(request, KINDS[kind], stream, last_event_id or since)
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)


async def _events(
    request: Request, kind: str, stream: str, since: float | None
) -> AsyncIterator[str]:
    portal = request.app.state.portal
    clock = asyncio.get_running_loop().time
    changes = portal.queries.changes.follow(since)
    ends = clock() + MAX_SECONDS
    yield "retry: 2000\n\n"
    next_one = asyncio.ensure_future(anext(changes))
    quiet_until, untold = 0.0, 0.0  # a list's; `untold` is the time of its change that has to wait
    try:
        while clock() < ends and not portal.health.stopping:
            wait = quiet_until - clock() if untold else KEEP_ALIVE_SECONDS
            done, _ = await asyncio.wait({next_one}, timeout=max(wait, 0))
            if untold and clock() >= quiet_until:
                yield _event("changed", untold)
                quiet_until, untold = clock() + LIST_SECONDS, 0.0
            elif not done:
                yield f"id: {time()}\n\n"  # without data nothing is told, but the id counts
            if not done:
                continue
            change = next_one.result()
            next_one = asyncio.ensure_future(anext(changes))
            if change.kind == EVERYTHING or (change.kind, change.id) == (kind, stream):
                yield _event("changed", change.published)
            elif not stream and change.kind == kind:
                untold = change.published
            elif (change.kind, change.id, kind) == (PRESENCE, stream, "orders"):
                yield _event("present", change.published)
    finally:
        next_one.cancel()
        await asyncio.gather(next_one, return_exceptions=True)
        await changes.aclose()


def _event(name: str, published: float) -> str:
    return f"id: {published}\nevent: {name}\ndata: {{}}\n\n"
