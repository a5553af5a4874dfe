"""Creates a backup while the system runs.

The order of the steps is what makes it consistent (docs/decisions/0050): committed offsets, what
was published, the ends of the topics, then the moment at which all databases are read, then the
ends of the topics again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import bson
from bson.raw_bson import RawBSONDocument

from ops.backup import manifest
from ops.backup.kafka_state import Committed, KafkaState
from ops.backup.manifest import BackupError, Manifest, Part, Position
from ops.backup.mongo_snapshot import JOURNAL, Collection, Marks, MongoSnapshot
from ops.backup.part_files import PartWriter
from ops.backup.ranks import Ranks
from ops.backup.record_documents import encode
from ops.backup.verification import Progress, no_progress
from shared.runtime.mongo.archive import is_stub
from shared.runtime.settings import Settings

PRIVATE_FOLDER = 0o700
UNPUBLISHED = "unpublished.part"
# Records between two reports of progress.
REPORT_EVERY = 1000


async def create(settings: Settings, folder: Path, progress: Progress = no_progress) -> Manifest:
    """Writes a backup into a new folder, which only its owner may read.

    Raises `BackupError`; `UnreachableError`, `Unavailable` or aiokafka's errors if an engine
    doesn't answer, and `OSError`. Without a manifest, what is in the folder is no backup.
    """
    _make(folder)
    created = datetime.now(UTC)
    with MongoSnapshot(settings) as mongo:
        async with KafkaState.open(settings) as kafka:
            committed = await kafka.committed()
            marks = await asyncio.to_thread(mongo.marks)
            await kafka.note_ends_before()
            await asyncio.to_thread(mongo.begin)
            await kafka.note_ends_after()
            parts = await asyncio.to_thread(_databases, mongo, marks, folder, progress)
            topics, positions = await _topics(kafka, committed, folder, progress)
            found = Manifest(
                created=created,
                topic_prefix=settings.topic_prefix,
                database=settings.database,
                partitions=kafka.partitions,
                parts=[*parts, *topics],
                positions=positions,
            )
    manifest.write(folder, found)
    return found


def _make(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(
            f"{folder} exists, and isn't empty.",
            "Name a new folder: a backup never replaces another one.",
        )
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise BackupError(
            f"{folder} can't be created: {error.strerror}.",
            "Name a folder that you may write to, on a disk with room for the backup.",
        ) from None


def _databases(mongo: MongoSnapshot, marks: Marks, folder: Path, progress: Progress) -> list[Part]:
    collections = mongo.collections()
    total = sum(collection.about for collection in collections)
    done = 0
    unpublished = PartWriter(folder / UNPUBLISHED)
    parts = []
    for collection in collections:
        file = f"mongo/{collection.service}/{quote(collection.name, safe='')}.part"
        writer = _writer(folder, file)
        for documents in mongo.read(collection):
            for document in documents:
                writer.add(document)
            if collection.name == JOURNAL:
                for entry in _unpublished(collection, documents, marks):
                    unpublished.add(entry)
            done += len(documents)
            progress("documents", done, max(done, total))
        parts.append(_part("collection", file, writer, collection.name, collection.service))
    parts.append(_part("unpublished", UNPUBLISHED, unpublished))
    return parts


def _unpublished(
    collection: Collection, documents: Iterable[bytes], marks: Marks
) -> Iterable[bytes]:
    """The ids of documents whose records may not be among the saved ones."""
    service = collection.service
    for document in documents:
        read = RawBSONDocument(document)
        if is_stub(read):
            continue  # only what is published is archived
        if not marks.cover(service, read["_id"], read["writer"], read["batch"]):
            yield bson.encode({"service": service, "_id": read["_id"]})


async def _topics(
    kafka: KafkaState, committed: Iterable[Committed], folder: Path, progress: Progress
) -> tuple[list[Part], list[Position]]:
    total = sum(map(kafka.count, kafka.partitions))
    done = 0
    parts, positions = [], []
    by_topic: dict[str, list[Committed]] = defaultdict(list)
    for each in committed:
        by_topic[each.topic].append(each)
    for topic in kafka.partitions:
        wanted: dict[int, list[int]] = defaultdict(list)
        for each in by_topic[topic]:
            wanted[each.partition].append(each.offset)
        ranks = Ranks(wanted)
        file = f"kafka/{topic}.part"
        writer = _writer(folder, file)
        async for record, headers in kafka.read(topic):
            ranks.add(record.partition, record.offset)
            writer.add(encode(record, headers))
            done += 1
            if done % REPORT_EVERY == 0:
                progress("records", done, max(done, total))
        parts.append(_part("topic", file, writer, topic))
        positions += [
            Position(
                group=each.group,
                ours=each.ours,
                topic=topic,
                partition=each.partition,
                offset=ranks.rank(each.partition, each.offset),
            )
            for each in by_topic[topic]
        ]
    progress("records", done, done)
    return parts, positions


def _writer(folder: Path, file: str) -> PartWriter:
    path = folder / file
    for parent in reversed(path.relative_to(folder).parents[:-1]):
        (folder / parent).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return PartWriter(path)


def _part(kind: str, file: str, writer: PartWriter, name: str = "", service: str = "") -> Part:
    written = writer.close()
    return Part.model_validate(
        {
            "kind": kind,
            "file": file,
            "name": name,
            "service": service,
            "entries": written.entries,
            "chunks": written.chunks,
            "bytes": written.bytes,
            "sha256": written.sha256,
        }
    )
