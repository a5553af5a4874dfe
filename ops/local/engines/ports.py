"""Ports near the usual ones that nobody listens on, remembered beside the data.

A restart takes the same ports again, so that clients which wait for an engine find it.
"""

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

HOST = "127.0.0.1"


def claim(file: Path, wanted: Sequence[int]) -> list[int]:
    """One free port for each wanted one: what `file` remembers, else the next that is free.

    Writes what it chose to `file`. Nothing reserves a port until its engine listens on it.
    """
    chosen: list[int] = []
    for port in _remembered(file) or wanted:
        chosen.append(next(p for p in _from(port) if p not in chosen and is_free(p)))
    written = file.with_suffix(".new")
    written.write_text(json.dumps(chosen), encoding="utf-8")
    written.replace(file)  # at once: whoever looks sees the old ones or the new ones
    return chosen


def recall(file: Path) -> list[int]:
    """The ports that were claimed last. Raises `FileNotFoundError` if none ever were."""
    return [int(port) for port in json.loads(file.read_text(encoding="utf-8"))]


def is_free(port: int) -> bool:
    """Whether one could listen on this port now."""
    with socket.socket() as probe:
        # As the engines do; without it a port that was just left counts as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


def _remembered(file: Path) -> list[int]:
    with suppress(FileNotFoundError, ValueError):
        return recall(file)
    return []


def _from(port: int) -> Iterator[int]:
    # In tens, so that a second system doesn't sit on the neighbouring port of the first.
    return count(port, 10)
