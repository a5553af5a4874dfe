"""The Java and the Maven of this machine, and how to get them."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

LEAST = 17
_PACKAGED = (21, 17, 25)


def find_java() -> str | None:
    """A `java` that is new enough for Kafka: that of JAVA_HOME, else the one on PATH."""
    home = os.environ.get("JAVA_HOME")
    candidates = [shutil.which("java", path=str(Path(home) / "bin"))] if home else []
    candidates.append(shutil.which("java"))
    return next((java for java in candidates if java and _version(java) >= LEAST), None)


def find_maven() -> str | None:
    """The `mvn` on PATH."""
    return shutil.which("mvn")


def install_command(*, java: bool, maven: bool) -> str:
    """What to type on this machine to get what is asked for."""
    if shutil.which("apt-get"):
        wanted = [f"openjdk-{_packaged()}-jre-headless"] * java + ["maven"] * maven
        return f"sudo apt-get install -y {' '.join(wanted)}"
    if shutil.which("dnf"):
        wanted = ["java-21-openjdk-headless"] * java + ["maven"] * maven
        return f"sudo dnf install -y {' '.join(wanted)}"
    return f"brew install {' '.join(['openjdk'] * java + ['maven'] * maven)}"


@cache  # it costs a start of the machine, and answers the same every time
def _version(java: str) -> int:
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found.group(1)) if found else 0


def _packaged() -> int:
    # No single version is packaged by every Debian and Ubuntu that is in use.
    for version in _PACKAGED:
        asked = ["apt-cache", "show", f"openjdk-{version}-jre-headless"]
        # It succeeds, saying nothing, for a package that others only mention.
        if subprocess.run(asked, capture_output=True, check=False).stdout:
            return version
    return LEAST
