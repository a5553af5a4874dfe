"""A real service as a child process to which something happens at a named step of its batches.

python -m tests.service order exit appended 3    the third time it has appended, it is gone
python -m tests.service order stop decided 1     the first time it has decided, it stands still
"""

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module

from shared.runtime.app import run

GONE = 17


def happening(what: str, where: str, when: int) -> Callable[[str], None]:
    """A hook that makes `what` happen the `when`-th time that step `where` is reached."""
    visits = 0

    def reached(step: str) -> None:
        nonlocal visits
        if step != where:
            return
        visits += 1
        if visits == when:
            if what == "exit":
                os._exit(GONE)
            os.kill(os.getpid(), signal.SIGSTOP)

    return reached


def main(name: str, *plan: str) -> None:
    """Runs a service until it is told to stop."""
    module = import_module(f"services.{name}.app")
    service = getattr(module, "SERVICE", None)
    if service is None:  # the portal decides nothing, so nothing can happen to its batches
        module.run()
    elif plan:
        run(service, happening(plan[0], plan[1], int(plan[2])))
    else:
        run(service)


if __name__ == "__main__":
    main(*sys.argv[1:])
