"""Converts needs to MongoDB users, each with roles on the databases that it needs."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pymongo.errors import OperationFailure, PyMongoError

from ops.errors import ToolError, mongo_unreachable
from ops.security.rights.needs import Needs
from shared.runtime.mongo.connection import connect_blocking, hosts
from shared.runtime.settings import Settings

USERS = "admin"  # the database that has the users
EXISTS_ALREADY, NO_SUCH_USER = 51003, 11


class Role(BaseModel):
    """A role on a database."""

    role: str
    db: str


class User(BaseModel):
    """A user of MongoDB."""

    user: str
    roles: list[Role]


def users(needs: Iterable[Needs], settings: Settings) -> list[User]:
    """Returns the users who need a database."""
    return [
        User(
            user=each.user,
            roles=[Role(role=role, db=settings.database_of(name)) for name, role in each.databases],
        )
        for each in needs
        if each.databases
    ]


def apply(settings: Settings, wanted: Iterable[User], passwords: Mapping[str, str]) -> list[str]:
    """Creates the users in `passwords`, and sets the roles of all users to exactly those wanted.

    Returns the users that don't exist and have no password. Raises `UnreachableError`, or
    `ToolError` if MongoDB refuses.
    """
    address = hosts(settings.mongo.get_secret_value())
    with connect_blocking(settings, serverSelectionTimeoutMS=5000) as client:
        try:
            database = client[USERS]
            return [u.user for u in wanted if not _put(database, u, passwords.get(u.user))]
        except OperationFailure as error:
            words = (error.details or {}).get("errmsg", "")
            raise ToolError(
                f"MongoDB at {address} refused to create users: {words}",
                "Sign in as a user with the role userAdminAnyDatabase.",
            ) from None
        except PyMongoError as error:
            raise mongo_unreachable(address, error) from error


def _put(database: Any, user: User, password: str | None) -> bool:
    """Creates or updates a user; returns False if it doesn't exist and has no password."""
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
