"""What the processes of a system use: processor time and memory."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from ops.local import engines
from ops.local.home import Home, State

DRIVER = "driver"


@dataclass(frozen=True)
class Processes:
    """The processes of a local system by name, this driver included."""

    pids: Mapping[str, int]

    @classmethod
    def of(cls, state: State, home: Home) -> "Processes":
        """The services, the engines and this process."""
        pids = {i.name: i.process.pid for i in state.instances if i.process}
        found = engines.running(home.folder)
        if found and found.kafka_pid:
            pids["kafka"] = found.kafka_pid
        if found and found.mongo_pid:
            pids["mongod"] = found.mongo_pid
        return cls(pids | {DRIVER: os.getpid()})

    def cpu_seconds(self) -> dict[str, float]:
        """The processor time that each process has used since it started."""
        times = {name: psutil.Process(pid).cpu_times() for name, pid in self.pids.items()}
        return {name: each.user + each.system for name, each in times.items()}

    def megabytes(self) -> dict[str, float]:
        """The resident memory of each process."""
        return {n: psutil.Process(pid).memory_info().rss / 2**20 for n, pid in self.pids.items()}
