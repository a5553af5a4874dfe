"""Passwords: kept as argon2id hashes, compared away from the event loop."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 1000

_hasher = PasswordHasher()
# Checked when nobody has the name, so that a stranger can't tell by the time it takes.
_NOBODY = _hasher.hash("nobody has this password")


class Weak(ValueError):
    """A password that isn't taken; the words say why."""


def checked(password: str) -> str:
    """The password as it is; raises `Weak`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Weak(f"A password has {SHORTEST} to {LONGEST} characters.")
    if len(set(password)) < 5:
        raise Weak("A password has five different characters at least.")
    return password


async def hashed(password: str) -> str:
    """What is kept of it."""
    return await asyncio.to_thread(_hasher.hash, password)


async def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was kept. As slow for a name that nobody has."""
    if len(password) > LONGEST:
        return False
    try:
        await asyncio.to_thread(_hasher.verify, kept or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether today's hash would be a stronger one."""
    return _hasher.check_needs_rehash(kept)
