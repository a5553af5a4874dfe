"""Reads records whose header names aren't UTF-8.

aiokafka fails on such a record and on everything fetched with it, so one foreign header would block
a partition. Here the invalid bytes of the name become U+FFFD; everything else stays unchanged.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

# Offsets in a record batch: its length (which counts the bytes after it) and its format.
LENGTH_AT, LENGTH_ENDS, FORMAT_AT = 8, 12, 16


class _Lenient(bytearray):
    """A buffer whose slices decode as text even if they aren't UTF-8."""

    def __getitem__(self, where: Any) -> Any:
        found = super().__getitem__(where)
        return _Text(found) if isinstance(where, slice) else found


class _Text(bytes):
    def decode(self, *_: Any, **__: Any) -> str:
        return super().decode("utf-8", "replace")


class _LenientBatch(_DefaultRecordBatchPy):
    """A batch read by aiokafka's Python code, with lenient names; slower than its C code."""

    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Lenient(self._buffer)


class _Batch:
    """A batch that is read by the C code, and leniently only if that fails."""

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
    """Records fetched from a partition; replaces aiokafka's `MemoryRecords`."""

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
    """Makes all of aiokafka's consumers read such records."""
    fetcher.MemoryRecords = LenientRecords
