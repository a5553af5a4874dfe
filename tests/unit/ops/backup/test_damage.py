"""Each kind of damage: what `waybill backup verify` says, in the words of docs/operations.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.backup.manifest import CHECKSUM, MANIFEST
from ops.backup.part_files import HEADER, MAGIC
from ops.cli.main import app
from tests.unit.ops.backup.builders import backup, part

JOURNAL = "mongo/order/journal.part"
OPERATIONS = Path(__file__).parents[4] / "docs" / "operations.md"
Spoil = Callable[[Path], None]


def chunks(file: Path) -> list[bytes]:
    """The chunks of a part, each with its header."""
    content, found, at = file.read_bytes(), [], len(MAGIC)
    while at < len(content):
        end = at + HEADER + int.from_bytes(content[at + 4 : at + 8], "big")
        found.append(content[at:end])
        at = end
    return found


def rewritten(change: Callable[[list[bytes]], list[bytes]]) -> Spoil:
    """Replaces the chunks of the journal."""

    def spoil(folder: Path) -> None:
        file = folder / JOURNAL
        file.write_bytes(MAGIC + b"".join(change(chunks(file))))

    return spoil


def flipped(chunk: bytes, at: int) -> bytes:
    content = bytearray(chunk)
    content[at] ^= 0x20
    return bytes(content)


def replaced_by_another(folder: Path) -> None:
    (folder / JOURNAL).unlink()
    part(folder, JOURNAL, "collection", 61, service="order", name="journal")


def damaged_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(flipped((folder / MANIFEST).read_bytes(), 30))


KINDS: dict[str, tuple[Spoil, list[str]]] = {
    "A byte of a chunk's content": (
        rewritten(lambda c: [c[0], flipped(c[1], HEADER + 5), *c[2:]]),
        ["chunk 2 (order: collection journal): its content is damaged"],
    ),
    "A byte of a chunk's header": (
        rewritten(lambda c: [c[0], flipped(c[1], 2), *c[2:]]),
        ["chunk 2 (order: collection journal): its header is damaged; what follows can't be read"],
    ),
    "A chunk in the middle is missing": (
        rewritten(lambda c: [c[0], *c[2:]]),
        ["chunk 2 (order: collection journal): chunk 3 is in its place"],
    ),
    "The last chunk is missing": (
        rewritten(lambda c: c[:-1]),
        ["(order: collection journal): it has 6 chunks, and had 7"],
    ),
    "Two chunks are swapped": (
        rewritten(lambda c: [c[0], c[2], c[1], *c[3:]]),
        [
            "chunk 2 (order: collection journal): chunk 3 is in its place",
            "chunk 3 (order: collection journal): chunk 2 is in its place",
        ],
    ),
    "The file is cut off within a chunk": (
        rewritten(lambda c: [*c[:-1], c[-1][:-7]]),
        ["chunk 7 (order: collection journal): the file ends within it"],
    ),
    "The file is missing": (
        lambda folder: (folder / JOURNAL).unlink(),
        ["(order: collection journal): it can't be read: No such file or directory"],
    ),
    "The file is from another backup": (
        replaced_by_another,
        ["(order: collection journal): it has 61 entries, and had 60"],
    ),
    "There is a file more": (
        lambda folder: (folder / "notes.txt").write_text("copied by hand") and None,
        ["notes.txt (nothing of the backup): it isn't in the manifest"],
    ),
    "A byte of the manifest": (
        damaged_manifest,
        [f"{MANIFEST} is damaged: its checksum isn't that of {CHECKSUM}."],
    ),
    "The manifest is missing": (
        lambda folder: (folder / MANIFEST).unlink(),
        [f"is no complete backup: it has no {MANIFEST}."],
    ),
}


def documented() -> dict[str, str]:
    """The table in docs/operations.md: what is said of each damage."""
    lines = OPERATIONS.read_text(encoding="utf-8").splitlines()
    start = lines.index("| damage | `waybill backup verify` says |") + 2
    rows = [line.strip("| ").split(" | ") for line in lines[start : start + len(KINDS)]]
    return dict(rows)


def test_the_table_has_every_kind_of_damage() -> None:
    assert [*documented()] == [*KINDS]


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_named_in_the_words_of_the_table(tmp_path: Path, kind: str) -> None:
    spoil, said = KINDS[kind]
    folder = tmp_path / "b"
    backup(folder)
    assert len(chunks(folder / JOURNAL)) == 7
    spoil(folder)
    result = CliRunner().invoke(app, ["backup", "verify", str(folder)], env={"COLUMNS": "300"})
    assert result.exit_code == 1
    output = " ".join(result.output.split())
    for words in said:
        assert words in output
    assert all(without_numbers(words) in without_numbers(documented()[kind]) for words in said)


def without_numbers(words: str) -> str:
    """What is said, whatever the numbers and the names in the example are."""
    return re.sub(r"\d+", "N", words.rpartition("): ")[2])
