"""Chooses free ports near the usual ones and stores them beside the data.

A restart uses the same ports, so that waiting clients can reconnect.
"""

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil

HOST = "127.0.0.1"


def claim(file: Path, wanted: Sequence[int]) -> list[int]:
    """Returns a free port for each wanted one, starting from the ports in `file` if it exists.

    Writes the chosen ports to `file`. They aren't reserved until the engine listens on them.
    """
    chosen: list[int] = []
    for port in _remembered(file) or wanted:
        chosen.append(next(p for p in _from(port) if p not in chosen and is_free(p)))
    written = file.with_suffix(".new")
    written.write_text(json.dumps(chosen), encoding="utf-8")
    written.replace(file)  # atomic: readers see the old ports or the new ones
    return chosen


def recall(file: Path) -> list[int]:
    """Returns the ports that were claimed last. Raises `FileNotFoundError` if there are none."""
    return [int(port) for port in json.loads(file.read_text(encoding="utf-8"))]


def is_free(port: int) -> bool:
    """Whether a process could listen on this port now."""
    with socket.socket() as probe:
        # Engines set this too; without it a port that was just closed is taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


def holder(port: int) -> str:
    """Returns who listens on a port, such as 'nginx (process 17)', as far as that can be seen."""
    with suppress(psutil.Error):
        for found in psutil.net_connections("tcp"):
            here = found.status == psutil.CONN_LISTEN and getattr(found.laddr, "port", 0) == port
            if here and found.pid:
                return f"{psutil.Process(found.pid).name()} (process {found.pid})"
    return "another process"


def _remembered(file: Path) -> list[int]:
    with suppress(FileNotFoundError, ValueError):
        return recall(file)
    return []


def _from(port: int) -> Iterator[int]:
    # In steps of ten, so that a second system doesn't take a port next to those of the first.
    return count(port, 10)
