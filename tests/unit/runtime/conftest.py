"""Fixtures: a new world for each test, and its logs."""

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.unit.runtime.world import World


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """The log entries of the test so far."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def world() -> World:
    """An empty world."""
    return World()
