"""Searches for the first seed that finds each planted bug, and writes `seeds.py`."""

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulation.planted import BUGS, found_by

FILE = Path(__file__).with_name("seeds.py")

with ProcessPoolExecutor(os.cpu_count()) as pool:
    seeds = dict(zip(BUGS, pool.map(found_by, BUGS), strict=True))
lines = [f'    "{name}": {seed},' for name, seed in seeds.items()]
head = '"""The first seed that finds each bug: `python -m tests.simulation.planted` writes this."""'
FILE.write_text("\n".join([head, "", "SEEDS: dict[str, int] = {", *lines, "}", ""]))
print(*lines, sep="\n")
