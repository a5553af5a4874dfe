"""Apache Kafka's jars: named by `pom.xml`, brought by Maven once, kept in the user's cache."""

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
    """The version that `pom.xml` names."""
    found = re.search(r"<kafka\.version>([^<]+)<", POM.read_text(encoding="utf-8"))
    if not found:
        raise EngineError(f"{POM} names no kafka.version.")
    return found.group(1)


def cached_jars() -> Path | None:
    """The folder of jars, if they have been brought here already."""
    folder = _folder()
    return folder if folder.is_dir() else None


def bring_jars() -> Path:
    """The folder of jars; has Maven fill it if need be. Raises `EngineError` if it can't.

    The folder appears whole or not at all, however many processes ask at the same time.
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
        told = (done.stdout + done.stderr).strip().splitlines() or ["it said nothing"]
        raise EngineError(f"Maven could not bring Apache Kafka {kafka_version()}: {told[0][:300]}")
