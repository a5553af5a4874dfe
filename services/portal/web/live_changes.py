"""Tells an open page that what it shows has changed, by server-sent events."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

from services.portal.auth.guard import signed_in
from services.portal.queries.changes import EVERYTHING

# The browser asks again by itself: then its session is looked at again.
LONGEST = 300.0
# Without news, something has to be said now and then: else nobody notices who has gone.
SILENCE = 15.0
# Lists change all the time: their readers hear of it now and then.
BETWEEN = 2.0
KINDS = {"order": "orders", "cart": "carts", "customer": "customers"}
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router = APIRouter(include_in_schema=False)


@router.get("/live", dependencies=[Depends(signed_in)])
async def live(request: Request, about: str) -> Response:
    """News of `order/c-1001`: an event `changed` whenever it looks different; of `order/`, whenever
    any order does, every two seconds at most."""
    kind, _, stream = about.partition("/")
    if kind not in KINDS:
        raise HTTPException(404, "There is nothing to hear about that.")
    news = _news(request, KINDS[kind], stream)
    return StreamingResponse(news, media_type="text/event-stream", headers=HEADERS)


async def _news(request: Request, kind: str, stream: str) -> AsyncIterator[str]:
    portal = request.app.state.portal
    changes = portal.views.changes.follow()
    ends = asyncio.get_running_loop().time() + LONGEST
    yield "retry: 2000\n\n"
    next_one = asyncio.ensure_future(anext(changes))
    quiet_until = 0.0
    try:
        while asyncio.get_running_loop().time() < ends and not portal.health.stopping:
            done, _ = await asyncio.wait({next_one}, timeout=SILENCE)
            if not done:
                yield ": still here\n\n"
                continue
            change = next_one.result()
            next_one = asyncio.ensure_future(anext(changes))
            now = asyncio.get_running_loop().time()
            if not stream and change.kind == kind and now >= quiet_until:
                quiet_until = now + BETWEEN
                yield "event: changed\ndata: {}\n\n"
            elif change.kind == EVERYTHING or (change.kind, change.id) == (kind, stream):
                yield "event: changed\ndata: {}\n\n"
    finally:
        next_one.cancel()
        await asyncio.gather(next_one, return_exceptions=True)
        await changes.aclose()
