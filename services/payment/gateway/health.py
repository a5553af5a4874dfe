"""What keeps the gateway from working, for health checks."""

from collections.abc import Iterator
from contextlib import contextmanager


class GatewayHealth:
    """The operations whose last try failed, as text. The log says why."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    @contextmanager
    def trying(self, what: str) -> Iterator[None]:
        """Records `what` as failing if the block raises, and as working if it doesn't."""
        try:
            yield
        except Exception:
            self._told.add(f"the gateway can't {what}")
            raise
        self._told.discard(f"the gateway can't {what}")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._told))
