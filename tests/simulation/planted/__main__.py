"""Prints, for each planted bug, the first seed that finds it."""

import sys

from tests.simulation.planted import BUGS, found_by

for name in sys.argv[1:] or BUGS:
    print(f"    {name!r}: {found_by(name)},", flush=True)
