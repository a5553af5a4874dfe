"""Runs a process that answers HTTP: its settings, its site, its end."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable
from typing import NoReturn, Protocol, TypeVar

import structlog
import uvicorn
import uvloop
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError
from starlette.types import ASGIApp

from shared.runtime import logs
from shared.runtime.backoff import delays
from shared.runtime.connection_errors import why_refused
from shared.runtime.ports import Unavailable
from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings, read_settings
from shared.site import Site, SiteError, load

log = structlog.get_logger()

S = TypeVar("S", bound=Settings)


class Served(Protocol):
    """A process that answers HTTP. `failure` says why it ended, if it did so by a mistake."""

    @property
    def http(self) -> ASGIApp: ...
    @property
    def failure(self) -> BaseException | None: ...


class Startup(Protocol):
    """Who says what a process waits for."""

    waiting_for: str | None


def run_http(
    name: str,
    kind: type[S],
    make: Callable[[S, Site], Served],
    check: Callable[[Site], None] = lambda site: None,
) -> None:
    """Runs what `make` makes of the environment's settings and the site, until it is told to stop.

    Ends with 2, having said which setting or which line is wrong, where they can't be used.
    """
    logs.set_up(name, "INFO")
    try:
        settings = read_settings(kind)
        logs.set_up(name, settings.log_level, settings.secrets())
        site = load(settings.site, check)
    except SettingsError as error:
        _refuse(error)
    except SiteError as error:
        log.error("the site's configuration can't be used", error=str(error))
        raise SystemExit(2) from None

    # States that live long and messages that don't: the collector has little to find and much to
    # look at, so it looks seldom. Measured: a third more messages a second.
    gc.set_threshold(100_000, 50, 50)

    async def serve() -> None:
        served = make(settings, site)
        config = uvicorn.Config(
            served.http,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=5,  # pages that listen for news would never hang up
        )
        await uvicorn.Server(config).serve()
        if served.failure:
            raise SystemExit(1)

    try:
        uvloop.run(serve())
    except SettingsError as error:
        _refuse(error)


def _refuse(error: SettingsError) -> NoReturn:
    log.error("the settings can't be used", error=str(error))
    raise SystemExit(2) from None


async def retry_until_ready(
    what: str, step: Callable[[], Awaitable[object]], settings: Settings, health: Startup
) -> None:
    """Repeats a step of the start until it succeeds; an engine may come later than we do.

    `health` is told what is waited for, and if the engine refuses us, why.
    """
    health.waiting_for = what
    for seconds in delays(first=0.1):
        try:
            await step()
        except (Unavailable, KafkaError, PyMongoError, OSError) as error:
            refused = await why_refused(settings, error)
            health.waiting_for = f"{what}: {refused}" if refused else what
            log.warning("waiting", waiting_for=what, error=str(error), refused=refused)
            await asyncio.sleep(seconds)
        else:
            return


def end_process(error: BaseException) -> None:
    """A mistake of ours: the process ends, and says so, rather than wait for ever."""
    log.error("can't start", exc_info=error)
    signal.raise_signal(signal.SIGTERM)
