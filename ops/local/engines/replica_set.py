"""Makes a `mongod` the primary of a replica set of one."""

import time
from contextlib import suppress
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

NAME = "rs0"
ALREADY_INITIALIZED = 23
PATIENCE = 30.0
PAUSE = 0.02


def become_primary(address: str, *, member: str) -> bool:
    """Returns whether the `mongod` at `address` has become the primary within `PATIENCE` seconds.

    member  its name in the set, `host:port` as it sees itself

    Initiates the set if necessary, and renames its member if that has another name. Safe to repeat.
    """
    here = f"mongodb://{address}/?directConnection=true"
    deadline = time.monotonic() + PATIENCE
    with suppress(PyMongoError), MongoClient[dict[str, Any]](here, timeoutMS=5000) as client:
        _initiate(client, member)
        while time.monotonic() < deadline:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            time.sleep(PAUSE)
    return False


def _initiate(client: "MongoClient[dict[str, Any]]", member: str) -> None:
    members = [{"_id": 0, "host": member}]
    try:
        client.admin.command("replSetInitiate", {"_id": NAME, "members": members})
    except OperationFailure as error:
        if error.code != ALREADY_INITIALIZED:
            raise
        _rename(client, member)


def _rename(client: "MongoClient[dict[str, Any]]", member: str) -> None:
    # A `mongod` that isn't in its configuration can't be primary: a new port needs a new name.
    config = client.admin.command("replSetGetConfig")["config"]
    if config["members"][0]["host"] != member:
        config["members"][0]["host"] = member
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
