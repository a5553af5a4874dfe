"""Wall clocks that jump: each process has its own, which the tests can set."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


class Clocks:
    """Creates clocks for processes; `there` is False without a C compiler."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = folder / "clock.so"
        compiler = shutil.which("cc")
        if compiler:
            flags = ["-shared", "-fPIC", "-O1", "-o", str(self._library)]
            subprocess.run([compiler, *flags, str(SOURCE), "-ldl"], check=True)
        self.there = compiler is not None

    def clock(self, name: str) -> Clock:
        """Returns a clock that is right."""
        made = Clock(self._folder / f"{name}.clock")
        made.set(0)
        return made

    @property
    def environment(self) -> dict[str, str]:
        """The environment that lets processes use their own clocks."""
        return {"LD_PRELOAD": str(self._library)} if self.there else {}


class Clock:
    """One process's wall clock, which `tests/process_pool.py` installs."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, ahead: int) -> None:
        """Sets it so many seconds ahead of the right time, or behind if negative."""
        self.file.touch()
        with self.file.open("r+b") as file:  # processes that map the file see the change
            file.write(struct.pack("=q", ahead))
