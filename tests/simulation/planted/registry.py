"""The list of planted bugs, and how each gets in: for as long as a patch lasts."""

from collections.abc import Callable

import pytest

Patch = pytest.MonkeyPatch
Bug = Callable[[Patch], None]

BUGS: dict[str, Bug] = {}


def bug(plant: Bug) -> Bug:
    """Puts a bug on the list, under its name."""
    BUGS[plant.__name__.replace("_", " ")] = plant
    return plant
