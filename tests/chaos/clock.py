"""Wall clocks that jump: each process has one of its own, set from here."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


class Clocks:
    """Makes clocks for processes; `there` is False where no C compiler builds what it takes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = folder / "clock.so"
        compiler = shutil.which("cc")
        if compiler:
            flags = ["-shared", "-fPIC", "-O1", "-o", str(self._library)]
            subprocess.run([compiler, *flags, str(SOURCE), "-ldl"], check=True)
        self.there = compiler is not None

    def clock(self, name: str) -> Clock:
        """A clock that goes right."""
        made = Clock(self._folder / f"{name}.clock")
        made.set(0)
        return made

    @property
    def environment(self) -> dict[str, str]:
        """What processes are started with, to be able to go by a clock of theirs."""
        return {"LD_PRELOAD": str(self._library)} if self.there else {}


class Clock:
    """One process's wall clock; `tests/chaos/process_pool.py` lets it go by it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, ahead: int) -> None:
        """From now on it is so many seconds ahead of the right time, or behind if negative."""
        self.file.touch()
        with self.file.open("r+b") as file:  # whoever has it mapped sees the change
            file.write(struct.pack("=q", ahead))
