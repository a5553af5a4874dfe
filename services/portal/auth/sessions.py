"""Browser sessions in MongoDB, shared by all portal processes."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from motor.motor_asyncio import AsyncIOMotorDatabase


@dataclass(frozen=True, slots=True)
class Person:
    """The person behind a request. `csrf` is None for API tokens, which browsers don't send.

    `expires` is when the session ends.
    """

    account: str
    roles: tuple[str, ...]
    csrf: str | None = None
    expires: datetime | None = None

    @property
    def actor(self) -> str:
        """The actor in their commands: `csr:anna`."""
        return f"csr:{self.account}"


class Sessions:
    """The browser holds a random token; only its hash is stored."""

    def __init__(self, database: AsyncIOMotorDatabase, hours: int, stay_days: int = 0) -> None:
        self._sessions = database["sessions"]
        self._life = timedelta(hours=hours)
        self._long_life = max(self._life, timedelta(days=stay_days))

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._sessions.create_index("expires", expireAfterSeconds=0)
        await self._sessions.create_index("account")

    def life(self, *, stays: bool) -> timedelta:
        """How long a session lasts from its start on; using it doesn't prolong it."""
        return self._long_life if stays else self._life

    async def start(
        self, account: str, roles: Sequence[str], before: str | None, *, stays: bool = False
    ) -> str:
        """Starts a session and returns its token. One that `stays` lasts for the longer time.

        The session `before` ends, which prevents session fixation.
        """
        if before:
            await self.end(before)
        token = secrets.token_urlsafe(32)
        await self._sessions.insert_one(
            {
                "_id": _hash(token),
                "account": account,
                "roles": list(roles),
                "csrf": secrets.token_urlsafe(32),
                "expires": datetime.now(UTC) + self.life(stays=stays),
            }
        )
        return token

    async def find(self, token: str) -> Person | None:
        """The person of a session; None if it is unknown or has expired."""
        kept = await self._sessions.find_one(
            {"_id": _hash(token), "expires": {"$gt": datetime.now(UTC)}}
        )
        if kept is None:
            return None
        return Person(kept["account"], tuple(kept["roles"]), kept["csrf"], kept["expires"])

    async def end(self, token: str) -> None:
        """Ends a session."""
        await self._sessions.delete_one({"_id": _hash(token)})


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
