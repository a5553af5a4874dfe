"""The order service as it is, until it has handled so many records; prints how many a second."""

import os
import sys
from time import perf_counter

from services.order.app import SERVICE
from shared.runtime import app, processor

_started = 0.0
_handled = 0


class Counting(processor.Processor):
    """Counts what it hands on."""

    async def handle(self, records: object) -> None:
        """As the processor does, and adds up."""
        global _started, _handled
        _started = _started or perf_counter()
        await super().handle(records)  # type: ignore[arg-type]
        _handled += len(records)  # type: ignore[arg-type]


def reached(step: str) -> None:
    """Ends the process once enough has been committed."""
    if step == "committed" and _handled >= int(sys.argv[1]):
        print(_handled / (perf_counter() - _started), flush=True)
        os._exit(0)


if __name__ == "__main__":
    app.Processor = Counting  # type: ignore[misc]
    app.run(SERVICE, reached)
