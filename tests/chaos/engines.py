"""Engines to be broken: a Kafka, and a MongoDB of three, each behind a proxy."""

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
# A primary that is silent for so long is replaced. MongoDB's own default is ten seconds.
ELECTION_MS = 2000
PATIENCE = 90.0


class Kafka(ApacheKafka):
    """One broker with two addresses: its own for tests, and the proxy's for services."""

    def __init__(self, data_dir: Path, network: Network, first: int) -> None:
        super().__init__(data_dir)
        self.wanted = range(first, first + 3)
        self.proxy = network.proxy(lambda: self.ports[2])

    @property
    def ports(self) -> list[int]:
        """For tests, for the controller, and the one that the proxy reaches."""
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
    """A `mongod` that the others, and everybody else, know by its proxy's address."""

    def __init__(self, data_dir: Path, network: Network, port: int) -> None:
        super().__init__(data_dir)
        self.wanted = (port,)
        self.proxy = network.proxy(lambda: self.port)
        self.known_as = f"{HOST}:{self.proxy.port}"

    def prepare(self, ports: Sequence[int]) -> list[str]:
        """See `LocalEngine`. Its journal takes room as it grows, so that a full disk is felt."""
        small = "--wiredTigerEngineConfigString=log=(file_max=1MB,prealloc=false)"
        return [*super().prepare(ports), small, "--syncdelay=10"]

    def answers(self) -> bool:
        """Whether it speaks; who is the primary is the set's own business."""
        return self.ask("ping") is not None

    @property
    def is_primary(self) -> bool:
        """Whether it thinks that it is."""
        return bool((self.ask("hello") or {}).get("isWritablePrimary"))

    def ask(self, command: str, value: Any = 1) -> dict[str, Any] | None:
        """What it says itself, past all proxies; None if it doesn't answer."""
        here = f"mongodb://{HOST}:{self.port}/?directConnection=true"
        with suppress(PyMongoError), MongoClient(here, timeoutMS=1000) as client:
            return dict(client.admin.command(command, value))
        return None

    def freeze(self) -> None:
        """Lets it stand still."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        found = self.process.find() if self.process else None
        if found:
            found.send_signal(number)


class Stage:
    """All engines. `kafka` and `mongo` are what a `Cluster` asks of engines: addresses."""

    def __init__(self, folder: Path) -> None:
        self.network = Network()
        self.disk = Disk(folder / "disk")
        # A port that is left for a moment mustn't be taken by another stage on this machine.
        first = random.randrange(10_000, 30_000, 10)
        self.broker = Kafka(folder, self.network, first)
        self.members = [
            Member(self.disk.folder / f"m{n}", self.network, first + 3 + n) for n in range(MEMBERS)
        ]

    def __enter__(self) -> Self:
        try:
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda engine: engine.start(), [self.broker, *self.members]))
            self._found_set()
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
        """Kafka as tests reach it."""
        return self.broker.address

    @property
    def mongo(self) -> str:
        """MongoDB as everybody reaches it."""
        hosts = ",".join(member.known_as for member in self.members)
        return f"mongodb://{hosts}/?replicaSet={NAME}"

    @property
    def proxies(self) -> dict[str, list[Proxy]]:
        """By what is behind them."""
        return {"kafka": [self.broker.proxy], "mongod": [m.proxy for m in self.members]}

    def primary(self) -> Member:
        """Who is the primary now; waits for one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for member in self.members:
                if member.lives and member.is_primary:
                    return member
            time.sleep(0.05)
        raise AssertionError("no primary")

    def _found_set(self) -> None:
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
