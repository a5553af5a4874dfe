"""Local accounts, and the tokens of tools: documents of the portal's own database."""

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
    """Nobody has this name."""


class Refused(ValueError):
    """The account can't be made or changed so; the words say why."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    name: str
    roles: tuple[str, ...]


class Accounts:
    """The accounts of one portal. Methods raise pymongo's errors when MongoDB is away."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._accounts = database["accounts"]
        self._sessions = database["sessions"]

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        await self._accounts.create_index("tokens.hash")

    async def add(self, name: str, password: str, roles: Collection[str]) -> Account:
        """Makes an account. Raises `Refused`."""
        account = Account(_name(name), _roles(roles))
        kept = await passwords.hashed(_strong(password))
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
            raise Refused(f"There is an account {account.name} already.") from None
        return account

    async def list(self) -> Sequence[Account]:
        """Every account, by name."""
        return [_account(kept) async for kept in self._accounts.find().sort("_id")]

    async def remove(self, name: str) -> None:
        """Takes the account away and ends its sessions. Raises `NoSuchAccount`."""
        if not (await self._accounts.delete_one({"_id": name})).deleted_count:
            raise NoSuchAccount(name)
        await self._sessions.delete_many({"account": name})

    async def set_password(self, name: str, password: str) -> None:
        """Another password; ends the account's sessions. Raises `Refused`, `NoSuchAccount`."""
        kept = await passwords.hashed(_strong(password))
        await self._update(name, {"$set": {"password": kept}})
        await self._sessions.delete_many({"account": name})

    async def authenticate(self, name: str, password: str) -> Account | None:
        """The account that this name and password belong to."""
        kept = await self._accounts.find_one({"_id": name.strip().lower()})
        if not await passwords.matches(kept and kept["password"], password) or kept is None:
            return None
        if passwords.outdated(kept["password"]):
            stronger = await passwords.hashed(password)
            await self._update(kept["_id"], {"$set": {"password": stronger}})
        return _account(kept)

    async def issue_token(self, name: str) -> str:
        """A new secret with which a tool is this account. It can't be shown again."""
        secret = f"wb_{secrets.token_urlsafe(32)}"
        token = {"hash": _hash(secret), "created": datetime.now(UTC)}
        await self._update(name, {"$push": {"tokens": token}})
        return secret

    async def revoke_tokens(self, name: str) -> None:
        """No tool is this account any more. Raises `NoSuchAccount`."""
        await self._update(name, {"$set": {"tokens": []}})

    async def of_token(self, secret: str) -> Account | None:
        """The account that a tool's secret stands for."""
        kept = await self._accounts.find_one({"tokens.hash": _hash(secret)})
        return _account(kept) if kept else None

    async def _update(self, name: str, change: dict[str, Any]) -> None:
        if not (await self._accounts.update_one({"_id": name}, change)).matched_count:
            raise NoSuchAccount(name)


def _account(kept: dict[str, Any]) -> Account:
    return Account(kept["_id"], tuple(kept["roles"]))


def _name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise Refused("A name has 1 to 40 of a-z 0-9 . _ - and begins with a letter or a digit.")
    return name


def _roles(roles: Collection[str]) -> tuple[str, ...]:
    wrong = [role for role in roles if role not in ROLES]
    if wrong or not roles:
        said = f"{wrong[0]} is no role; " if wrong else "A role is needed; "
        raise Refused(f"{said}there are {', '.join(ROLES)}.")
    return tuple(dict.fromkeys(roles))


def _strong(password: str) -> str:
    try:
        return passwords.checked(password)
    except passwords.Weak as error:
        raise Refused(str(error)) from None


def _hash(secret: str) -> str:
    """Enough for a secret that was drawn at random: nobody can guess along."""
    return sha256(secret.encode()).hexdigest()
