"""Builds the package together with the contract, whose one source is the folder `shared`.

The contract's modules, and those of the runtime that a client needs, become the package
`waybill_client._shared`. See docs/decisions/0051-a-client-for-python.md.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist
from setuptools.errors import SetupError

HERE = Path(__file__).parent
# Within `shared`. A test imports every module of the package, so none can be missing.
NEEDED = (
    "contracts/**/*.py",
    "runtime/__init__.py",
    "runtime/envelope.py",
    "runtime/secrets.py",
    "runtime/kafka/__init__.py",
    "runtime/kafka/connection.py",
    "runtime/kafka/header_names.py",
    "runtime/kafka/publisher.py",
    "runtime/kafka/record.py",
    "runtime/kafka/refusals.py",
    "runtime/kafka/request_reply.py",
    "runtime/kafka/settings.py",
    "runtime/kafka/topic_reader.py",
    "runtime/tracing/__init__.py",
    "runtime/tracing/tracing.py",
)
ABOUT = '"""The contract and the connection to Kafka. Import from `waybill_client` instead."""\n'
IMPORTED = re.compile(r"\bshared\.(?=contracts\b|runtime\b)")


def _shared() -> Path:
    """The folder `shared`: of the repository, or of a source distribution."""
    for folder in (HERE / "shared", HERE.parent / "shared"):
        if (folder / "contracts").is_dir():
            return folder
    raise SetupError(
        "waybill-client is built from the folder `shared` beside it in Waybill's repository. "
        "Build it in a checkout: pip install ./client"
    )


def _needed(shared: Path) -> Iterator[Path]:
    for pattern in NEEDED:
        yield from sorted(shared.glob(pattern))


class BuildPy(build_py):
    """Copies the needed modules of `shared`, and renames their imports everywhere."""

    def run(self) -> None:
        """See setuptools."""
        if self.editable_mode:
            raise SetupError(
                "waybill-client can't be installed with -e, because it is assembled when it is "
                "built. Work on it in Waybill's own environment: make setup"
            )
        target = Path(self.build_lib) / "waybill_client"
        shutil.rmtree(target, ignore_errors=True)  # what an earlier build has left
        super().run()
        shared = _shared()
        for module in _needed(shared):
            copy = target / "_shared" / module.relative_to(shared)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(module, copy)
        (target / "_shared" / "__init__.py").write_text(ABOUT, encoding="utf-8")
        for module in target.rglob("*.py"):
            code = module.read_text(encoding="utf-8")
            module.write_text(IMPORTED.sub("waybill_client._shared.", code), encoding="utf-8")


class Sdist(sdist):
    """Adds the needed modules of `shared`, so that a source distribution can be built."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """See setuptools."""
        super().make_release_tree(base_dir, files)
        shared = _shared()
        for module in _needed(shared):
            copy = Path(base_dir) / "shared" / module.relative_to(shared)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(module, copy)


setup(cmdclass={"build_py": BuildPy, "sdist": Sdist})
