"""Runs a command of `waybill` as an operator does, in a process of its own."""

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from time import perf_counter
from typing import Any

import orjson
import psutil

from shared.runtime.settings import Settings

LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Ran:
    """What a command has printed, how long it took, and the most memory that it had."""

    said: dict[str, Any]
    seconds: float
    megabytes: float


async def waybill(settings: Settings, *arguments: str) -> Ran:
    """Runs a command with `--json` on a system. Raises `RuntimeError` unless its exit code is 0."""
    return await asyncio.to_thread(_run, settings, arguments)


def _run(settings: Settings, arguments: tuple[str, ...]) -> Ran:
    environment = os.environ | {
        "WAYBILL_KAFKA": settings.kafka,
        "WAYBILL_MONGO": settings.mongo.get_secret_value(),
        "WAYBILL_SITE": str(settings.site.resolve()),
    }
    command = [sys.executable, "-m", "ops.cli.main", *arguments, "--json"]
    began = perf_counter()
    with TemporaryFile() as output:
        process = subprocess.Popen(command, env=environment, stdout=output)
        most = _most_memory(process)
        seconds = perf_counter() - began
        output.seek(0)
        printed = output.read()
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {process.returncode}, {printed[:5000]!r}")
    return Ran(orjson.loads(printed), seconds, most / 2**20)


def _most_memory(process: subprocess.Popen[bytes]) -> int:
    """The most bytes that a process has had when it was looked at, once it has ended."""
    most, watched = 0, psutil.Process(process.pid)
    while process.poll() is None:
        with suppress(psutil.Error, subprocess.TimeoutExpired):
            most = max(most, watched.memory_info().rss)
            process.wait(LOOK_SECONDS)
    return most
