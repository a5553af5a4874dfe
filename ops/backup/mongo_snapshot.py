"""Reads all services' databases as they were at one moment.

One session with read concern `snapshot` reads all collections of all databases, so what one service
has of another is never newer than the other itself. MongoDB keeps the moment readable for
`minSnapshotHistoryWindowInSeconds`, five minutes by default.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

from pymongo import MongoClient, ReadPreference
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from ops.backup.manifest import BackupError
from ops.backup.part_files import split
from ops.errors import mongo_unreachable
from shared.contracts.topics import PORTAL, PROCESSES
from shared.runtime.mongo.connection import connect_blocking, hosts
from shared.runtime.settings import Settings

# Who is signed in, tries to, or looks at a page: gone after a restore, so that no session that had
# ended comes back.
LEFT_OUT = {PORTAL: {"sessions", "sign_ins", "tries", "presence"}}
# MongoDB's codes: the moment is too old, or a collection has changed since.
_TOO_OLD, _CHANGED = 239, 246
JOURNAL = "journal"
LINEARIZABLE_MS = 10_000


class Collection(NamedTuple):
    """A collection of a service; it has `about` so many documents."""

    service: str
    name: str
    about: int


class Marks(NamedTuple):
    """What was certainly published at a moment: of each service's writers up to which batch, and
    the documents that another process published for a writer that had died.
    """

    batches: dict[str, dict[str, int]]
    republished: dict[str, set[str]]

    def cover(self, service: str, document_id: str, writer: str, batch: int) -> bool:
        """Whether a document was certainly published."""
        if self.batches[service].get(writer, 0) >= batch:
            return True
        return document_id in self.republished[service]


class MongoSnapshot:
    """The databases of all services. Methods raise `UnreachableError` and `BackupError`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._hosts = hosts(settings.mongo.get_secret_value())
        self._client: MongoClient[Any] = connect_blocking(settings, serverSelectionTimeoutMS=5000)
        self._session: ClientSession | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._session:
            self._session.end_session()
        self._client.close()

    def marks(self) -> Marks:
        """What was published by now. Reads every journal once, on the server's side."""
        with self._reaching():
            return Marks(
                {
                    service: {
                        mark["_id"]: mark["published"]
                        for mark in self._database(service)["writers"].find()
                    }
                    for service in PROCESSES
                },
                {
                    service: {
                        document["_id"]
                        for document in self._database(service)[JOURNAL].find(
                            {"republished": True}, {"_id": 1}
                        )
                    }
                    for service in PROCESSES
                },
            )

    def begin(self) -> None:
        """Fixes the moment: everything that was acknowledged by now is in it."""
        journal = self._database(PROCESSES[0])[JOURNAL]
        with self._reaching():
            # A primary that was just elected may not know yet what the last one has acknowledged.
            now = journal.with_options(read_concern=ReadConcern("linearizable"))
            now.find_one({"_id": ""}, max_time_ms=LINEARIZABLE_MS)
            self._session = self._client.start_session(snapshot=True)
            journal.find_one({}, session=self._session)

    def collections(self) -> list[Collection]:
        """Returns the collections to back up, by service and name."""
        with self._reaching():
            return [
                Collection(service, name, self._database(service)[name].estimated_document_count())
                for service in PROCESSES
                for name in sorted(self._database(service).list_collection_names())
                if name not in LEFT_OUT.get(service, ()) and not name.startswith("system.")
            ]

    def read(self, collection: Collection) -> Iterator[list[bytes]]:
        """Yields the documents of a collection as they were at the moment, some at a time.

        Those of a journal come in the order of their ids, so each stream's in its order.
        """
        with self._reaching():
            found = self._database(collection.service)[collection.name].find_raw_batches(
                sort=[("_id", 1)] if collection.name == JOURNAL else None, session=self._session
            )
            for batch in found:
                yield list(split(batch))

    def _database(self, service: str) -> Any:
        # A secondary may be behind what groups have committed.
        return self._client.get_database(
            self._settings.database_of(service), read_preference=ReadPreference.PRIMARY
        )

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except OperationFailure as error:
            if error.code == _TOO_OLD:
                raise BackupError(
                    "Reading MongoDB took longer than it keeps a moment readable.",
                    "Raise the parameter minSnapshotHistoryWindowInSeconds of each mongod (300 by "
                    "default), and repeat: docs/operations.md, Back up.",
                ) from None
            if error.code == _CHANGED:
                raise BackupError(
                    "A collection or an index was created while the backup began.",
                    "Repeat the backup once all services are ready.",
                ) from None
            raise mongo_unreachable(self._hosts, error) from error
        except PyMongoError as error:
            raise mongo_unreachable(self._hosts, error) from error
