"""Whether a portal is alive, and whether it is ready; with the reasons when it isn't."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from motor.motor_asyncio import AsyncIOMotorClient
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pymongo.errors import PyMongoError

from services.portal.sending import Sender
from shared.runtime.metrics import Metrics

CHECK_SECONDS = 2.0

router = APIRouter(include_in_schema=False)


class PortalHealth:
    """Answers for one process. Every question is bounded in time: a probe must never hang."""

    def __init__(self, mongo: AsyncIOMotorClient, sender: Sender, metrics: Metrics) -> None:
        self._mongo = mongo
        self._sender = sender
        self._metrics = metrics
        self.waiting_for: str | None = "start"
        self.stopping = False

    async def ready(self) -> dict[str, Any]:
        """`{"ready": bool, "because": [...], "lag": n}`; `because` names all that is wrong."""
        wrong: list[str] = []
        lag: int | None = None
        if self.stopping:
            wrong.append("stopping")
        if self.waiting_for:
            wrong.append(f"waiting for {self.waiting_for}")
        elif not self._sender.ready:
            wrong.append("outcomes of commands can't be read")
        try:
            await asyncio.wait_for(self._mongo.admin.command("ping"), CHECK_SECONDS)
        except (TimeoutError, PyMongoError):
            wrong.append("MongoDB doesn't answer")
        if lag is not None:
            self._metrics.lag.set(lag)
        return {"ready": not wrong, "because": wrong, "lag": lag}


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
