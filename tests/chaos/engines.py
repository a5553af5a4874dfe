"""Engines for faults: a Kafka and a MongoDB of three members, each behind a proxy."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from ops.local.engines.kafka import ApacheKafka
from ops.local.engines.mongo import Mongod
from ops.local.engines.ports import HOST, recall
from ops.local.engines.replica_set import ALREADY_INITIALIZED, NAME
from tests.chaos.disk import Disk
from tests.chaos.proxy import Network, Proxy
from tests.polling import eventually

MEMBERS = 3
# A primary that is silent for so long is replaced. MongoDB's default is ten seconds.
ELECTION_MS = 2000
PATIENCE = 90.0


class Kafka(ApacheKafka):
    """One broker with two addresses: a direct one for tests and the proxy's for services."""

    def __init__(self, data_dir: Path, network: Network, first: int) -> None:
        super().__init__(data_dir)
        self.wanted = range(first, first + 3)
        self.proxy = network.proxy(lambda: self.ports[2])

    @property
    def ports(self) -> list[int]:
        """The ports for tests, for the controller, and for the proxy."""
        return recall(self._ports)

    def settings(self, *ports: int) -> dict[str, object]:
        """See `ApacheKafka`."""
        own, controller, through = ports
        names = ("PLAINTEXT", "PROXIED", "CONTROLLER")
        return {
            **super().settings(own, controller),
            "listeners": f"PLAINTEXT://{HOST}:{own},PROXIED://{HOST}:{through},"
            f"CONTROLLER://{HOST}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{HOST}:{own},PROXIED://{HOST}:{self.proxy.port}",
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in names),
            "inter.broker.listener.name": "PLAINTEXT",
        }


class Member(Mongod):
    """A `mongod` whose address, for all clients and members, is its proxy's."""

    def __init__(self, data_dir: Path, network: Network, port: int) -> None:
        super().__init__(data_dir)
        self.wanted = (port,)
        self.proxy = network.proxy(lambda: self.port)
        self.known_as = f"{HOST}:{self.proxy.port}"

    def prepare(self, ports: Sequence[int]) -> list[str]:
        """See `LocalEngine`. The journal isn't preallocated, so that a full disk has an effect."""
        small = "--wiredTigerEngineConfigString=log=(file_max=1MB,prealloc=false)"
        return [*super().prepare(ports), small, "--syncdelay=10"]

    def answers(self) -> bool:
        """Whether it answers, as primary or not."""
        return self.ask("ping") is not None

    @property
    def is_primary(self) -> bool:
        """Whether it considers itself the primary."""
        return bool((self.ask("hello") or {}).get("isWritablePrimary"))

    def ask(self, command: str, value: Any = 1) -> dict[str, Any] | None:
        """Sends it a command directly; returns the answer, or None if there is none."""
        here = f"mongodb://{HOST}:{self.port}/?directConnection=true"
        with suppress(PyMongoError), MongoClient(here, timeoutMS=1000) as client:
            return dict(client.admin.command(command, value))
        return None

    def freeze(self) -> None:
        """Stops the process with SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resumes the process."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        found = self.process.find() if self.process else None
        if found:
            found.send_signal(number)


class ChaosEngines:
    """All engines; `kafka` and `mongo` are their addresses for a `Cluster`."""

    def __init__(self, folder: Path) -> None:
        self.network = Network()
        self.disk = Disk(folder / "disk")
        # Random, so that another run on this machine doesn't take a port during a restart.
        first = random.randrange(10_000, 30_000, 10)
        self.broker = Kafka(folder, self.network, first)
        self.members = [
            Member(self.disk.folder / f"m{n}", self.network, first + 3 + n) for n in range(MEMBERS)
        ]

    def __enter__(self) -> Self:
        try:
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda engine: engine.start(), [self.broker, *self.members]))
            self._initiate_set()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for engine in (self.broker, *self.members):
            engine.kill()
        self.network.close()
        self.disk.close()

    @property
    def kafka(self) -> str:
        """Kafka's address for tests."""
        return self.broker.address

    @property
    def mongo(self) -> str:
        """MongoDB's URI for tests and services."""
        hosts = ",".join(member.known_as for member in self.members)
        return f"mongodb://{hosts}/?replicaSet={NAME}"

    @property
    def proxies(self) -> dict[str, list[Proxy]]:
        """The proxies by engine."""
        return {"kafka": [self.broker.proxy], "mongod": [m.proxy for m in self.members]}

    def primary(self) -> Member:
        """Waits for a primary and returns it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for member in self.members:
                if member.lives and member.is_primary:
                    return member
            time.sleep(0.05)
        raise AssertionError("no primary")

    def _initiate_set(self) -> None:
        config = {
            "_id": NAME,
            "members": [{"_id": n, "host": m.known_as} for n, m in enumerate(self.members)],
            "settings": {"electionTimeoutMillis": ELECTION_MS, "heartbeatIntervalMillis": 500},
        }
        here = f"mongodb://{HOST}:{self.members[0].port}/?directConnection=true"
        with MongoClient[dict[str, Any]](here, timeoutMS=30_000) as client:
            try:
                client.admin.command("replSetInitiate", config)
            except OperationFailure as error:
                if error.code != ALREADY_INITIALIZED:
                    raise
        eventually(lambda: any(m.is_primary for m in self.members), within=PATIENCE)
