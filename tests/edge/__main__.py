"""`python -m tests.edge`: tries every value in every field, and prints a table of the counts."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.edge.run import LONG, SHORT, Extent, Report, run
from tests.engines import AnyEngines, start
from tests.integration.databases import database_of


async def _run(engines: AnyEngines, extent: Extent) -> Report:
    async with database_of(engines) as (client, name):
        return await run(client[name], extent)


def main() -> None:
    """Runs it on a new MongoDB; exit code 1 if anything was found."""
    options = argparse.ArgumentParser(prog="python -m tests.edge", description=__doc__)
    options.add_argument("--short", action="store_true", help="as much as `make test` does")
    options.add_argument("--texts", type=int, help="worlds with other texts, of all markets")
    options.add_argument("--each", type=int, help="values of each field that rules are about")
    options.add_argument("--seed", type=int, default=0, help="which of them")
    given = options.parse_args()
    usual = SHORT if given.short else LONG
    extent = Extent(
        given.texts or usual.texts, given.each or usual.each, usual.together, given.seed
    )
    with tempfile.TemporaryDirectory() as folder:
        engines = start(Path(folder))
        try:
            report = asyncio.run(_run(engines, extent))
        finally:
            engines.stop()
    sys.stdout.write(report.table())
    sys.exit(bool(report.wrong))


if __name__ == "__main__":
    main()
