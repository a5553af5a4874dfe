"""How the command speaks: to people, to programs in JSON, and of errors without tracebacks."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import orjson
import typer
from rich.console import Console

from ops.errors import Exit, ToolError

T = TypeVar("T")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


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
    except ToolError as error:
        say_error(error)
        raise typer.Exit(error.code) from None
    except KeyboardInterrupt:
        raise typer.Exit(Exit.OK) from None


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; expected errors end the command."""
    with expected_errors():
        return asyncio.run(work)
