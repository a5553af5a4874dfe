"""A disk that can be filled: a file system in memory, if one can be mounted."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SIZE = 2 << 30  # bytes; only written data takes memory


class Disk:
    """A disk; an ordinary folder that can't be filled if `mounted` is False."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.mounted = _done("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "drill", str(folder))
        self._filling = folder / "filling"

    def fill(self, share: float) -> None:
        """Writes a file, so that this share of the disk is used."""
        room = os.statvfs(self.folder)
        used = (room.f_blocks - room.f_bfree) * room.f_frsize
        with self._filling.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, int(room.f_blocks * room.f_frsize * share) - used)

    def clear(self) -> None:
        """Removes the file."""
        self._filling.unlink()

    def close(self) -> None:
        """Unmounts the disk."""
        if self.mounted:
            _done("umount", "--lazy", str(self.folder))


def _done(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
