"""The client's wheel works in an empty environment, and has the contract of this repository."""

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from shared.contracts import TOPICS
from shared.contracts.base import import_all, models_on
from tests.client_wheel import build, install

IMPORT_ALL = """
import json, pkgutil, sys
import waybill_client
from importlib import import_module
for module in pkgutil.walk_packages(waybill_client.__path__, "waybill_client."):
    import_module(module.name)
from waybill_client._shared.contracts import TOPICS
from waybill_client._shared.contracts.base import models_on
print(json.dumps({
    "foreign": [m for m in sys.modules if m.split(".")[0] in ("shared", "services", "ops")],
    "schemas": {f"{t.name} {m.type}": m.model_json_schema() for t in TOPICS for m in models_on(t)},
}))
"""
USE = """
from waybill_client import InvalidMessageError, checkout, order, parse, shipment, topics
print(order.Hold(order_id="c-1").model_dump_json(exclude_unset=True), topics.ORDER_COMMANDS.name)
try:
    parse(shipment.Release, {"order_id": "c 1", "shipment_id": "1"})
except InvalidMessageError as error:
    print(error.field)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("client")


@pytest.fixture(scope="module")
def python(folder: Path) -> Path:
    return install(folder, build(folder))


def run(python: Path, code: str) -> str:
    """Runs code without the environment and the folder of this run."""
    return subprocess.check_output([python, "-I", "-c", code], text=True, cwd=python.parent)


def test_wheel_has_the_contract_of_the_repository(python: Path) -> None:
    found = json.loads(run(python, IMPORT_ALL))

    import_all()
    schemas = {f"{t.name} {m.type}": m.model_json_schema() for t in TOPICS for m in models_on(t)}
    assert found["foreign"] == []
    assert found["schemas"] == json.loads(json.dumps(schemas))
    assert len(schemas) > 200


def test_wheel_makes_and_refuses_messages(python: Path) -> None:
    assert run(python, USE).splitlines() == ['{"order_id":"c-1"} order.commands', "order_id"]


def test_wheel_of_a_source_distribution_is_the_same(python: Path, folder: Path) -> None:
    sdist = build(folder, "sdist", folder / "client")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "alone", filter="data")
    (alone,) = (folder / "alone").iterdir()
    again = build(folder / "alone", "wheel", alone)

    assert names(again) == names(folder / again.name)


def test_folder_without_the_contract_says_where_to_build_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "lonely").mkdir()
    for file in ("pyproject.toml", "setup.py", "README.md"):
        (tmp_path / "lonely" / file).write_bytes((folder / "client" / file).read_bytes())
    call = "from setuptools import build_meta; build_meta.build_wheel('.')"
    (tmp_path / "lonely" / "waybill_client").mkdir()

    ended = subprocess.run(
        [sys.executable, "-c", call], cwd=tmp_path / "lonely", capture_output=True, text=True
    )

    assert ended.returncode != 0
    assert "Build it in a checkout" in ended.stderr


def names(wheel: Path) -> list[str]:
    return sorted(zipfile.ZipFile(wheel).namelist())
