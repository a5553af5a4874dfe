"""A disk that can be full: a file system in memory, if one can be mounted."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SIZE = 4 << 30  # bytes at most; only written data takes memory


class Disk:
    """A disk; an ordinary folder that is never full if `mounted` is False."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.mounted = _done("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "chaos", str(folder))

    def fill(self) -> None:
        """Makes the disk full."""
        for size in range(_used(self.folder), SIZE, 1 << 20):  # processes may write meanwhile
            if self._resize(size):
                return

    def empty(self) -> None:
        """Makes room again."""
        self._resize(SIZE)

    def _resize(self, size: int) -> bool:
        return _done("mount", "-o", f"remount,size={size}", str(self.folder))

    def close(self) -> None:
        """Unmounts the disk."""
        if self.mounted:
            _done("umount", "--lazy", str(self.folder))


def _done(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _used(folder: Path) -> int:
    there = os.statvfs(folder)
    return (there.f_blocks - there.f_bfree) * there.f_frsize
