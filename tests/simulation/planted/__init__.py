"""Plausible bugs, planted to check that the simulation finds them.

python -m tests.simulation.planted      searches for the first seed that finds each
"""

import pytest

from tests.simulation.history import run_seed
from tests.simulation.planted import (  # noqa: F401
    border,
    customers,
    expiry,
    identity,
    money,
    orders,
    portal,
    prices,
    returns,
    runtime,
    shipments,
    sourcing,
    stock,
)
from tests.simulation.planted.registry import BUGS

MOST = 5000

__all__ = ["BUGS", "MOST", "found_by"]


def found_by(name: str, first: int = 0, most: int = MOST) -> int | None:
    """Returns the first seed from `first` on whose history has violations with that bug.

    Returns None if none of `most` histories has any.
    """
    with pytest.MonkeyPatch.context() as patch:
        BUGS[name](patch)
        return next(
            (seed for seed in range(first, first + most) if run_seed(seed).violations), None
        )
