"""Local accounts and their API tokens, in the portal's own database."""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import DuplicateKeyError

from services.portal.auth import passwords
from services.portal.auth.rights import ROLES

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class NoSuchAccount(LookupError):
    """There is no account with this name."""


class InvalidAccount(ValueError):
    """The account can't be created or changed; the message says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that may sign in."""

    name: str
    roles: tuple[str, ...]


class Accounts:
    """The accounts of one portal. Methods raise pymongo's errors if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._accounts = database["accounts"]
        self._sessions = database["sessions"]

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._accounts.create_index("tokens.hash")

    async def add(self, name: str, password: str, roles: Collection[str]) -> Account:
        """Creates an account. Raises `InvalidAccount`."""
        account = Account(_name(name), _roles(roles))
        kept = await passwords.hash_of(_strong(password))
        try:
            await self._accounts.insert_one(
                {
                    "_id": account.name,
                    "roles": list(account.roles),
                    "password": kept,
                    "created": datetime.now(UTC),
                    "tokens": [],
                }
            )
        except DuplicateKeyError:
            raise InvalidAccount(
                f"An account named {account.name} exists already. Choose another name."
            ) from None
        return account

    async def list(self) -> Sequence[Account]:
        """Every account, by name."""
        return [_account(kept) async for kept in self._accounts.find().sort("_id")]

    async def find(self, name: str) -> Account | None:
        """The account with this name; None if there is none."""
        kept = await self._accounts.find_one({"_id": name})
        return _account(kept) if kept else None

    async def remove(self, name: str) -> None:
        """Removes the account and ends its sessions. Raises `NoSuchAccount`."""
        if not (await self._accounts.delete_one({"_id": name})).deleted_count:
            raise NoSuchAccount(name)
        await self._sessions.delete_many({"account": name})

    async def set_password(self, name: str, password: str) -> None:
        """Changes the password and ends the sessions. Raises `InvalidAccount`, `NoSuchAccount`."""
        kept = await passwords.hash_of(_strong(password))
        await self._update(name, {"$set": {"password": kept}})
        await self._sessions.delete_many({"account": name})

    async def authenticate(self, name: str, password: str) -> Account | None:
        """The account with this name and password; None if either is wrong."""
        kept = await self._accounts.find_one({"_id": name.strip().lower()})
        if not await passwords.matches(kept and kept["password"], password) or kept is None:
            return None
        if passwords.needs_rehash(kept["password"]):
            stronger = await passwords.hash_of(password)
            await self._update(kept["_id"], {"$set": {"password": stronger}})
        return _account(kept)

    async def issue_token(self, name: str) -> str:
        """Creates an API token for the account. It can't be shown again. Raises `NoSuchAccount`."""
        secret = f"wb_{secrets.token_urlsafe(32)}"
        token = {"hash": _hash(secret), "created": datetime.now(UTC)}
        await self._update(name, {"$push": {"tokens": token}})
        return secret

    async def revoke_tokens(self, name: str) -> None:
        """Revokes all API tokens of the account. Raises `NoSuchAccount`."""
        await self._update(name, {"$set": {"tokens": []}})

    async def by_token(self, secret: str) -> Account | None:
        """The account that an API token belongs to; None if it is invalid."""
        kept = await self._accounts.find_one({"tokens.hash": _hash(secret)})
        return _account(kept) if kept else None

    async def _update(self, name: str, change: dict[str, Any]) -> None:
        if not (await self._accounts.update_one({"_id": name}, change)).matched_count:
            raise NoSuchAccount(name)


def _account(kept: dict[str, Any]) -> Account:
    return Account(kept["_id"], tuple(kept["roles"]))


def _name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise InvalidAccount(
            "A name has 1 to 40 characters of a-z 0-9 . _ - and starts with a letter or a digit."
        )
    return name


def _roles(roles: Collection[str]) -> tuple[str, ...]:
    wrong = [role for role in roles if role not in ROLES]
    if wrong or not roles:
        problem = f"{wrong[0]} is not a role." if wrong else "Give at least one role."
        raise InvalidAccount(f"{problem} The roles are {', '.join(ROLES)}.")
    return tuple(dict.fromkeys(roles))


def _strong(password: str) -> str:
    try:
        return passwords.validated(password)
    except passwords.WeakPassword as error:
        raise InvalidAccount(str(error)) from None


def _hash(secret: str) -> str:
    """A plain hash is enough for a random secret, which can't be guessed."""
    return sha256(secret.encode()).hexdigest()
