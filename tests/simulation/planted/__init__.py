"""Bugs that somebody could have made, to see that the simulation finds them.

python -m tests.simulation.planted      the first seed that finds each, as `seeds.py` has them
"""

import pytest

from tests.simulation.history import live
from tests.simulation.planted import (  # noqa: F401
    border,
    identity,
    money,
    orders,
    portal,
    prices,
    runtime,
    shipments,
    stock,
)
from tests.simulation.planted.registry import BUGS

MOST = 5000

__all__ = ["BUGS", "MOST", "found_by"]


def found_by(name: str, first: int = 0, most: int = MOST) -> int | None:
    """The first seed, from `first` on, whose history goes wrong with that bug; None if none does
    within `most` histories."""
    with pytest.MonkeyPatch.context() as patch:
        BUGS[name](patch)
        return next((seed for seed in range(first, first + most) if live(seed).violations), None)
