"""The portal: joins its parts, waits for the engines, answers people and programs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient

from services.portal import health
from services.portal.api import commands
from services.portal.api.problems import Problem
from services.portal.auth.accounts import Accounts
from services.portal.auth.limits import Limits
from services.portal.auth.sessions import Sessions
from services.portal.sending import Sender
from services.portal.settings import PortalSettings
from services.portal.web import assets, signin
from services.portal.web.errors import handle_errors
from services.portal.web.headers import Headers
from shared.runtime.metrics import Metrics
from shared.runtime.serving import end_process, run_http, until
from shared.site import Site

ROUTERS = (health.router, assets.router, signin.router, commands.router)

log = structlog.get_logger()


class Portal:
    """One process of the portal."""

    def __init__(self, settings: PortalSettings, site: Site) -> None:
        self.settings = settings
        self.site = site
        self._mongo: AsyncIOMotorClient = AsyncIOMotorClient(
            settings.mongo.get_secret_value(), serverSelectionTimeoutMS=2000, tz_aware=True
        )
        self.database = self._mongo[settings.database_of("portal")]
        self.accounts = Accounts(self.database)
        self.sessions = Sessions(self.database, settings.portal_session_hours)
        self.limits = Limits(self.database)
        self.sender = Sender(settings, self.database)
        self.metrics = Metrics("portal")
        self.health = health.PortalHealth(self._mongo, self.sender, self.metrics)
        self.failure: BaseException | None = None
        self.http = Headers(self._make(), self.metrics.registry)

    def _make(self) -> FastAPI:
        app = FastAPI(
            title="Waybill",
            version="1",
            description="Every read, and every command of the contract.",
            openapi_url="/api/openapi.json",
            docs_url=None,  # its page loads scripts from elsewhere
            redoc_url=None,
            lifespan=self._lifespan,
        )
        app.state.portal = self
        for router in ROUTERS:
            app.include_router(router)
        handle_errors(app)
        describe = app.openapi

        def with_parts() -> dict[str, Any]:
            document = describe()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs") | {"Problem": problem} | commands.COMPONENTS
            return document

        app.openapi = with_parts  # type: ignore[method-assign]
        return app

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[None]:
        """HTTP answers from the first moment; the rest comes up behind it as the engines do."""
        if absent := assets.missing(self.settings.portal_assets):
            log.warning("pages will be plain: run `make setup` where there is npm", missing=absent)
        starting = asyncio.create_task(self._start())
        starting.add_done_callback(self._stop_if_failed)
        try:
            yield
        finally:
            self.health.stopping = True
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            await self.sender.stop()
            self._mongo.close()
            log.info("stopped")

    def _stop_if_failed(self, starting: asyncio.Task[None]) -> None:
        if not starting.cancelled() and (error := starting.exception()):
            self.failure = error
            end_process(error)

    async def _start(self) -> None:
        for what, step in (
            ("MongoDB", self._prepare),
            ("Kafka", self.sender.start),
        ):
            self.health.waiting_for = what
            await until(what, step)
        self.health.waiting_for = None
        log.info("started")

    async def _prepare(self) -> None:
        for each in (self.accounts, self.sessions, self.limits, self.sender):
            await each.prepare()


def run() -> None:
    """Runs the portal with the settings of the environment until it is told to stop."""
    run_http("portal", PortalSettings(), Portal)


if __name__ == "__main__":
    run()
