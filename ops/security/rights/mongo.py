"""Needs as MongoDB's users: each with a role on its own database, and no other."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pymongo.errors import OperationFailure, PyMongoError

from ops.errors import ToolError, mongo_unreachable
from ops.security.rights.needs import Needs
from shared.runtime.mongo.connection import connect_blocking, hosts
from shared.runtime.settings import Settings

USERS = "admin"  # the database that users are kept in
EXISTS_ALREADY, NO_SUCH_USER = 51003, 11


class Role(BaseModel):
    """What may be done with a database."""

    role: str
    db: str


class User(BaseModel):
    """A user of MongoDB."""

    user: str
    roles: list[Role]


def users(needs: Iterable[Needs], settings: Settings) -> list[User]:
    """Everybody who needs a database."""
    return [
        User(
            user=each.user,
            roles=[Role(role=role, db=settings.database_of(name)) for name, role in each.databases],
        )
        for each in needs
        if each.databases
    ]


def apply(settings: Settings, wanted: Iterable[User], passwords: Mapping[str, str]) -> list[str]:
    """Makes the users that have a password here, and gives those that exist their roles, all of
    them and no others. Returns those that don't exist and have no password.

    Raises `UnreachableError`, or `ToolError` if MongoDB says no.
    """
    address = hosts(settings.mongo.get_secret_value())
    with connect_blocking(settings, serverSelectionTimeoutMS=5000) as client:
        try:
            database = client[USERS]
            return [u.user for u in wanted if not _put(database, u, passwords.get(u.user))]
        except OperationFailure as error:
            words = (error.details or {}).get("errmsg", "")
            raise ToolError(
                f"MongoDB at {address} makes no users: {words}",
                "Sign in as somebody who has the role userAdminAnyDatabase.",
            ) from None
        except PyMongoError as error:
            raise mongo_unreachable(address, error) from error


def _put(database: Any, user: User, password: str | None) -> bool:
    """Whether the user is there now, with its roles and, if there is one, this password."""
    content: dict[str, Any] = {"roles": [role.model_dump() for role in user.roles]}
    if password is not None:
        content["pwd"] = password
        try:
            database.command("createUser", user.user, **content)
        except OperationFailure as error:
            if error.code != EXISTS_ALREADY:
                raise
        else:
            return True
    try:
        database.command("updateUser", user.user, **content)
    except OperationFailure as error:
        if error.code != NO_SUCH_USER:
            raise
        return False
    return True
