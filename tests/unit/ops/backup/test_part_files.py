"""What was written is read, and every damaged byte is found in its chunk."""

from __future__ import annotations

import random
from pathlib import Path

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.backup.part_files import HEADER, MAGIC, DamagedError, PartReader, PartWriter, split
from tests.unit.ops.backup.builders import CHUNK, documents


def write(file: Path, content: list[bytes], chunk: int = CHUNK) -> None:
    writer = PartWriter(file, chunk)
    for document in content:
        writer.add(document)
    writer.close()


def read(file: Path) -> list[bytes]:
    return [document for chunk in PartReader(file).documents() for document in chunk]


def damaged_chunks(file: Path) -> list[int]:
    return [c.chunk for c in PartReader(file).chunks() if isinstance(c, DamagedError)]


def starts(file: Path) -> list[int]:
    """Where each chunk begins."""
    content, at, found = file.read_bytes(), len(MAGIC), []
    while at < len(content):
        found.append(at)
        at += HEADER + int.from_bytes(content[at + 4 : at + 8], "big")
    return found


@pytest.mark.parametrize("count", [0, 1, 7, 200])
def test_documents_come_back_in_their_order(tmp_path: Path, count: int) -> None:
    content = documents(count)
    write(tmp_path / "a.part", content)
    assert read(tmp_path / "a.part") == content


def test_document_larger_than_a_chunk_has_its_own(tmp_path: Path) -> None:
    large = bson.encode({"value": random.Random(2).randbytes(5 * CHUNK)})
    content = [*documents(3), large, *documents(3)]
    write(tmp_path / "a.part", content)
    assert [len(chunk) for chunk in PartReader(tmp_path / "a.part").documents()] == [3, 1, 3]
    assert read(tmp_path / "a.part") == content


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write(tmp_path / "a.part", documents(1))
    assert (tmp_path / "a.part").stat().st_mode & 0o777 == 0o600


def test_file_is_never_replaced(tmp_path: Path) -> None:
    write(tmp_path / "a.part", documents(1))
    with pytest.raises(FileExistsError):
        PartWriter(tmp_path / "a.part")


def test_damage_at_any_byte_is_found_in_its_chunk(tmp_path: Path) -> None:
    file = tmp_path / "a.part"
    write(file, documents(60))
    sound, chunks = file.read_bytes(), starts(file)
    assert len(chunks) > 3
    draw = random.Random(50)
    for at in {*draw.sample(range(len(sound)), 400), 0, len(sound) - 1, *chunks}:
        spoilt = bytearray(sound)
        spoilt[at] ^= 1 << draw.randrange(8)
        file.write_bytes(spoilt)
        expected = sum(start <= at for start in chunks)
        assert damaged_chunks(file) == [expected], f"byte {at}"
        with pytest.raises(DamagedError):
            read(file)


def test_end_that_is_missing_is_found(tmp_path: Path) -> None:
    file = tmp_path / "a.part"
    write(file, documents(60))
    sound, chunks = file.read_bytes(), starts(file)
    for size in random.Random(51).sample(range(len(sound)), 200):
        file.write_bytes(sound[:size])
        whole = size in (*chunks, len(sound))  # only the manifest knows of the chunks after it
        expected = [] if whole else [sum(start < size for start in chunks)]
        assert damaged_chunks(file) == expected, f"cut at {size}"


def test_all_damaged_chunks_are_found(tmp_path: Path) -> None:
    file = tmp_path / "a.part"
    write(file, documents(60))
    spoilt, chunks = bytearray(file.read_bytes()), starts(file)
    for chunk in (1, 3):
        spoilt[chunks[chunk - 1] + HEADER + 5] ^= 1
    file.write_bytes(spoilt)
    assert damaged_chunks(file) == [1, 3]


def test_chunks_that_changed_places_are_found(tmp_path: Path) -> None:
    file = tmp_path / "a.part"
    write(file, documents(60))
    content, chunks = file.read_bytes(), starts(file)
    first, second = content[chunks[0] : chunks[1]], content[chunks[1] : chunks[2]]
    file.write_bytes(content[: chunks[0]] + second + first + content[chunks[2] :])
    assert damaged_chunks(file) == [1, 2]


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_documents_are_told_apart_by_their_lengths(values: list[bytes]) -> None:
    content = [bson.encode({"value": value}) for value in values]
    assert list(split(b"".join(content))) == content
