"""One running system for all tests of this package; each uses its own orders and articles."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.desk import Desk
from tests.e2e.system import System
from tests.engines import AnyEngines


@pytest.fixture(scope="package")
def system(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """All four services, ready."""
    with System(engines, tmp_path_factory.mktemp("system")) as running:
        yield running


@pytest.fixture(scope="package")
def desk(system: System) -> Desk:
    """Two portals on one system."""
    return Desk(system.cluster, portals=2)


@pytest.fixture
def order() -> str:
    """A new order id."""
    return f"c-{uuid4().hex[:8]}"


@pytest.fixture
def sku() -> str:
    """A new SKU."""
    return f"SKU-{uuid4().hex[:8]}"
