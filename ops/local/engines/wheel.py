"""Finds programs inside Python packages."""

import os
from importlib import metadata
from pathlib import Path


def program(package: str, path: str) -> Path | None:
    """Returns the executable at `path` in an installed package, without importing it.

    Returns None if the package isn't installed or has no such file.
    """
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        return None
    found = next((Path(file.locate()) for file in files if file.as_posix() == path), None)
    if found is None or not found.is_file():
        return None
    if not os.access(found, os.X_OK):  # some installers drop the mode bits
        found.chmod(0o755)
    return found
