"""Starts and stops the engines alone: `python -m ops.local.engines start|status|stop FOLDER`."""

import sys
from pathlib import Path

from ops.local.engines import EngineError, running, start, stop

USAGE = "usage: python -m ops.local.engines start|status|stop FOLDER"


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 done, 1 not running or failed, 2 wrong usage."""
    match arguments:
        case ["start", folder]:
            try:
                result = start(Path(folder), say=_print).why
            except EngineError as error:
                _print(f"{error.message}\n{error.hint}")
                return 1
        case ["status", folder]:
            found = running(Path(folder))
            result = found.why if found else "Not running."
        case ["stop", folder]:
            result = "Stopped." if stop(Path(folder)) else "Not running."
        case _:
            _print(USAGE)
            return 2
    _print(result)
    return int(result == "Not running.")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
