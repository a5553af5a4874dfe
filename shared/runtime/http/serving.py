"""Runs a process that serves HTTP: reads its settings and site file, serves, exits."""

import asyncio
import gc
from collections.abc import Callable
from typing import NoReturn, Protocol, TypeVar

import structlog
import uvicorn
import uvloop
from starlette.types import ASGIApp

from shared.runtime import logs, tracing
from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings, read_settings
from shared.site import Site, SiteError, load

# For requests in hand when the process stops; open event streams never end by themselves.
FINISH_SECONDS = 5

log = structlog.get_logger()

S = TypeVar("S", bound=Settings)


class Served(Protocol):
    """A process that serves HTTP. `failure` is the exception that ended it, if one did."""

    @property
    def http(self) -> ASGIApp: ...
    @property
    def failure(self) -> BaseException | None: ...


def run_http(
    name: str,
    kind: type[S],
    make: Callable[[S, Site], Served],
    check: Callable[[Site], None] = lambda site: None,
) -> None:
    """Runs the process that `make` returns, until it receives a stop signal.

    name   the service's name, for logs
    kind   the class of its settings
    make   makes the process from the settings and the site
    check  raises `Malformed` for what the service can't use in the site file

    Logs the wrong setting or line and exits with 2 if the settings or the site are invalid.
    """
    logs.set_up(name, "INFO")
    try:
        settings = read_settings(kind)
        logs.set_up(name, settings.log_level, settings.secrets())
        site = load(settings.site, check)
        tracing.set_up(name, settings)
    except SettingsError as error:
        _refuse(error)
    except SiteError as error:
        log.error("invalid site file", error=str(error))
        raise SystemExit(2) from None

    # States live long and messages don't form cycles, so collections find little and cost much.
    # Rare ones bring a third more messages a second (measured).
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
            timeout_graceful_shutdown=FINISH_SECONDS,
        )
        await uvicorn.Server(config).serve()
        await asyncio.to_thread(tracing.current().stop)
        if served.failure:
            raise SystemExit(1)

    try:
        uvloop.run(serve())
    except SettingsError as error:
        _refuse(error)


def _refuse(error: SettingsError) -> NoReturn:
    log.error("invalid settings", error=str(error))
    raise SystemExit(2) from None
