"""One system for all tests of this package, on engines that require authentication."""

from collections.abc import Iterator

import pytest

from ops.local.engines.mongo import find_mongod
from tests.engines import missing_for_apache
from tests.secure.engines import SecureEngines
from tests.secure.system import SecureSystem


@pytest.fixture(scope="package")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureEngines]:
    """Local engines, independent of the other tests' engines."""
    if missing := missing_for_apache() or (not find_mongod() and "no mongod"):
        pytest.skip(str(missing))
    engines = SecureEngines(tmp_path_factory.mktemp("secured")).start()
    yield engines
    engines.stop()


@pytest.fixture(scope="package")
def secure(
    secured: SecureEngines, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecureSystem]:
    """The complete system, ready."""
    with SecureSystem(secured, tmp_path_factory.mktemp("secure")) as running:
        yield running
