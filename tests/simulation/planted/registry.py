"""The list of planted bugs; each is a patch of the code."""

from collections.abc import Callable

import pytest

Patch = pytest.MonkeyPatch
Bug = Callable[[Patch], None]

BUGS: dict[str, Bug] = {}


def bug(plant: Bug) -> Bug:
    """Adds a bug to the list, under its function's name."""
    BUGS[plant.__name__.replace("_", " ")] = plant
    return plant
