"""Restores a backup into an empty MongoDB and a Kafka whose topics are empty.

Everything is checked before anything is written. The phases are noted in MongoDB, so a restore that
was interrupted goes on when it is repeated: documents are written again, records continue where the
topics end, and publishing and positions may be repeated.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.backup.kafka_target import KafkaTarget
from ops.backup.manifest import BackupError, Manifest, Part
from ops.backup.mongo_target import MongoTarget, change_of
from ops.backup.part_files import PartReader
from ops.backup.publishing import publish_again
from ops.backup.verification import Progress, Verified, no_progress, verify
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.mongo.connection import connect
from shared.runtime.settings import Settings

# How many order numbers are skipped: more than can have been drawn since the backup.
SKIP_NUMBERS = 10_000
DOCUMENTS, RECORDS, FACTS, POSITIONS, DONE = (
    "documents",
    "records",
    "facts",
    "positions",
    "done",
)

Ends = Mapping[str, Mapping[int, int]]
"""How many records each partition has, by topic."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done.

    continued     an interrupted one went on
    left_out      replies whose topics the cluster doesn't have
    """

    manifest: Manifest
    continued: bool
    left_out: int


class Restoration:
    """One run of a restore."""

    def __init__(
        self, settings: Settings, folder: Path, skip_numbers: int, progress: Progress
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._skip_numbers = skip_numbers
        self._progress = progress
        self._kafka = KafkaTarget(settings)

    async def run(self) -> Restored:
        """Verifies, checks, and restores. See `restore`."""
        verified = await asyncio.to_thread(verify, self._folder, self._progress)
        verified.check()
        found = verified.manifest
        with MongoTarget(self._settings) as mongo:
            state = await self._check(mongo, verified)
            continued = state is not None
            state = state or self._new_state(verified)
            if state["phase"] == DOCUMENTS:
                await asyncio.to_thread(mongo.note, state)
                await asyncio.to_thread(self._documents, mongo, found, state["skip_numbers"])
                await self._reach(mongo, state, RECORDS)
            if state["phase"] == RECORDS:
                await self._records(found)
                await self._reach(mongo, state, FACTS)
            left_out = 0
            if state["phase"] == FACTS:
                left_out = await self._facts(found)
                await self._reach(mongo, state, POSITIONS)
            await self._kafka.position(found.positions)
            await self._reach(mongo, state, DONE)
        return Restored(found, continued, left_out)

    def _new_state(self, verified: Verified) -> dict[str, Any]:
        return {
            "_id": "restore",
            "backup": verified.checksum,
            "created": verified.manifest.created,
            "topic_prefix": self._settings.topic_prefix,
            "skip_numbers": self._skip_numbers,
            "phase": DOCUMENTS,
        }

    async def _check(self, mongo: MongoTarget, verified: Verified) -> dict[str, Any] | None:
        """Checks that nothing is overwritten; returns the state of an interrupted restore.

        Raises `BackupError`.
        """
        state = await asyncio.to_thread(mongo.state)
        if state is not None and state["phase"] == DONE:
            state = None
        if state is not None:
            self._check_same(state, verified)
        else:
            await asyncio.to_thread(mongo.check_empty)
        ends = await self._kafka.ends(verified.manifest)
        if state is None or state["phase"] == DOCUMENTS:
            self._check_topics(ends)
            await self._kafka.check_idle(verified.manifest)
        else:
            await asyncio.to_thread(mongo.check_written, verified.manifest)
            if state["phase"] != RECORDS:
                self._check_records(verified.manifest, ends)
        return state

    def _check_same(self, state: dict[str, Any], verified: Verified) -> None:
        if (state["backup"], state["topic_prefix"]) != (
            verified.checksum,
            self._settings.topic_prefix,
        ):
            raise BackupError(
                f"The restore of another backup, of {state['created']:%Y-%m-%d %H:%M} UTC, was "
                "interrupted here.",
                "Repeat that one, or delete the databases and topics and begin again.",
            )

    def _check_records(self, found: Manifest, ends: Ends) -> None:
        for part in found.of_kind("topic"):
            if sum(ends[part.name].values()) < part.entries:
                raise BackupError(
                    f"The topic {self._settings.topic(part.name)} has fewer records than an "
                    "interrupted restore has written.",
                    "Delete the databases and topics, and begin again.",
                )

    def _check_topics(self, ends: Ends) -> None:
        for topic, partitions in ends.items():
            if any(partitions.values()):
                raise BackupError(
                    f"The topic {self._settings.topic(topic)} isn't empty, or wasn't always.",
                    "Restore into new topics: with a new Kafka, after deleting all topics and "
                    "'waybill setup', or with another WAYBILL_TOPIC_PREFIX. Databases can't be "
                    "restored under topics that are newer: services would decide again, perhaps "
                    "otherwise, what the topics already tell.",
                )

    def _documents(self, mongo: MongoTarget, found: Manifest, skip_numbers: int) -> None:
        total, done = found.entries("collection"), 0
        for part in found.of_kind("collection"):
            change = change_of(part, found, self._settings, skip_numbers)
            for count in mongo.write(part, self._chunks(part), change):
                done += count
                self._progress("documents", done, total)

    async def _records(self, found: Manifest) -> None:
        ends = await self._kafka.ends(found)
        total, done = found.entries("topic"), 0
        async with self._kafka.writing(found) as writer:
            for part in found.of_kind("topic"):
                present = ends[part.name]
                async for count in writer.write(part.name, self._chunks(part), present):
                    done += count
                    self._progress("records", done, total)
        ends = await self._kafka.ends(found)
        for part in found.of_kind("topic"):
            if sum(ends[part.name].values()) != part.entries:
                raise BackupError(
                    f"Something else has written to {self._settings.topic(part.name)} during the "
                    "restore.",
                    "Stop all senders, delete these databases and topics, and restore again.",
                )

    async def _facts(self, found: Manifest) -> int:
        (part,) = found.of_kind("unpublished")
        mongo = connect(self._settings, tz_aware=True, serverSelectionTimeoutMS=5000)
        publisher = KafkaPublisher(self._settings, "waybill-restore")
        try:
            await publisher.start()
            return await publish_again(
                self._settings, mongo, publisher, self._chunks(part), part.entries, self._progress
            )
        finally:
            await publisher.stop()
            mongo.close()

    async def _reach(self, mongo: MongoTarget, state: dict[str, Any], phase: str) -> None:
        state["phase"] = phase
        await asyncio.to_thread(mongo.note, state)

    def _chunks(self, part: Part) -> Iterator[list[bytes]]:
        return PartReader(self._folder / part.file).documents()


async def restore(
    settings: Settings,
    folder: Path,
    skip_numbers: int = SKIP_NUMBERS,
    progress: Progress = no_progress,
) -> Restored:
    """Restores a backup; the services must not run.

    skip_numbers  how many order numbers are skipped, since numbers drawn after the backup may be
                  in customers' hands

    Raises `BackupError` if the backup or the engines aren't fit, before anything is written;
    `UnreachableError`, `Unavailable` or aiokafka's errors if an engine doesn't answer.
    """
    return await Restoration(settings, folder, skip_numbers, progress).run()
