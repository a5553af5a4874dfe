"""Fetches the jars of Apache Kafka, named in `pom.xml`, with Maven once into the user's cache."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from ops.local.engines.errors import EngineError
from ops.local.engines.java import find_maven
from ops.local.engines.lock import locked

POM = Path(__file__).with_name("pom.xml")


def kafka_version() -> str:
    """Returns the version in `pom.xml`."""
    found = re.search(r"<kafka\.version>([^<]+)<", POM.read_text(encoding="utf-8"))
    if not found:
        raise EngineError(f"{POM} names no kafka.version.")
    return found.group(1)


def cached_jars() -> Path | None:
    """Returns the folder of jars if they are in the cache."""
    folder = _folder()
    return folder if folder.is_dir() else None


def bring_jars() -> Path:
    """Returns the folder of jars; fetches them with Maven if necessary. Raises `EngineError`.

    The folder appears complete or not at all, even if several processes call this at once.
    """
    folder = _folder()
    with locked(folder.parent / "lock"):
        if not folder.is_dir():
            draft = Path(tempfile.mkdtemp(prefix=".kafka-", dir=folder.parent))
            try:
                _copy_dependencies(draft)
                draft.rename(folder)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    return folder


def _folder() -> Path:
    cache = os.environ.get("WAYBILL_CACHE")
    root = Path(cache).resolve() if cache else Path.home() / ".cache" / "waybill"
    return root / f"kafka-{kafka_version()}"


def _copy_dependencies(folder: Path) -> None:
    command = [
        find_maven() or "mvn",
        "--batch-mode",
        "--quiet",
        "--strict-checksums",
        f"--file={POM}",
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        f"-DoutputDirectory={folder}",
        "-Dstyle.color=never",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no output"]
        raise EngineError(f"Maven couldn't fetch Apache Kafka {kafka_version()}: {lines[0][:300]}")
