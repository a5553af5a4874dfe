"""The restore drill with many orders: a system is filled, backed up while it works, and restored.

Up to 10,000 orders are really placed, in nine states. The others are copies of closed ones in the
databases, as orders are whose records Kafka has deleted. Half of all orders are closed and old, and
the services' archivers move them. Every step is checked: the run fails if anything is lost, doubled
or different.
"""

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from bench.drill import restored, source
from bench.drill.run import Run, memory
from bench.results import Figures
from bench.system import running
from bench.tool import waybill

ORDERS = 100_000
ARCHIVING = {"WAYBILL_ARCHIVE_AFTER_DAYS": "90"}


async def measure(orders: int = ORDERS) -> Figures:
    """Seconds, megabytes and sizes of each step of a drill with this many orders."""
    with (
        tempfile.TemporaryDirectory(prefix="waybill-bench-") as folder,
        patch.dict(os.environ, ARCHIVING),  # the services inherit it
    ):
        run = Run(Path(folder), orders)
        async with running(folder=run.folder / "first") as system:
            await source.fill(run, system)
            await source.archive(run, system)
            await source.create(run, system)
            run.figures["memory_before"] = memory(system)
        with run.step("verify"):
            made = await waybill(system.settings, "backup", "verify", str(run.backup))
        run.cost("verify", made)
        await restored.restore(run)
        return {"orders": orders, "steps": run.steps} | run.figures
