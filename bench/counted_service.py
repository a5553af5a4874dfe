"""Runs the order service until it has handled a number of records; prints records per second."""

import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

from services.order.app import SERVICE
from shared.runtime import app
from shared.runtime.ports import Record
from shared.runtime.processing import batch_runner, processor

Commit = Callable[[], Awaitable[None]]

_started = 0.0
_handled = 0


class Counting(processor.Processor):
    """A processor that counts the records it handles."""

    async def handle(
        self, records: Sequence[Record], commit: Commit = batch_runner.commit_nothing
    ) -> None:
        """As `Processor.handle`, and counts the records."""
        global _started, _handled
        _started = _started or perf_counter()
        _handled += len(records)
        await super().handle(records, commit)


def on_step(step: str) -> None:
    """Ends the process once enough records are committed."""
    if step == "committed" and _handled >= int(sys.argv[1]):
        print(_handled / (perf_counter() - _started), flush=True)
        os._exit(0)


if __name__ == "__main__":
    setattr(app, "Processor", Counting)  # noqa: B010 - a name that the module doesn't export
    app.run(SERVICE, on_step)
