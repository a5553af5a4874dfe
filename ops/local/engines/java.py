"""Finds Java and Maven on this machine, and the commands that install them."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

LEAST = 17
_PACKAGED = (21, 17, 25)


def find_java() -> str | None:
    """Returns a `java` that is new enough for Kafka: from JAVA_HOME, or else from PATH."""
    home = os.environ.get("JAVA_HOME")
    candidates = [shutil.which("java", path=str(Path(home) / "bin"))] if home else []
    candidates.append(shutil.which("java"))
    return next((java for java in candidates if java and _version(java) >= LEAST), None)


def find_maven() -> str | None:
    """Returns the `mvn` on PATH, or None."""
    return shutil.which("mvn")


def install_command(*, java: bool, maven: bool) -> str:
    """Returns the command that installs Java or Maven on this machine."""
    if shutil.which("apt-get"):
        wanted = [f"openjdk-{_packaged()}-jre-headless"] * java + ["maven"] * maven
        return f"sudo apt-get install -y {' '.join(wanted)}"
    if shutil.which("dnf"):
        wanted = ["java-21-openjdk-headless"] * java + ["maven"] * maven
        return f"sudo dnf install -y {' '.join(wanted)}"
    return f"brew install {' '.join(['openjdk'] * java + ['maven'] * maven)}"


@cache  # each call starts a Java process, and the answer stays the same
def _version(java: str) -> int:
    output = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', output)
    return int(found.group(1)) if found else 0


def _packaged() -> int:
    # No version is packaged by every Debian and Ubuntu release in use.
    for version in _PACKAGED:
        asked = ["apt-cache", "show", f"openjdk-{version}-jre-headless"]
        # apt-cache succeeds without output for a package that others only mention.
        if subprocess.run(asked, capture_output=True, check=False).stdout:
            return version
    return LEAST
