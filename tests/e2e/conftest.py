"""One running system for all tests of this package; each uses its own orders and articles."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.client_wheel import build, install
from tests.desk import Desk
from tests.e2e.system import XSS_PAYLOAD, System, shipment
from tests.engines import AnyEngines
from tests.polling import eventually


@pytest.fixture(scope="package")
def system(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """All four services, ready."""
    with System(engines, tmp_path_factory.mktemp("system")) as running:
        yield running


@pytest.fixture(scope="package")
def desk(system: System) -> Desk:
    """Two portals on one system."""
    return Desk(system.cluster, portals=2)


@pytest.fixture(scope="package")
def client_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the client's wheel, its dependencies and nothing else."""
    folder = tmp_path_factory.mktemp("client")
    return install(folder, build(folder))


@pytest.fixture
def order() -> str:
    """A new order id."""
    return f"c-{uuid4().hex[:8]}"


@pytest.fixture
def sku() -> str:
    """A new SKU."""
    return f"SKU-{uuid4().hex[:8]}"


@pytest.fixture
def csr(desk: Desk) -> Iterator[httpx.Client]:
    """A browser of a customer service representative, signed in."""
    with desk.signed_in("csr") as client:
        yield client


@pytest.fixture
def placed_order(system: System, desk: Desk, order: str, sku: str) -> str:
    """An order that the portal shows; its customer's name is a cross-site scripting attempt."""
    customer = {"name": XSS_PAYLOAD, "email": "mercy@example.com"}
    system.place(order, shipment(sku), customer=customer)
    eventually(lambda: desk.knows(order), within=30)
    return order
