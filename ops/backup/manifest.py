"""The manifest of a backup: what it contains, from when, and checksums of everything."""

import hashlib
import os
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from ops.backup.part_files import PRIVATE_FILE
from ops.errors import ToolError

FORMAT = 1
MANIFEST = "manifest.json"
# Its checksum, in the form of the tool `sha256sum`. It covers all parts, whose checksums it has.
CHECKSUM = "manifest.json.sha256"


class Part(BaseModel):
    """A file of the backup.

    kind     documents of a collection, records of a topic, or the ids of documents whose records
             have to be published again
    service  whose collection it is
    name     of the collection or topic, without prefix
    entries  documents or records in it
    """

    file: str = Field(pattern=r"^[\w-]+(\.[\w-]+)*(/[\w-]+(\.[\w-]+)*)*$")
    kind: Literal["collection", "topic", "unpublished"]
    service: str = ""
    name: str = ""
    entries: int
    chunks: int
    bytes: int
    sha256: str

    @property
    def holds(self) -> str:
        """What it contains, for people."""
        if self.kind == "collection":
            return f"{self.service}: collection {self.name}"
        return f"topic {self.name}" if self.kind == "topic" else "documents to publish again"


class Position(BaseModel):
    """Where a consumer group goes on in the restored topics.

    ours  whether the name of the group gets the topics' prefix
    """

    group: str
    ours: bool
    topic: str
    partition: int
    offset: int


class Manifest(BaseModel):
    """What a backup contains.

    waybill     the version that created it
    created     when
    partitions  of each topic
    """

    format: int = FORMAT
    waybill: str = Field(default_factory=lambda: version("waybill"))
    created: datetime
    topic_prefix: str
    database: str
    partitions: dict[str, int]
    parts: list[Part]
    positions: list[Position]

    def of_kind(self, kind: str) -> list[Part]:
        """The parts of a kind, in their order."""
        return [part for part in self.parts if part.kind == kind]

    def entries(self, kind: str, name: str = "", service: str = "") -> int:
        """How many documents or records the parts of a kind have, or those of a name."""
        return sum(
            part.entries
            for part in self.of_kind(kind)
            if name in ("", part.name) and service in ("", part.service)
        )

    @property
    def size(self) -> int:
        """The bytes of all parts."""
        return sum(part.bytes for part in self.parts)


class BackupError(ToolError):
    """A backup can't be used, or an engine isn't as a restore needs it."""


def write(folder: Path, manifest: Manifest) -> str:
    """Writes the manifest, which completes the backup; returns its checksum. Raises `OSError`."""
    content = manifest.model_dump_json(indent=1).encode() + b"\n"
    checksum = hashlib.sha256(content).hexdigest()
    for name, data in ((CHECKSUM, f"{checksum}  {MANIFEST}\n".encode()), (MANIFEST, content)):
        descriptor = os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    return checksum


def read(folder: Path) -> tuple[Manifest, str]:
    """Returns the manifest and its checksum. Raises `BackupError`, which says what to do."""
    file = folder / MANIFEST
    try:
        content = file.read_bytes()
        expected = (folder / CHECKSUM).read_bytes()
    except FileNotFoundError as error:
        raise BackupError(
            f"{folder} is no complete backup: it has no {Path(error.filename).name}.",
            "A backup is complete once 'waybill backup create' has written its manifest. "
            "Use another backup, or create a new one.",
        ) from None
    checksum = hashlib.sha256(content).hexdigest()
    if expected != f"{checksum}  {MANIFEST}\n".encode():
        raise BackupError(
            f"{file} is damaged: its checksum isn't that of {CHECKSUM}.",
            "Use another copy of this backup, or another backup.",
        )
    try:
        found = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise BackupError(
            f"{file} can't be read: {error.errors()[0]['msg']}.",
            f"This version reads backups of format {FORMAT}. Use the version that created it.",
        ) from None
    _check_versions(found)
    return found, checksum


def _check_versions(found: Manifest) -> None:
    """Refuses what this version doesn't understand. Older versions' messages are still read."""
    ours = version("waybill")
    if found.format != FORMAT:
        raise BackupError(
            f"The backup has format {found.format}; version {ours} reads format {FORMAT}.",
            f"Use Waybill {found.waybill}, which created it.",
        )
    if _numbers(found.waybill) > _numbers(ours):
        raise BackupError(
            f"Waybill {found.waybill} created the backup; this is {ours}, which is older.",
            f"Install {found.waybill} or a later version.",
        )


def _numbers(text: str) -> tuple[int, ...]:
    """The leading numbers of a version: 0.2.0 of `0.2.0rc1`."""
    numbers = []
    for each in text.split("."):
        digits = each[: len(each) - len(each.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
