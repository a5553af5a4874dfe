"""An event loop whose time passes only when nobody has anything to do."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from heapq import heappop, heappush
from itertools import count
from typing import Any


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs what is ready in its order, and then the next of what is due. It has no sockets.

    asyncio's handles can be canceled and tell where they were made. Nobody asks that of what runs
    at once, or of a rest, and they are dear.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._order = count()
        self._soon: deque[tuple[Context, Callable[..., object], tuple[Any, ...]]] = deque()
        self._due: list[tuple[float, int, asyncio.TimerHandle | asyncio.Future[None]]] = []

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._now

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> None:
        """Calls as soon as what came before has run. There is no way back."""
        self._soon.append((context or copy_context(), callback, args))

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Calls at that time; what is due at the same time, in the order in which it was asked."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._due, (when, next(self._order), handle))
        return handle

    def rest(self, seconds: float) -> asyncio.Future[None]:
        """Done after so many seconds."""
        end = self.create_future()
        heappush(self._due, (self._now + seconds, next(self._order), end))
        return end

    def _run_once(self) -> None:
        """What asyncio's loop does over and over."""
        soon = self._soon
        while not soon:
            self._pass()
        for _ in range(len(soon)):
            context, callback, args = soon.popleft()
            context.run(callback, *args)

    def _pass(self) -> None:
        """Time goes on to the next of what is due."""
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
    """Done after so many seconds of the running loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.rest(seconds)
