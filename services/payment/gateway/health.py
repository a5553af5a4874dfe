"""What keeps the gateway from its work at present, for whoever asks about its health."""

from collections.abc import Iterator
from contextlib import contextmanager


class GatewayHealth:
    """What failed when it was tried last, in words; why, the log says."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    @contextmanager
    def trying(self, what: str) -> Iterator[None]:
        """`what` can't be done if the block fails, and can again once it doesn't."""
        try:
            yield
        except Exception:
            self._told.add(f"the gateway can't {what}")
            raise
        self._told.discard(f"the gateway can't {what}")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._told))
