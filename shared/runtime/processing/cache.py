"""The streams that a process holds in memory."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from shared.runtime.processing.stream import Stream


class StreamCache:
    """The least recently used streams are evicted.

    A cached stream may be stale, since another process may have taken over its partition. The
    journal's unique key detects that on the next append.
    """

    def __init__(self, limit: int = 4000) -> None:
        self._limit = limit
        self._streams: OrderedDict[str, Stream[Any]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._streams)

    def get(self, name: str) -> Stream[Any]:
        """Returns a cached stream. Raises `KeyError`."""
        self._streams.move_to_end(name)
        return self._streams[name]

    def absent(self, names: Iterable[str]) -> list[str]:
        """Returns the names that aren't cached, without duplicates."""
        return [name for name in dict.fromkeys(names) if name not in self._streams]

    def is_erasure_pending(self, name: str) -> bool:
        """Whether the stream is cached and deleted, but not erased yet."""
        stream = self._streams.get(name)
        return stream is not None and stream.erasure_pending

    def put(self, stream: Stream[Any]) -> None:
        """Adds a stream."""
        self._streams[stream.name] = stream

    def drop(self, name: str) -> None:
        """Removes a stream, if it is cached."""
        self._streams.pop(name, None)

    def trim(self) -> None:
        """Evicts the least recently used streams. Call it between batches only."""
        while len(self._streams) > self._limit:
            self._streams.popitem(last=False)

    def clear(self) -> None:
        """Removes all streams."""
        self._streams.clear()
