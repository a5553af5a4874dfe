"""The portal's composition root: joins its parts and serves HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from services.portal import health
from services.portal.api import bulk_jobs, commands, operations, reads, webhooks
from services.portal.api.problems import Problem
from services.portal.auth.accounts import Accounts
from services.portal.auth.limits import Limits
from services.portal.auth.oidc import Oidc
from services.portal.auth.sessions import Sessions
from services.portal.bulk.jobs import BulkJobs
from services.portal.command_client import CommandClient
from services.portal.command_metrics import CommandMetrics
from services.portal.i18n import Languages
from services.portal.operations import Operations
from services.portal.presence import Presence
from services.portal.projections.reader import ProjectionReader
from services.portal.queries import Queries
from services.portal.queries.event_texts import names_in
from services.portal.saved_views import SavedViews
from services.portal.settings import PortalSettings
from services.portal.tours import Tours
from services.portal.web.carts import carts, draft
from services.portal.web.carts import deletion as cart_deletion
from services.portal.web.customers import customers, suggestions
from services.portal.web.forms import commands as page_commands
from services.portal.web.forms import dry_run
from services.portal.web.frame import assets, styleguide
from services.portal.web.frame.errors import handle_errors
from services.portal.web.frame.headers import Headers
from services.portal.web.operations import dead_letters
from services.portal.web.operations import health as health_page
from services.portal.web.operations import webhooks as webhook_pages
from services.portal.web.order import documents
from services.portal.web.order import page as order
from services.portal.web.orders import bulk, holds, saved_views
from services.portal.web.orders import export as order_export
from services.portal.web.orders import listing as orders
from services.portal.web.returns import dialogs as return_dialogs
from services.portal.web.returns import pages as return_pages
from services.portal.web.shell import home, live_changes, palette, sign_in, tour
from services.portal.web.shell import presence as presence_page
from services.portal.web.warehouse import catalog, packing
from services.portal.web.warehouse import stock as warehouse
from services.portal.webhooks.webhooks import Webhooks
from shared.contracts.topics import PORTAL
from shared.runtime import tracing
from shared.runtime.http.metrics import Metrics
from shared.runtime.http.serving import run_http
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.mongo.connection import connect
from shared.runtime.process import Part, Process
from shared.site import Site

ROUTERS = (
    health.router,
    assets.router,
    sign_in.router,
    commands.router,
    reads.router,
    operations.router,
    bulk_jobs.router,
    webhooks.router,
    page_commands.router,
    dry_run.router,
    live_changes.router,
    orders.router,
    order_export.router,
    saved_views.router,
    holds.router,
    order.router,
    bulk.router,
    presence_page.router,
    carts.router,
    cart_deletion.router,
    packing.router,
    draft.router,
    return_pages.router,
    return_dialogs.router,
    customers.router,
    suggestions.router,
    catalog.router,
    warehouse.router,
    documents.router,
    home.router,
    dead_letters.router,
    health_page.router,
    webhook_pages.router,
    styleguide.router,
    palette.router,
    tour.router,
)

log = structlog.get_logger()


class Portal(Process):
    """One process of the portal."""

    def __init__(self, settings: PortalSettings, site: Site) -> None:
        self.settings = settings
        self.site = site
        mongo = connect(
            settings, serverSelectionTimeoutMS=2000, socketTimeoutMS=10_000, tz_aware=True
        )
        self.database = mongo[settings.database_of(PORTAL)]
        self.accounts = Accounts(self.database)
        self.sessions = Sessions(
            self.database, settings.portal_session_hours, settings.portal_stay_days
        )
        self.limits = Limits(self.database)
        self.presence = Presence(self.database)
        self.tours = Tours(self.database)
        self.oidc = Oidc(settings, self.database) if settings.portal_oidc_issuer else None
        self.metrics = Metrics(PORTAL)
        self.commands = CommandClient(
            settings, self.database, CommandMetrics(self.metrics.registry)
        )
        self.queries = Queries(
            self.database, names_in(site), timedelta(days=settings.portal_expiring_days)
        )
        self.bulk = BulkJobs(
            settings, self.database, self.accounts, self.queries, self.commands, site.texts
        )
        self.views = SavedViews(self.database)
        self.operations = Operations(settings)
        dead_letters = KafkaPublisher(settings, "waybill-portal-letters")
        self._reader = ProjectionReader(settings, mongo, dead_letters, self.metrics)
        self.webhooks = Webhooks(settings, self.database, self.metrics.registry)
        self.health = health.PortalHealth(
            self._reader.consumer,
            self._reader.projector,
            mongo,
            self.metrics,
            self.commands,
            self.webhooks,
            settings.database_of(PORTAL),
        )
        parts = (
            Part("MongoDB", self._prepare),
            Part("Kafka", dead_letters.start, dead_letters.stop),
            Part("the topics", self.commands.start, self.commands.stop),
            Part("the consumer group", self._reader.start, self._reader.stop),
            Part("bulk jobs", self.bulk.runner.start, self.bulk.runner.stop),
            Part("webhooks", self.webhooks.start, self.webhooks.stop),
        )
        super().__init__(settings, mongo, self.health, parts)
        self.http = Headers(self._create_app(), self.metrics.registry)

    def _create_app(self) -> FastAPI:
        app = FastAPI(
            title="Waybill",
            version="1",
            description="Every read, and every command of the contract.",
            openapi_url="/api/openapi.json",
            docs_url=None,  # its page loads scripts from another site
            redoc_url=None,
            lifespan=self.lifespan,
        )
        app.state.portal = self
        for router in ROUTERS:
            app.include_router(router)
        handle_errors(app, ROUTERS)
        app.add_middleware(Languages)
        app.add_middleware(GZipMiddleware, compresslevel=6)
        tracing.current().instrument(app)
        describe = app.openapi

        def with_components() -> dict[str, Any]:
            document = describe()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs") | {"Problem": problem} | commands.COMPONENTS
            return document

        app.openapi = with_components  # type: ignore[method-assign]
        return app

    @asynccontextmanager
    async def lifespan(self, app: object) -> AsyncIterator[None]:
        """Follows the changes of documents, beside what every process does."""
        if absent := assets.missing(self.settings.portal_assets):
            log.warning(
                "assets missing, pages are unstyled: install npm, run `make setup`", missing=absent
            )
        async with super().lifespan(app):
            watching_changes = asyncio.create_task(self.queries.changes.run())
            try:
                yield
            finally:
                watching_changes.cancel()
                await asyncio.gather(watching_changes, return_exceptions=True)

    async def _prepare(self) -> None:
        if self.oidc:
            await self.oidc.prepare()
        portal_stores = (self.accounts, self.sessions, self.limits, self.views, self.presence)
        for each in (*portal_stores, self.commands, self.bulk, self.webhooks, self._reader):
            await each.prepare()


def run() -> None:
    """Runs the portal, with settings from the environment, until it receives a signal."""
    run_http(PORTAL, PortalSettings, Portal)


if __name__ == "__main__":
    run()
