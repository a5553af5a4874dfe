"""`python -m ops.local.engines start|status|stop FOLDER`: the engines alone, by hand."""

import sys
from pathlib import Path

from ops.local.engines import EngineError, running, start, stop

USAGE = "usage: python -m ops.local.engines start|status|stop FOLDER"


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 done, 1 not running or failed, 2 wrong usage."""
    match arguments:
        case ["start", folder]:
            try:
                told = start(Path(folder), say=_tell).why
            except EngineError as error:
                _tell(f"{error.message}\n{error.hint}")
                return 1
        case ["status", folder]:
            found = running(Path(folder))
            told = found.why if found else "Not running."
        case ["stop", folder]:
            told = "Stopped." if stop(Path(folder)) else "Not running."
        case _:
            _tell(USAGE)
            return 2
    _tell(told)
    return int(told == "Not running.")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
