"""Versions of Waybill: their code, and processes that run it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.processes import PROJECT, Running, ServiceProcess


@dataclass(frozen=True)
class Release:
    """The code of a version in a folder, and the Python that has what it depends on."""

    name: str
    folder: Path
    python: Path

    def process(
        self, service: str, environment: Mapping[str, str], log: Path, *plan: str
    ) -> ServiceProcess:
        """Starts a process of a service with this version's code and this version's site file."""
        return _ReleaseProcess(self, service, environment, log, *plan)

    def topics_of(self, service: str) -> list[str]:
        """Returns the names of the topics that this version's service reads."""
        code = f"import services.{service}.app as app; print(*(t.name for t in app.SERVICE.topics))"
        printed = subprocess.check_output([self.python, "-c", code], cwd=self.folder, text=True)
        return printed.split()


CURRENT = Release("this version", PROJECT, Path(sys.executable))


def unpack(revision: str, folder: Path) -> Release:
    """Puts a revision's code into `folder` and installs what its lock pins, in a minute or two.

    A folder that has the code already is used as it is. Raises `CalledProcessError` if the
    revision isn't in this repository's history (a shallow clone has few), or without an index
    of packages.
    """
    python = folder / ".venv" / "bin" / "python"
    if not python.exists():
        archive = subprocess.run(
            ["git", "archive", revision], cwd=PROJECT, check=True, stdout=subprocess.PIPE
        ).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
        install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.lock"]
        subprocess.run([python, *install], cwd=folder, check=True)
    return Release(revision, folder, python)


class _ReleaseProcess(ServiceProcess):
    def __init__(self, release: Release, *arguments: str | Mapping[str, str] | Path) -> None:
        self._release = release
        super().__init__(*arguments)  # type: ignore[arg-type]

    def _begin(self, environment: Mapping[str, str], plan: Sequence[str]) -> Running:
        assert not plan, "faults at a step of a batch need this version's tests.service"
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [self._release.python, "-m", f"services.{self.service}.app"],
                env={**os.environ, **environment},
                cwd=self._release.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
