"""Programs that come inside a Python package."""

import os
from importlib import metadata
from pathlib import Path


def program(package: str, path: str) -> Path | None:
    """The executable at `path` in an installed package, found without importing anything.

    None if the package isn't installed or holds no such file.
    """
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        return None
    found = next((Path(file.locate()) for file in files if file.as_posix() == path), None)
    if found is None or not found.is_file():
        return None
    if not os.access(found, os.X_OK):  # installers drop the mode bits now and then
        found.chmod(0o755)
    return found
