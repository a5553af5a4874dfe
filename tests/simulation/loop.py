"""An event loop whose time passes only when nobody has anything to do."""

import asyncio
import selectors
from typing import Any


class _Clockwork(selectors.SelectSelector):
    """Waits for no socket: it lets the loop's time pass at once."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("nothing is left to do, now or later")
        self.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs what is ready in its order, and then the next of what is due."""

    def __init__(self) -> None:
        self._clockwork = _Clockwork()
        super().__init__(self._clockwork)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._clockwork.now
