"""Liveness, readiness and metrics of a portal process."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from motor.motor_asyncio import AsyncIOMotorClient
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from services.portal.command_client import CommandClient
from services.portal.webhooks.webhooks import Webhooks
from shared.runtime.http.health import Health
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.consumer import Consumer, Handler

router = APIRouter(include_in_schema=False)


class PortalHealth(Health):
    """The health of a process that reads topics, of its command client and its webhooks."""

    def __init__(
        self,
        consumer: Consumer,
        handler: Handler,
        mongo: AsyncIOMotorClient,
        metrics: Metrics,
        commands: CommandClient,
        webhooks: Webhooks,
        database: str = "",
    ) -> None:
        super().__init__(consumer, handler, mongo, metrics, database=database)
        self._commands = commands
        self._webhooks = webhooks

    async def ready(self) -> dict[str, Any]:
        """See `Health`."""
        answer = await super().ready()
        if not self.waiting_for and not self._commands.ready:
            answer["because"].append("can't read replies to commands")
        answer["because"] += self._webhooks.problems()
        answer["ready"] = not answer["because"]
        return answer


@router.get("/health/live")
async def live() -> Response:
    """Answers as long as the process runs."""
    return JSONResponse({"service": "portal", "live": True})


@router.get("/health/ready")
async def ready(request: Request) -> Response:
    """Whether the portal can serve requests, with the reasons if it can't."""
    answer = await request.app.state.portal.health.ready()
    return JSONResponse({"service": "portal", **answer}, 200 if answer["ready"] else 503)


@router.get("/metrics")
async def measured(request: Request) -> Response:
    """The metrics, in the format of Prometheus."""
    portal = request.app.state.portal
    await portal.health.measure()
    return Response(generate_latest(portal.metrics.registry), media_type=CONTENT_TYPE_LATEST)
