"""Writes the documents of a backup into empty databases."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient, WriteConcern
from pymongo.errors import PyMongoError

from ops.backup.manifest import BackupError, Manifest, Part
from ops.errors import mongo_unreachable
from services.portal.projections import products, stock
from shared.contracts.topics import PORTAL, PROCESSES
from shared.runtime.mongo.archive import COLLECTION, OPTIONS
from shared.runtime.mongo.connection import connect_blocking, hosts
from shared.runtime.settings import Settings

# The database, beside those of the services, that says how far a restore has got.
PROGRESS_DATABASE, PROGRESS = "backup", "restore"
SAFELY = WriteConcern(w="majority", j=True)

Document = dict[str, Any]
Change = Callable[[Document], None]


class MongoTarget:
    """The databases to restore. Methods raise `UnreachableError` and `BackupError`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hosts = hosts(settings.mongo.get_secret_value())
        self._client: MongoClient[Any] = connect_blocking(settings, serverSelectionTimeoutMS=5000)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def state(self) -> Document | None:
        """What the last restore here has noted; None if there was none."""
        with self._reaching():
            found: Document | None = self._progress().find_one({"_id": PROGRESS})
        return found

    def note(self, state: Mapping[str, Any]) -> None:
        """Notes how far the restore is, once everything before is on a majority's disks."""
        with self._reaching():
            self._progress().replace_one({"_id": PROGRESS}, dict(state), upsert=True)

    def check_empty(self) -> None:
        """Raises `BackupError` if a collection has a document."""
        with self._reaching():
            for service in PROCESSES:
                database = self._database(service)
                for name in database.list_collection_names():
                    if database[name].find_one({}, {"_id": 1}) is not None:
                        raise BackupError(
                            f"The database {database.name} isn't empty: {name} has documents.",
                            "Restore into a new MongoDB, or choose other databases with "
                            "WAYBILL_DATABASE. A restore never replaces data.",
                        )

    def check_written(self, manifest: Manifest) -> None:
        """Raises `BackupError` unless an interrupted restore's documents are all there."""
        with self._reaching():
            for part in manifest.of_kind("collection"):
                database = self._database(part.service)
                count = database[part.name].count_documents({})
                if count != part.entries:
                    raise BackupError(
                        f"{part.name} in the database {database.name} has {count} documents, and "
                        f"an interrupted restore has written {part.entries}.",
                        f"Delete these databases, also {self._progress().database.name}, and the "
                        "topics, and begin again.",
                    )

    def write(
        self, part: Part, chunks: Iterable[list[bytes]], change: Change | None
    ) -> Iterator[int]:
        """Replaces a collection by these documents; yields how many it has written each time."""
        collection = self._database(part.service).get_collection(
            part.name, write_concern=WriteConcern(w=1)
        )
        with self._reaching():
            collection.drop()
            if part.name == COLLECTION:
                collection.database.create_collection(COLLECTION, **OPTIONS)
            for chunk in chunks:
                collection.insert_many([_changed(each, change) for each in chunk], ordered=False)
                yield len(chunk)

    def _progress(self) -> Any:
        return self._database(PROGRESS_DATABASE).get_collection(PROGRESS, write_concern=SAFELY)

    def _database(self, service: str) -> Any:
        return self._client[self._settings.database_of(service)]

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except PyMongoError as error:
            raise mongo_unreachable(self._hosts, error) from error


def change_of(
    part: Part, manifest: Manifest, settings: Settings, skip_numbers: int
) -> Change | None:
    """What has to be different in a collection's documents after a restore; None for nothing.

    Offsets of the topics before mean nothing in the new ones: every record that comes from now on
    is later than what a table has. Order numbers that were drawn after the backup are skipped.
    Emails that wait keep their record, whose topic may have another prefix now.
    """

    def skip(document: Document) -> None:
        document["drawn"] += skip_numbers

    def rename(document: Document) -> None:
        if "record" in document:
            name = document["record"]["topic"].removeprefix(manifest.topic_prefix)
            document["record"]["topic"] = settings.topic(name)

    changes: dict[tuple[str, str], Change] = {
        ("order", "counters"): skip,
        ("notify", "mails"): rename,
        (PORTAL, products.COLLECTION): _forget_offset,
        (PORTAL, stock.COLLECTION): _forget_level_offset,
    }
    if part.name.startswith("table_"):
        return _forget_seen
    return changes.get((part.service, part.name))


def _changed(document: bytes, change: Change | None) -> Any:
    if change is None:
        return RawBSONDocument(document)
    decoded = bson.decode(document)
    change(decoded)
    return decoded


def _forget_seen(document: Document) -> None:
    document.pop("seen", None)


def _forget_offset(document: Document) -> None:
    document["offset"] = -1


def _forget_level_offset(document: Document) -> None:
    if "level" in document:
        document["level"]["offset"] = -1
