"""Notifies open pages of changes by server-sent events."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
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
async def live(request: Request, about: str) -> Response:
    """Sends an event `changed` for every change of `order/c-1001`, and `present` when somebody
    opens or leaves its page; for `order/`, `changed` for any order, at most every two seconds."""
    kind, _, stream = about.partition("/")
    if kind not in KINDS:
        raise HTTPException(404, "Nothing is published about that.")
    events = _events(request, KINDS[kind], stream)
    return StreamingResponse(events, media_type="text/event-stream", headers=HEADERS)


async def _events(request: Request, kind: str, stream: str) -> AsyncIterator[str]:
    portal = request.app.state.portal
    changes = portal.queries.changes.follow()
    ends = asyncio.get_running_loop().time() + MAX_SECONDS
    yield "retry: 2000\n\n"
    next_one = asyncio.ensure_future(anext(changes))
    quiet_until = 0.0
    try:
        while asyncio.get_running_loop().time() < ends and not portal.health.stopping:
            done, _ = await asyncio.wait({next_one}, timeout=KEEP_ALIVE_SECONDS)
            if not done:
                yield ": still here\n\n"
                continue
            change = next_one.result()
            next_one = asyncio.ensure_future(anext(changes))
            now = asyncio.get_running_loop().time()
            if not stream and change.kind == kind and now >= quiet_until:
                quiet_until = now + LIST_SECONDS
                yield "event: changed\ndata: {}\n\n"
            elif (change.kind, change.id, kind) == (PRESENCE, stream, "orders"):
                yield "event: present\ndata: {}\n\n"
            elif change.kind == EVERYTHING or (change.kind, change.id) == (kind, stream):
                yield "event: changed\ndata: {}\n\n"
    finally:
        next_one.cancel()
        await asyncio.gather(next_one, return_exceptions=True)
        await changes.aclose()
