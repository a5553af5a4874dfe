"""Whether processes have ended.

In a container whose first process collects nobody, an ended process whose parent was killed stays
a zombie for ever. So a zombie counts as ended here; psutil's own waiting would go on.
"""

import time
from collections.abc import Iterable

import psutil

POLL = 0.02


def runs(process: psutil.Process) -> bool:
    """Whether this process, and not a later one with its id, still runs."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def still_running(processes: Iterable[psutil.Process], within: float) -> list[psutil.Process]:
    """Waits for processes to end; returns those that run on after `within` seconds."""
    deadline = time.monotonic() + within
    left = [process for process in processes if runs(process)]
    while left and time.monotonic() < deadline:
        time.sleep(POLL)
        left = [process for process in left if runs(process)]
    return left
