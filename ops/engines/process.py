"""Starting, watching and ending the process of an engine."""

import subprocess
from pathlib import Path

import psutil

from ops.home import Process

# Held so that a child's exit can be collected; children outlive whoever forgets them.
_children: dict[int, subprocess.Popen[bytes]] = {}


def spawn(command: list[str], output: Path) -> Process:
    """Starts it in a session of its own, so that Ctrl-C reaches only whoever started it."""
    with output.open("ab") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    _children[child.pid] = child
    return Process(pid=child.pid, created=psutil.Process(child.pid).create_time())


def listens(process: Process, port: int) -> bool:
    """Whether it is this very process, not some other, that listens on `port`."""
    found = process.find()
    try:
        sockets = found.net_connections("tcp") if found else []
    except psutil.Error:
        return False
    return any(s.status == psutil.CONN_LISTEN and s.laddr.port == port for s in sockets)


def end(process: Process, patience: float = 30.0) -> None:
    """Asks it to stop and waits; kills it when patience runs out. Nothing if it is gone."""
    if found := process.find():
        found.terminate()
        try:
            found.wait(patience)
        except psutil.TimeoutExpired:
            kill(process)
    _collect(process)


def kill(process: Process) -> None:
    """`kill -9`, and returns once it is gone."""
    if found := process.find():
        found.kill()
        found.wait(10)
    _collect(process)


def _collect(process: Process) -> None:
    if child := _children.pop(process.pid, None):
        child.wait()
