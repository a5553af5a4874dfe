"""`waybill up`."""

import asyncio
import errno
import signal
import subprocess
import sys
import time
from typing import Annotated

import typer
from rich.markup import escape

from ops.cli import example_account
from ops.cli.console import out, run, say_error
from ops.cli.scenario_output import ConsoleOutput
from ops.demo import example_data
from ops.errors import TimedOutError, ToolError, UsageError
from ops.local.engines import KafkaChoice
from ops.local.home import Home, State, find_settings
from ops.local.supervisor import Supervisor
from ops.local.up_lock import only_supervisor
from shared.contracts.topics import PORTAL, PROCESSES
from shared.site import SiteError, load

DETACHED_WITHIN = 180.0


def up(
    with_example: Annotated[
        bool,
        typer.Option("--example", help="Add example stock and a catalog, and place a few orders."),
    ] = False,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return once everything is ready.")
    ] = False,
    kafka: Annotated[
        KafkaChoice,
        typer.Option(envvar="KAFKA", help="Which Kafka to start if WAYBILL_KAFKA isn't set."),
    ] = "auto",
    notify: Annotated[
        bool,
        typer.Option("--notify", help="Run the notify service: notifications for customers."),
    ] = False,
    scale: Annotated[
        list[str] | None,
        typer.Option(metavar="SERVICE=N", help="Run N instances of a service; repeatable."),
    ] = None,
) -> None:
    """Start the engines and all services, and run until Ctrl-C.

    Uses the Kafka and MongoDB that WAYBILL_KAFKA and WAYBILL_MONGO name. Without these settings it
    starts them on this machine, with their data under .waybill/. Other commands find the running
    system, from other shells too.
    """
    scale = [*(["notify=1"] if notify else []), *(scale or [])]
    home = Home.nearest()
    if (state := home.state()) and state.running():
        out.print("Waybill is already running.")
        for name, restart in state.due_restarts().items():
            out.print(f"But {name} {restart.when}.")
        _where_to_click(home, state)
        return
    if detach:
        run(_detach(home, kafka, scale))
        if with_example:
            run(_run_example(home))
    else:
        run(_stay(home, kafka, scale, with_example))


async def _stay(home: Home, kafka: KafkaChoice, scale: list[str], with_example: bool) -> None:
    try:
        load(find_settings(home).site)
    except SiteError as error:
        raise ToolError(f"The site's configuration can't be used.\n{error}") from None
    try:
        with only_supervisor(home):
            if home.damaged:
                _say(f"{home.folder}/state.json can't be read; what it names is found without it.")
            await _supervise(home, Supervisor(home, kafka, parse_scale(scale), _say), with_example)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            raise
        raise ToolError(
            f"{home.folder} can't be written: {error.strerror}.",
            "Make room or set WAYBILL_HOME to another folder. Nothing that was there is lost.",
        ) from error


async def _supervise(home: Home, supervisor: Supervisor, with_example: bool) -> None:
    stop = asyncio.Event()

    def stop_or_hurry() -> None:
        if stop.is_set():
            out.print("Ends the services without waiting for their work; nothing is lost.")
            supervisor.stop_now()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop_or_hurry)
    began = time.monotonic()
    work = asyncio.create_task(_bring_up(home, supervisor, with_example, began))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
            await stopped
    finally:
        work.cancel()
        await asyncio.wait({work})
        out.print(
            "Stopping: services finish their current work, then the engines stop. "
            "Ctrl-C again doesn't wait for the services."
        )
        await supervisor.stop()
        out.print(f"Stopped. Data is kept in {home.folder}.")


async def _bring_up(home: Home, supervisor: Supervisor, with_example: bool, began: float) -> None:
    state = await supervisor.start()
    _say(f"Ready    in {time.monotonic() - began:.1f} s")
    if with_example:
        await _run_example(home)
    _where_to_click(home, state)
    out.print("Ctrl-C stops everything.")


async def _run_example(home: Home) -> None:
    """Places the example orders, and adds a first account to look at them with.

    If that fails, prints why; the system keeps running.
    """
    try:
        settings = find_settings(home)
        if not await example_data.place_orders(settings, ConsoleOutput(out)):
            _say("Example  orders exist already")
        if password := await example_account.add_first(settings):
            # Shown now and never again: it isn't stored, nor written to a log.
            _say(f"Sign in as {example_account.NAME} / {password}")
    except ToolError as error:
        say_error(error)


async def _detach(home: Home, kafka: KafkaChoice, scale: list[str]) -> None:
    parse_scale(scale)
    home.logs.mkdir(parents=True, exist_ok=True)
    log = home.logs / "up.log"
    arguments = ["up", "--kafka", kafka, *(f"--scale={part}" for part in scale)]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 - it outlives this process
            [sys.executable, "-m", "ops.cli.main", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    until = time.monotonic() + DETACHED_WITHIN
    while time.monotonic() < until:
        state = home.state()
        if state and state.ready and state.supervisor.pid == process.pid:
            for line in state.engines:
                _say(line)
            _where_to_click(home, state)
            out.print("'waybill down' stops everything.")
            return
        if process.poll() is not None:
            raise ToolError(f"Waybill didn't start.\n{log.read_text(errors='replace').strip()}")
        await asyncio.sleep(0.1)
    raise TimedOutError(f"Waybill isn't ready after {DETACHED_WITHIN:g} s.", f"Log: {log}")


def parse_scale(scale: list[str]) -> dict[str, int]:
    """Returns the number of instances by service. Raises `UsageError`."""
    wanted = {}
    for part in scale:
        service, _, number = part.partition("=")
        if service not in PROCESSES or not number.isdigit() or not 1 <= int(number) <= 9:
            raise UsageError(f"--scale {part}: SERVICE=N, one of {', '.join(PROCESSES)}, N 1 to 9.")
        wanted[service] = int(number)
    return wanted


def _say(line: str) -> None:
    out.print(escape(line))


def _where_to_click(home: Home, state: State) -> None:
    out.print()
    for instance in state.instances:
        page = "" if instance.service == PORTAL else "/asyncapi"
        out.print(f"{instance.name:<12} {instance.url}{page}", highlight=False)
    out.print(f"logs         {home.logs}")
    out.print(f"Kafka        {state.kafka}")
    out.print("Accounts     waybill user add NAME --role supervisor --role operator")
    out.print(
        "Try next     waybill demo · waybill show PO1000001 · waybill tail · waybill send --help"
    )
