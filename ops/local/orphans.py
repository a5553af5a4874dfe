"""Finds the services of a local system whose supervisor was killed."""

import os
from contextlib import suppress

import psutil

from ops.local.home import Home

# In the environment of every service that a supervisor starts: the data folder of its system.
MARK = "WAYBILL_SYSTEM"


def find_orphans(home: Home) -> list[psutil.Process]:
    """Returns the services of `home` that run, even if `state.json` is damaged or gone."""
    state = home.state()
    found = {process.pid: process for process in (state.leftovers() if state else [])}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == str(home.folder) and process.pid != os.getpid():
                found.setdefault(process.pid, process)
    return list(found.values())
