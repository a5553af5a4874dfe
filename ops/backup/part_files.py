"""The file format of a part of a backup: BSON documents in compressed chunks with checksums.

A file begins with `MAGIC`. Each chunk follows its header: its number, the lengths of its compressed
and of its plain content, the number of documents, the CRC-32 of these four, and a BLAKE2b digest of
all of that and of the compressed content. So a damaged byte is found in the chunk that has it.
"""

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import cramjam

MAGIC = b"WAYBILL\x01"
# Plain bytes, about: a chunk is what is in memory at a time. A larger document has its own chunk.
CHUNK = 1024 * 1024
# No chunk is larger: a document has at most 16 MiB, and Kafka's records less.
LARGEST = 40 * 1024 * 1024
LEVEL = 3  # of zstd
FIELDS = struct.Struct(">IIII")
CRC = struct.Struct(">I")
DIGEST = 16
HEADER = FIELDS.size + CRC.size + DIGEST
PRIVATE_FILE = 0o600  # personal data: for the owner's eyes only


class DamagedError(Exception):
    """A chunk isn't what was written.

    chunk       its number, from 1; 0 is the beginning of the file
    can_go_on   whether the next chunk can be found all the same
    """

    def __init__(self, chunk: int, reason: str, *, can_go_on: bool = False) -> None:
        super().__init__(reason)
        self.chunk = chunk
        self.reason = reason
        self.can_go_on = can_go_on


@dataclass(frozen=True, slots=True)
class Written:
    """What is in a part: documents, chunks, bytes of the file, and its SHA-256 in hex."""

    entries: int
    chunks: int
    bytes: int
    sha256: str


class PartWriter:
    """Writes a part into a new file, which only its owner may read. Raises `OSError`."""

    def __init__(self, file: Path, chunk: int = CHUNK) -> None:
        self._chunk = chunk
        self._entries: list[bytes] = []
        self._size = 0
        self._count = self._chunks = self._bytes = 0
        self._sha256 = hashlib.sha256()
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")
        self._write(MAGIC)

    def add(self, document: bytes) -> None:
        """Adds a document in BSON."""
        if self._entries and self._size + len(document) > self._chunk:
            self._flush()
        self._entries.append(document)
        self._size += len(document)

    def close(self) -> Written:
        """Writes what is left, and waits until it is on the disk."""
        if self._entries:
            self._flush()
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
        return Written(self._count, self._chunks, self._bytes, self._sha256.hexdigest())

    def abandon(self) -> None:
        """Closes the file as it is."""
        self._file.close()

    def _flush(self) -> None:
        plain = b"".join(self._entries)
        stored = bytes(cramjam.zstd.compress(plain, level=LEVEL))
        self._chunks += 1
        fields = FIELDS.pack(self._chunks, len(stored), len(plain), len(self._entries))
        fields += CRC.pack(crc32(fields))
        self._write(fields + _digest(fields, stored))
        self._write(stored)
        self._count += len(self._entries)
        self._entries, self._size = [], 0

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._sha256.update(content)
        self._bytes += len(content)


class PartReader:
    """Reads a part. After it was read to its end, `written()` says what was in it."""

    def __init__(self, file: Path) -> None:
        self._path = file
        self._sha256 = hashlib.sha256()
        self._count = self._chunks = self._bytes = 0

    def chunks(self) -> Iterator[list[bytes] | DamagedError]:
        """Yields the documents of each chunk, or what is wrong with it.

        Ends after the first damage behind which no chunk can be found. Raises `OSError`.
        """
        with self._path.open("rb") as file:
            if self._read(file, len(MAGIC)) != MAGIC:
                yield DamagedError(0, "it doesn't begin like a part of a backup")
                return
            while fields := self._read(file, HEADER):
                self._chunks += 1
                try:
                    yield self._chunk(file, fields)
                except DamagedError as damage:
                    yield damage
                    if not damage.can_go_on:
                        return

    def documents(self) -> Iterator[list[bytes]]:
        """Yields the documents of each chunk. Raises `DamagedError`, `OSError`."""
        for chunk in self.chunks():
            if isinstance(chunk, DamagedError):
                raise chunk
            yield chunk

    def written(self) -> Written:
        """What was read."""
        return Written(self._count, self._chunks, self._bytes, self._sha256.hexdigest())

    def _chunk(self, file: BinaryIO, header: bytes) -> list[bytes]:
        at = self._chunks
        if len(header) < HEADER:
            raise DamagedError(at, "the file ends within its header")
        fields, digest = header[:-DIGEST], header[-DIGEST:]
        if CRC.unpack(fields[FIELDS.size :])[0] != crc32(fields[: FIELDS.size]):
            raise DamagedError(at, "its header is damaged; what follows can't be read")
        number, stored_length, length, entries = FIELDS.unpack(fields[: FIELDS.size])
        if max(stored_length, length) > LARGEST:
            raise DamagedError(at, "it is larger than any chunk")
        stored = self._read(file, stored_length)
        if len(stored) < stored_length:
            raise DamagedError(at, "the file ends within it")
        if _digest(fields, stored) != digest:
            raise DamagedError(at, "its content is damaged", can_go_on=True)
        if number != at:
            raise DamagedError(at, f"chunk {number} is in its place", can_go_on=True)
        plain = bytes(cramjam.zstd.decompress(stored, output_len=length))
        found = list(split(plain))
        if len(found) != entries:
            raise DamagedError(at, f"it has {len(found)} documents, not {entries}", can_go_on=True)
        self._count += entries
        return found

    def _read(self, file: BinaryIO, count: int) -> bytes:
        found = file.read(count)
        self._sha256.update(found)
        self._bytes += len(found)
        return found


def split(content: bytes | memoryview) -> Iterator[bytes]:
    """Yields the BSON documents of `content`, each as it is. Each begins with its length."""
    at = 0
    while at < len(content):
        end = at + int.from_bytes(content[at : at + 4], "little")
        if end <= at + 4 or end > len(content):
            raise ValueError("a document has no valid length")
        yield bytes(content[at:end])
        at = end


def _digest(fields: bytes, stored: bytes) -> bytes:
    return hashlib.blake2b(fields + stored, digest_size=DIGEST).digest()
