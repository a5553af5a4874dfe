"""Reads a whole backup and reports each damage: the file, the chunk, and what was in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.backup import manifest
from ops.backup.manifest import BackupError, Manifest, Part
from ops.backup.part_files import DamagedError, PartReader, Written

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done, and how much it is in all."""
MOST_LISTED = 20


def no_progress(step: str, done: int, total: int) -> None:
    """Shows nothing."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a file; `chunk` is None if it is about the whole file."""

    file: str
    holds: str
    chunk: int | None
    reason: str

    def __str__(self) -> str:
        where = "" if self.chunk is None else f", chunk {self.chunk}"
        return f"{self.file}{where} ({self.holds}): {self.reason}"


@dataclass(frozen=True, slots=True)
class Verified:
    """A backup that was read to its end, and what is wrong with it."""

    manifest: Manifest
    checksum: str
    damage: list[Damage]

    def check(self) -> None:
        """Raises `BackupError` if anything is damaged."""
        if self.damage:
            listed = [str(each) for each in self.damage[:MOST_LISTED]]
            if more := len(self.damage) - len(listed):
                listed.append(f"and {more} more")
            raise BackupError(
                "\n".join(["The backup is damaged:", *listed]),
                "Use another copy of this backup, or another backup. Nothing was changed.",
            )


def verify(folder: Path, progress: Progress = no_progress) -> Verified:
    """Reads everything. Raises `BackupError` if there is no manifest that can be trusted."""
    found, checksum = manifest.read(folder)
    damage = [
        Damage(name, "nothing of the backup", None, "it isn't in the manifest")
        for name in _unknown(folder, found)
    ]
    done = 0
    for part in found.parts:
        damage += _damage(folder / part.file, part)
        done += part.bytes
        progress("verified", done, found.size)
    return Verified(found, checksum, damage)


def _unknown(folder: Path, found: Manifest) -> list[str]:
    known = {part.file for part in found.parts} | {manifest.MANIFEST, manifest.CHECKSUM}
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if not file.is_dir()}
    return sorted(there - known)


def _damage(file: Path, part: Part) -> Iterator[Damage]:
    reader, sound = PartReader(file), True
    try:
        for chunk in reader.chunks():
            if isinstance(chunk, DamagedError):
                sound = False
                yield Damage(part.file, part.holds, chunk.chunk, chunk.reason)
    except OSError as error:
        yield Damage(part.file, part.holds, None, f"it can't be read: {error.strerror}")
        return
    expected = Written(part.entries, part.chunks, part.bytes, part.sha256)
    if sound and reader.written() != expected:
        yield Damage(part.file, part.holds, None, _difference(reader.written(), expected))


def _difference(found: Written, expected: Written) -> str:
    for name in ("chunks", "entries", "bytes"):
        have, wanted = getattr(found, name), getattr(expected, name)
        if have != wanted:
            return f"it has {have} {name}, and had {wanted}"
    return "it is another file: its checksum isn't the manifest's"
