"""Password hashes: argon2id, computed outside the event loop."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 1000

_hasher = PasswordHasher()
# Checked for unknown names, so that the response time doesn't reveal which names exist.
_NOBODY = _hasher.hash("nobody has this password")


class WeakPassword(ValueError):
    """The password is too weak; the message says why."""


def validated(password: str) -> str:
    """Returns the password, or raises `WeakPassword`."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPassword(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.")
    if len(set(password)) < 5:
        raise WeakPassword("A password has at least five different characters.")
    return password


async def hash_of(password: str) -> str:
    """The hash to store."""
    return await asyncio.to_thread(_hasher.hash, password)


async def matches(kept: str | None, password: str) -> bool:
    """Whether the password matches the stored hash. Takes as long without a hash."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        await asyncio.to_thread(_hasher.verify, kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def needs_rehash(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)
