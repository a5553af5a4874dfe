"""Engines with injected faults, and one system on them, for all tests of this package."""

from collections.abc import Iterator

import pytest

from tests.chaos.engines import ChaosEngines
from tests.chaos.world import SCALE, World
from tests.engines import missing_for_apache

SMALL = {"cart": 1, "order": 2, "payment": 1, "shipment": 1, "portal": 1}


@pytest.fixture(scope="package")
def chaos_engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChaosEngines]:
    """Kafka and three mongods that only these tests use."""
    if missing := missing_for_apache():
        pytest.skip(missing)
    with ChaosEngines(tmp_path_factory.mktemp("chaos_engines")) as running:
        yield running


@pytest.fixture(scope="package")
def world(
    chaos_engines: ChaosEngines,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[World]:
    """A complete system under load."""
    seed, long = pytestconfig.getoption("--seed"), pytestconfig.getoption("--chaos")
    with World(
        chaos_engines, tmp_path_factory.mktemp("world"), seed, SCALE if long else SMALL
    ) as world:
        yield world


@pytest.fixture(scope="session")
def long_form(pytestconfig: pytest.Config) -> None:
    """Skips tests that take too long for every run."""
    if not pytestconfig.getoption("--chaos"):
        pytest.skip("only with --chaos, or by make chaos")
