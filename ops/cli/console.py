"""How the command speaks: to people, to programs in JSON, and of errors without tracebacks."""

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

PIPED_WIDTH = 160  # no terminal to fit into: nothing is cut off for want of room


def _console(stream: TextIO, *, stderr: bool) -> Console:
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=True)


out = _console(sys.stdout, stderr=False)
err = _console(sys.stderr, stderr=True)


def progress() -> Progress:
    """Bars on standard error, with how many of how many."""
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=err)


def say_json(value: Any) -> None:
    """One line of JSON on standard output."""
    print(orjson.dumps(value, default=str).decode(), flush=True)


def say_error(error: ToolError) -> None:
    """What went wrong and what to do about it, on standard error."""
    err.print(error.message, style="red", markup=False)
    if error.hint:
        err.print(error.hint, markup=False)


def quiet_libraries() -> None:
    """Keeps the client libraries' logs away; what matters reaches the person as an error."""
    for name in ("aiokafka", "kafka", "pymongo"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextmanager
def expected_errors() -> Iterator[None]:
    """An expected error ends the command with its words and its exit code, without a traceback."""
    try:
        yield
    except (ToolError, SettingsError) as error:
        raise typer.Exit(fail(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(Exit.OK) from None


def fail(error: ToolError | SettingsError) -> int:
    """Says what went wrong, and if Kafka refuses us, why; returns the exit code."""
    if isinstance(error, SettingsError):
        error = UsageError(f"The settings can't be used: {error}")
    if isinstance(error, KafkaUnreachableError):
        refused = asyncio.run(why_refused(find_settings(), error))
        error = UnreachableError("Kafka refuses us.", f"{refused}.") if refused else error
    say_error(error)
    return error.code


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; expected errors end the command."""
    with expected_errors():
        return asyncio.run(work)
