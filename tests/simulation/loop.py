"""An event loop whose time passes only when nobody has anything to do."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from heapq import heappop, heappush
from itertools import count
from typing import Any


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs what is ready in its order, and then the next of what is due. It has no sockets."""

    _ready: Any  # asyncio's own queue of handles; what runs fills it by `call_soon`

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._order = count()
        self._due: list[tuple[float, int, asyncio.TimerHandle]] = []

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._now

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

    def _run_once(self) -> None:
        """What asyncio's loop does over and over."""
        ready = self._ready
        while not ready:
            if not self._due:
                raise RuntimeError("nothing is left to do, now or later")
            when, _, timer = heappop(self._due)
            if not timer.cancelled():
                self._now = max(self._now, when)
                ready.append(timer)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle.cancelled():
                handle._run()
