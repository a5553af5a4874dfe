"""Starts, checks and ends the process of an engine."""

import subprocess
from pathlib import Path

import psutil

from ops.local.ending import still_running
from ops.local.engines.errors import EngineError
from ops.local.home import Process

KILLED_WITHIN = 10.0

# Children of this process, kept so that their exit can be collected.
_children: dict[int, subprocess.Popen[bytes]] = {}


def spawn(command: list[str], output: Path) -> Process:
    """Starts a process in its own session, so that Ctrl-C doesn't reach it."""
    with output.open("ab") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    _children[child.pid] = child
    return Process(pid=child.pid, created=psutil.Process(child.pid).create_time())


def listens(process: Process, port: int) -> bool:
    """Whether this process, and not another one, listens on `port`."""
    found = process.find()
    try:
        sockets = found.net_connections("tcp") if found else []
    except psutil.Error:
        return False
    return any(s.status == psutil.CONN_LISTEN and s.laddr.port == port for s in sockets)


def end(process: Process, patience: float = 30.0) -> None:
    """Terminates a process if it runs; kills it after `patience` seconds."""
    if found := process.find():
        found.terminate()
        if still_running([found], patience):
            kill(process)
    _collect(process)


def kill(process: Process) -> None:
    """Kills a process with SIGKILL; returns once it is gone."""
    if found := process.find():
        found.kill()
        if still_running([found], KILLED_WITHIN):
            raise EngineError(f"process {process.pid} survived being killed")
    _collect(process)


def _collect(process: Process) -> None:
    if child := _children.pop(process.pid, None):
        child.wait()
