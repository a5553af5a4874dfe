"""Whether a portal is alive, and whether it is ready; with the reasons when it isn't."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from motor.motor_asyncio import AsyncIOMotorClient
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from services.portal.command_client import CommandClient
from shared.runtime.http.health import Health
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.consumer import Consumer, Handler

router = APIRouter(include_in_schema=False)


class PortalHealth(Health):
    """As of any process that reads topics; and a portal hears the outcomes of commands besides."""

    def __init__(
        self,
        consumer: Consumer,
        handler: Handler,
        mongo: AsyncIOMotorClient,
        metrics: Metrics,
        sender: CommandClient,
    ) -> None:
        super().__init__(consumer, handler, mongo, metrics)
        self._sender = sender

    async def ready(self) -> dict[str, Any]:
        """See `Health`."""
        answer = await super().ready()
        if not self.waiting_for and not self._sender.ready:
            answer["because"].append("outcomes of commands can't be read")
            answer["ready"] = False
        return answer


@router.get("/health/live")
async def live() -> Response:
    """As long as the process answers."""
    return JSONResponse({"service": "portal", "live": True})


@router.get("/health/ready")
async def ready(request: Request) -> Response:
    """Whether it can work."""
    answer = await request.app.state.portal.health.ready()
    return JSONResponse({"service": "portal", **answer}, 200 if answer["ready"] else 503)


@router.get("/metrics")
async def measured(request: Request) -> Response:
    """For Prometheus."""
    portal = request.app.state.portal
    await portal.health.ready()  # brings the lag up to date
    return Response(generate_latest(portal.metrics.registry), media_type=CONTENT_TYPE_LATEST)
