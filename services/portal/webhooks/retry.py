"""When a failed delivery is tried again, and when it is given up."""

import random
from datetime import datetime, timedelta

FIRST = 5.0  # seconds
MOST = 3600.0


def pause(attempts: int) -> timedelta:
    """Returns how long to wait after so many failures: doubling from seconds to an hour.

    With jitter, so that a receiver that comes back isn't met by everything at once.
    """
    ceiling = min(MOST, FIRST * 2 ** min(attempts - 1, 20))
    return timedelta(seconds=random.uniform(ceiling / 2, ceiling))  # noqa: S311 - no secret


def is_parked(failing_since: datetime, now: datetime, hours: float) -> bool:
    """Whether an order's deliveries have failed for so long that they are parked."""
    return now - failing_since >= timedelta(hours=hours)
