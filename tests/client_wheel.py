"""The client's wheel, built from this checkout and installed into an empty environment."""

import os
import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

from tests.processes import PROJECT

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def build(folder: Path, kind: str = "wheel", source: Path | None = None) -> Path:
    """Builds a wheel or an sdist of a copy of `client`, without an index; returns its file."""
    if source is None:
        source = folder / "client"
        ignored = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
        shutil.copytree(PROJECT / "client", source, ignore=ignored)
        shutil.copytree(PROJECT / "shared", folder / "shared", ignore=ignored)
    call = f"from setuptools import build_meta; print(build_meta.build_{kind}({str(folder)!r}))"
    built = subprocess.check_output([sys.executable, "-c", call], cwd=source, text=True)
    return folder / built.splitlines()[-1]


def install(folder: Path, wheel: Path) -> Path:
    """Makes an environment with the wheel and nothing but its dependencies; returns its Python.

    The dependencies are those that the wheel declares, as they are installed here.
    """
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)]
    subprocess.run(pip, check=True, env={**os.environ, "PYTHONPATH": ""})
    (site,) = environment.glob("lib/python3*/site-packages")
    (installed,) = site.glob("waybill_client-*.dist-info")
    for each in _closure(Distribution.at(installed)):
        _link(each, site)
    return python


def _closure(root: Distribution) -> list[Distribution]:
    """Everything that a distribution requires, directly or not, without extras."""
    found: dict[str, Distribution] = {}
    left = [root]
    while left:
        for requirement in left.pop().requires or []:
            name = _NAME.match(requirement)
            if name is None or ";" in requirement or name[0].lower() in found:
                continue
            found[name[0].lower()] = distribution(name[0])
            left.append(found[name[0].lower()])
    return list(found.values())


def _link(each: Distribution, site: Path) -> None:
    tops = {
        file.parts[0] for file in each.files or () if file.parts[0] not in ("..", "__pycache__")
    }
    for top in tops:
        target = site / top
        if not target.exists():
            target.symlink_to(Path(str(each.locate_file(top))))
