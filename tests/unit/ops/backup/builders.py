"""Small backups, made without engines."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import bson

from ops.backup import manifest
from ops.backup.manifest import Manifest, Part
from ops.backup.part_files import PartWriter

CHUNK = 2000  # small, so that small parts have several chunks


def documents(count: int, seed: int = 1) -> list[bytes]:
    """Documents that don't compress to nothing."""
    draw = random.Random(seed)
    return [
        bson.encode({"_id": f"order/c-{n}@0000000001", "data": draw.randbytes(draw.randrange(300))})
        for n in range(count)
    ]


def part(folder: Path, file: str, kind: str, count: int, **names: str) -> Part:
    """Writes a part of so many documents."""
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    writer = PartWriter(folder / file, CHUNK)
    for document in documents(count):
        writer.add(document)
    written = writer.close()
    return Part.model_validate(
        {
            "file": file,
            "kind": kind,
            "entries": written.entries,
            "chunks": written.chunks,
            "bytes": written.bytes,
            "sha256": written.sha256,
            **names,
        }
    )


def backup(folder: Path, **changes: object) -> Manifest:
    """Writes a backup with a journal, a topic and nothing to publish again."""
    folder.mkdir()
    found = Manifest(
        created=datetime(2026, 11, 28, tzinfo=UTC),
        topic_prefix="",
        database="waybill",
        partitions={"order.events": 2},
        parts=[
            part(folder, "mongo/order/journal.part", "collection", 60, service="order",
                 name="journal"),
            part(folder, "kafka/order.events.part", "topic", 40, name="order.events"),
            part(folder, "unpublished.part", "unpublished", 0),
        ],
        positions=[],
    ).model_copy(update=changes)  # fmt: skip
    manifest.write(folder, found)
    return found
