"""How many examples Hypothesis draws for a property, and from which seed.

The profile `fixed`, the default, draws the same examples in every run, so that a run can be
repeated. `search` draws new ones, twenty times as many: `make search`, or the option
`--hypothesis-profile search`, or HYPOTHESIS_PROFILE=search.
"""

import os

from hypothesis import HealthCheck, settings

FIXED, SEARCH = "fixed", "search"
USUAL = 100  # examples of a property that doesn't say how many it needs
DEEPER = 20


def load_profile() -> None:
    """Registers both profiles, and loads the one that the environment names."""
    # A machine with much to do is slow, not wrong; what hangs is ended by pytest's own limit.
    patient = settings(
        max_examples=USUAL, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.register_profile(FIXED, patient, derandomize=True)
    settings.register_profile(SEARCH, patient, max_examples=USUAL * DEEPER, print_blob=True)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", FIXED))


def examples(number: int) -> settings:
    """Returns the settings of a property that needs `number` examples, more in a search."""
    return settings(max_examples=number * settings().max_examples // USUAL)
