"""The streams that a process holds in memory."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from shared.runtime.processing.stream import Stream


class StreamCache:
    """Streams by name, the longest unused ones falling out.

    What is in here may be stale (another process may have taken over); the journal's unique key
    finds that out when something is added.
    """

    def __init__(self, limit: int = 4000) -> None:
        self._limit = limit
        self._streams: OrderedDict[str, Stream[Any]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._streams)

    def get(self, name: str) -> Stream[Any]:
        """A stream that is there. Raises `KeyError`."""
        self._streams.move_to_end(name)
        return self._streams[name]

    def absent(self, names: Iterable[str]) -> list[str]:
        """Those of the names that aren't there, each once."""
        return [name for name in dict.fromkeys(names) if name not in self._streams]

    def is_erasure_pending(self, name: str) -> bool:
        """Whether it is there, was deleted, and isn't erased yet."""
        stream = self._streams.get(name)
        return stream is not None and stream.erasure_pending

    def put(self, stream: Stream[Any]) -> None:
        """Keeps a stream."""
        self._streams[stream.name] = stream

    def drop(self, name: str) -> None:
        """Forgets a stream, if it is there."""
        self._streams.pop(name, None)

    def trim(self) -> None:
        """Lets the longest unused fall out; called between batches, never within one."""
        while len(self._streams) > self._limit:
            self._streams.popitem(last=False)

    def clear(self) -> None:
        """Forgets everything."""
        self._streams.clear()
