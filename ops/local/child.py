"""Runs a service as a child process and restarts it when it ends."""

import asyncio
import os
import socket
import sys
import time
from asyncio.subprocess import Process as Subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from ops.local.backoff import Backoff
from ops.local.home import PROJECT, Instance, Process, Restart

LARGEST_LOG = 50 * 1024 * 1024


def free_port(wanted: int, taken: set[int]) -> int:
    """Returns `wanted` or the next free port after it, in steps of ten. Raises `OSError`."""
    for port in range(wanted, 65_000, 10):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                if port not in taken:
                    return port
    raise OSError(f"no port is free from {wanted} on")


class Child:
    """Keeps one instance running until `stop`.

    changed  called after every start, and when a restart is due
    say      called with a sentence each time the process ends
    """

    def __init__(
        self,
        instance: Instance,
        environment: Mapping[str, str],
        logs: Path,
        changed: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self.instance = instance
        self._environment = {
            **os.environ,
            **environment,
            "WAYBILL_HTTP_PORT": str(instance.port),
            "PYTHONPATH": os.pathsep.join(
                filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])
            ),
        }
        self.log = logs / f"{instance.name}.jsonl"
        self._changed = changed
        self._say = say
        self._process: Subprocess | None = None
        self._stopping = asyncio.Event()

    async def keep(self) -> None:
        """Restarts the process, with growing pauses, until `stop`."""
        backoff = Backoff()
        while not self._stopping.is_set():
            began = time.monotonic()
            ended = await self._run()
            if self._stopping.is_set():
                return
            delay = backoff.after(time.monotonic() - began)
            self._say(
                f"{self.instance.name} ended ({ended}); restarting in {delay:g} s. Log: {self.log}"
            )
            self.instance.restart = Restart.after(delay, f"ended ({ended})")
            self._changed()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)

    async def _run(self) -> str:
        """Returns how the process ended, or why it couldn't be started."""
        try:
            await self._start()
        except OSError as error:
            return f"not started: {error.strerror}"
        return _ending(await self._process.wait()) if self._process else ""

    async def _start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.jsonl"))
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                f"services.{self.instance.service}.app",
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.instance.process = Process.of(self._process.pid)
        self.instance.restart = None
        self._changed()
        if self._stopping.is_set():
            self._process.terminate()

    def stop(self) -> None:
        """Tells the process to finish its batch and end; then `keep` returns."""
        self._stopping.set()
        if self._process and self._process.returncode is None:
            self._process.terminate()

    def kill(self) -> None:
        """Kills the process."""
        if self._process and self._process.returncode is None:
            self._process.kill()

    def log_tail(self, lines: int = 3) -> str:
        """Returns the last lines of its log."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4096))
            text = log.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
