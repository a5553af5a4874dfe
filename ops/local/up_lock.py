"""Lets only one `waybill up` work on a data folder.

The kernel releases the lock when its holder ends, however that happens.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from pydantic import ValidationError

from ops.errors import ToolError
from ops.local.home import Home, Process


@contextmanager
def only_supervisor(home: Home) -> Iterator[None]:
    """Holds the folder of `home`. Raises `ToolError` if another supervisor does."""
    file = _file(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = find_supervisor(home)
            who = f"process {holder.pid}" if holder else "another process"
            raise ToolError(
                f"Waybill is being started or stopped in {home.folder} ({who}).",
                "'waybill status' shows how far it is; 'waybill down' stops it.",
            ) from None
        handle.truncate(0)
        with suppress(OSError):  # a full disk: who holds it can't be told then
            handle.write(Process.me().model_dump_json())
            handle.flush()
        yield


def find_supervisor(home: Home) -> psutil.Process | None:
    """Returns the supervisor that holds, or held last, the folder of `home`, if it runs."""
    try:
        return Process.model_validate_json(_file(home).read_bytes()).find()
    except (OSError, ValidationError):
        return None


def _file(home: Home) -> Path:
    return home.folder / "up.lock"
