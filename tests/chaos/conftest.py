"""Engines to be broken, and one system on them, for all tests of this package, in their order."""

from collections.abc import Iterator

import pytest

from tests.chaos.engines import Stage
from tests.chaos.world import SCALE, World
from tests.engines import missing_for_apache

SMALL = {"cart": 1, "order": 2, "payment": 1, "shipment": 1, "portal": 1}


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Kafka and three mongods of these tests' own: nobody else's are broken."""
    if missing := missing_for_apache():
        pytest.skip(missing)
    with Stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture(scope="package")
def world(
    stage: Stage, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[World]:
    """A whole system under load."""
    seed, long = pytestconfig.getoption("--seed"), pytestconfig.getoption("--chaos")
    with World(stage, tmp_path_factory.mktemp("world"), seed, SCALE if long else SMALL) as world:
        yield world


@pytest.fixture(scope="session")
def long_form(pytestconfig: pytest.Config) -> None:
    """For what takes too long to be a part of every run."""
    if not pytestconfig.getoption("--chaos"):
        pytest.skip("only with --chaos, or by make chaos")
