"""Output of the command: text for people, JSON for programs, and errors without tracebacks."""

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, TypeVar

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ops.errors import Exit, KafkaUnreachableError, ToolError, UnreachableError, UsageError
from ops.local.home import find_settings
from shared.runtime.connection_errors import why_refused
from shared.runtime.secrets import SettingsError

T = TypeVar("T")

PIPED_WIDTH = 160  # wide enough that piped output isn't cut off


def _console(stream: TextIO, *, stderr: bool) -> Console:
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=True)


out = _console(sys.stdout, stderr=False)
err = _console(sys.stderr, stderr=True)


def progress() -> Progress:
    """Returns progress bars on standard error, with counts."""
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err)


def say_json(value: Any) -> None:
    """Prints one line of JSON on standard output."""
    print(orjson.dumps(value, default=str).decode(), flush=True)


def say_error(error: ToolError) -> None:
    """Prints what went wrong and what to do about it on standard error."""
    err.print(error.message, style="red", markup=False)
    if error.hint:
        err.print(error.hint, markup=False)


def quiet_libraries() -> None:
    """Silences the client libraries' logs; the command reports errors itself."""
    for name in ("aiokafka", "kafka", "pymongo"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextmanager
def expected_errors() -> Iterator[None]:
    """Ends the command on an expected error, with its message and exit code."""
    try:
        yield
    except (ToolError, SettingsError) as error:
        raise typer.Exit(fail(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(Exit.OK) from None


def fail(error: ToolError | SettingsError) -> int:
    """Prints the error, with the reason if Kafka refused access; returns the exit code."""
    if isinstance(error, SettingsError):
        error = UsageError(f"The settings can't be used: {error}")
    if isinstance(error, KafkaUnreachableError):
        refused = asyncio.run(why_refused(find_settings(), error))
        error = UnreachableError("Kafka refused access.", f"{refused}.") if refused else error
    say_error(error)
    return error.code


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` and returns its result; expected errors end the command."""
    with expected_errors():
        return asyncio.run(work)
