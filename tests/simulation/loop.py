"""An event loop with a virtual clock, which advances when nothing is ready to run."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from heapq import heappop, heappush
from itertools import count
from typing import Any


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs ready callbacks in order, then advances to the next timer. It has no sockets.

    For speed, `call_soon` and `rest` don't create asyncio's handles, so they can't be canceled.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._order = count()
        self._soon: deque[tuple[Context, Callable[..., object], tuple[Any, ...]]] = deque()
        self._due: list[tuple[float, int, asyncio.TimerHandle | asyncio.Future[None]]] = []

    def time(self) -> float:
        """Returns seconds since the loop was created."""
        return self._now

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> None:
        """Calls `callback` after those scheduled before; it can't be canceled."""
        self._soon.append((context or copy_context(), callback, args))

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Calls `callback` at a time; callbacks for the same time run in scheduling order."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._due, (when, next(self._order), handle))
        return handle

    def rest(self, seconds: float) -> asyncio.Future[None]:
        """Returns a future that is done after so many seconds."""
        end = self.create_future()
        heappush(self._due, (self._now + seconds, next(self._order), end))
        return end

    def _run_once(self) -> None:
        """One iteration of the loop."""
        soon = self._soon
        while not soon:
            self._advance()
        for _ in range(len(soon)):
            context, callback, args = soon.popleft()
            context.run(callback, *args)

    def _advance(self) -> None:
        """Advances the clock to the next timer."""
        if not self._due:
            raise RuntimeError("nothing is left to do, now or later")
        when, _, next_due = heappop(self._due)
        if next_due.cancelled():
            return
        self._now = max(self._now, when)
        if isinstance(next_due, asyncio.TimerHandle):
            self.call_soon(next_due._run)
        else:
            next_due.set_result(None)


def rest(seconds: float) -> asyncio.Future[None]:
    """Returns a future that is done after so many seconds of the running loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.rest(seconds)
