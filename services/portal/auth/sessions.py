"""Sessions, in MongoDB: any portal knows whom another one has let in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from motor.motor_asyncio import AsyncIOMotorDatabase


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `csrf` is None for a tool with a token: no browser sends that by itself."""

    account: str
    roles: tuple[str, ...]
    csrf: str | None = None

    @property
    def actor(self) -> str:
        """How their commands name them: `csr:anna`."""
        return f"csr:{self.account}"


class Sessions:
    """What the browser holds is a random token; kept is its hash alone."""

    def __init__(self, database: AsyncIOMotorDatabase, hours: int) -> None:
        self._sessions = database["sessions"]
        self._life = timedelta(hours=hours)

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._sessions.create_index("expires", expireAfterSeconds=0)
        await self._sessions.create_index("account")

    async def start(self, account: str, roles: Sequence[str], before: str | None) -> str:
        """Begins a session and returns its token. The one that the browser had before ends:
        whoever knew that token (session fixation) knows nothing now."""
        if before:
            await self.end(before)
        token = secrets.token_urlsafe(32)
        await self._sessions.insert_one(
            {
                "_id": _hash(token),
                "account": account,
                "roles": list(roles),
                "csrf": secrets.token_urlsafe(32),
                "expires": datetime.now(UTC) + self._life,
            }
        )
        return token

    async def find(self, token: str) -> Person | None:
        """Whose session this is, if it lasts."""
        kept = await self._sessions.find_one(
            {"_id": _hash(token), "expires": {"$gt": datetime.now(UTC)}}
        )
        return Person(kept["account"], tuple(kept["roles"]), kept["csrf"]) if kept else None

    async def end(self, token: str) -> None:
        """Ends a session."""
        await self._sessions.delete_one({"_id": _hash(token)})


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
