"""The first portal account of a system that runs the example."""

import secrets

from pymongo.errors import PyMongoError

from ops.errors import mongo_unreachable
from services.portal.auth.accounts import Accounts
from shared.contracts.topics import PORTAL
from shared.runtime.mongo.connection import connect, hosts
from shared.runtime.settings import Settings

NAME = "demo"
ROLES = ("supervisor", "warehouse", "operator")


async def add_first(settings: Settings) -> str | None:
    """Adds the account `demo` and returns its random password, of which only the hash is stored.

    Returns None if there is any account already. Raises `UnreachableError`.
    """
    client = connect(settings, serverSelectionTimeoutMS=3000, tz_aware=True)
    try:
        return await create(Accounts(client[settings.database_of(PORTAL)]))
    except PyMongoError as error:
        raise mongo_unreachable(hosts(settings.mongo.get_secret_value()), error) from error
    finally:
        client.close()


async def create(accounts: Accounts) -> str | None:
    """As `add_first`, in these accounts."""
    if await accounts.list():
        return None
    password = secrets.token_urlsafe(12)
    await accounts.add(NAME, password, ROLES)
    return password
