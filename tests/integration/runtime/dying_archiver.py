"""An archiver that is killed at a step of its transaction, as a child process of a test.

python -m tests.integration.runtime.dying_archiver URI DATABASE STEP
"""

import asyncio
import os
import signal
import sys
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from shared.runtime.mongo.archive import MongoArchive
from shared.runtime.mongo.journal import MongoJournal

STEPS = ("begun", "copied", "stubbed", "committed")


def die(*_: object) -> None:
    """Ends this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


class _Dying:
    """A collection; the process dies before or after the call of one of its methods."""

    def __init__(self, collection: Any, method: str, *, before: bool) -> None:
        self._collection = collection
        self._method = method
        self._before = before

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._collection, name)
        if name != self._method:
            return method

        async def call(*arguments: Any, **options: Any) -> None:
            if not self._before:
                await method(*arguments, **options)
            die()

        return call


async def archive(uri: str, database: str, step: str) -> None:
    """Moves the streams `order/0` to `order/9` until it dies."""
    client: AsyncIOMotorClient = AsyncIOMotorClient(uri, tz_aware=True)
    found: Any = MongoArchive(client, database)
    if step == "begun":
        found._archive = _Dying(found._archive, "insert_many", before=True)
    if step == "copied":
        found._archive = _Dying(found._archive, "insert_many", before=False)
    if step == "stubbed":
        found._journal = _Dying(found._journal, "bulk_write", before=False)
    histories = await MongoJournal(client, database).load([f"order/{n}" for n in range(10)])
    await found.move({name: history.documents for name, history in histories.items()})
    if step == "committed":
        die()


if __name__ == "__main__":
    asyncio.run(archive(*sys.argv[1:]))
