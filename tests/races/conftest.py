"""One running system for all races."""

from collections.abc import Iterator

import pytest

from tests.e2e.system import System
from tests.engines import AnyEngines
from tests.races.arena import Arena


@pytest.fixture(scope="package")
def system(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """All four services, ready."""
    with System(engines, tmp_path_factory.mktemp("races")) as running:
        yield running


@pytest.fixture
def arena(system: System, request: pytest.FixtureRequest) -> Arena:
    """An arena that has seen no records yet."""
    return Arena(system, request.config.getoption("--races"), request.config.getoption("--seed"))
