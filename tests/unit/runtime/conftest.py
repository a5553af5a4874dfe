"""A fresh world for each test, and what was logged in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.unit.runtime.world import World


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What the runtime has logged; it fills as the test goes on."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def world() -> World:
    """Nothing has happened in it yet."""
    return World()
