"""The operational HTTP endpoints of a service. Commands and events go over topics only."""

from typing import Any

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.runtime.decider.service import Service
from shared.runtime.http.asyncapi import describe
from shared.runtime.http.health import Health
from shared.runtime.http.metrics import Metrics
from shared.runtime.settings import Settings


def make_http(
    service: Service, settings: Settings, health: Health, metrics: Metrics, lifespan: Any
) -> Starlette:
    """Routes: `/health/live`, `/health/ready`, `/metrics`, `/asyncapi` and `/asyncapi.yaml`."""
    document = describe(service, settings)

    async def live(_: Request) -> Response:
        return JSONResponse({"service": service.name, "live": True})

    async def ready(_: Request) -> Response:
        answer = await health.ready()
        status = 200 if answer["ready"] else 503
        return JSONResponse({"service": service.name, **answer}, status)

    async def measured(_: Request) -> Response:
        await health.measure()
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    async def as_json(_: Request) -> Response:
        return JSONResponse(document.to_jsonable())

    async def as_yaml(_: Request) -> Response:
        return Response(document.to_yaml(), media_type="application/yaml")

    return Starlette(
        routes=[
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", measured),
            Route("/asyncapi", as_json),
            Route("/asyncapi.yaml", as_yaml),
        ],
        lifespan=lifespan,
    )
