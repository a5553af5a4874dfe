"""Lets records be read whose headers have names that are no UTF-8.

aiokafka gives such a record up, and with it all that it has fetched: one stranger's header would
stop a partition. Here the name's odd bytes become U+FFFD, and everything else stays as it is.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

# Where a batch's bytes say how long it is without those up to there, and in which format.
LENGTH_AT, LENGTH_ENDS, FORMAT_AT = 8, 12, 16


class _Lenient(bytearray):
    """Bytes of which every slice can be read as text."""

    def __getitem__(self, where: Any) -> Any:
        found = super().__getitem__(where)
        return _Text(found) if isinstance(where, slice) else found


class _Text(bytes):
    def decode(self, *_: Any, **__: Any) -> str:
        return super().decode("utf-8", "replace")


class _LenientBatch(_DefaultRecordBatchPy):
    """A batch as aiokafka's own Python reads it, slower than its C, and with lenient names."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Lenient(self._buffer)


class _Batch:
    """A batch that is read quickly if it can be, else leniently."""

    def __init__(self, quick: Any, raw: memoryview) -> None:
        self._quick = quick
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._quick, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._quick))
        except (CorruptRecordException, UnicodeDecodeError):
            return iter(_LenientBatch(self._raw))


class LenientRecords:
    """What was fetched of a partition; stands in for aiokafka's `MemoryRecords`."""

    def __init__(self, fetched: bytes) -> None:
        self._fetched = memoryview(fetched)
        self._quick = MemoryRecords(fetched)
        self._at = 0

    def size_in_bytes(self) -> int:
        """See `MemoryRecords`."""
        return int(self._quick.size_in_bytes())

    def has_next(self) -> bool:
        """See `MemoryRecords`."""
        return bool(self._quick.has_next())

    def next_batch(self) -> Any:
        """See `MemoryRecords`."""
        batch, start = self._quick.next_batch(), self._at
        if batch is None:
            return None
        length = self._fetched[start + LENGTH_AT : start + LENGTH_ENDS]
        self._at += LENGTH_ENDS + int.from_bytes(length, "big")
        if self._fetched[start + FORMAT_AT] < 2 or batch.is_control_batch:
            return batch
        return _Batch(batch, self._fetched[start : self._at])


def be_lenient() -> None:
    """From now on aiokafka's consumers read such records."""
    fetcher.MemoryRecords = LenientRecords
