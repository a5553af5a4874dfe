"""The health page for operators: engines, processes, and the lag of consumer groups."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.auth.guard import Operator
from services.portal.operations import Operations
from services.portal.web.frame.rendering import page
from shared.monitoring.lag import Lag
from shared.runtime.ports import Unavailable

router = APIRouter(prefix="/operations", include_in_schema=False)


@dataclass(frozen=True)
class Group:
    """A consumer group: its total lag, and the lag on each partition of each topic."""

    name: str
    service: str
    behind: int
    partitions: list[int]
    topics: dict[str, dict[int, Lag]]


@router.get("/health")
async def health(request: Request, person: Operator) -> Response:
    """The health of engines and processes, and the lag of each consumer group."""
    operations = request.app.state.portal.operations
    found, groups = await asyncio.gather(operations.health(), _groups(operations))
    return page(request, "operations/health.html", person, found=found, groups=groups)


async def _groups(operations: Operations) -> list[Group] | None:
    """None if Kafka doesn't answer: the rest of the page is still useful."""
    try:
        return grouped(await operations.lag())
    except Unavailable:
        return None


def grouped(lags: list[Lag]) -> list[Group]:
    """Groups lags by consumer group, the largest total first."""
    by_group: dict[str, list[Lag]] = defaultdict(list)
    for lag in lags:
        by_group[lag.group].append(lag)
    groups = [_group(name, each) for name, each in by_group.items()]
    return sorted(groups, key=lambda group: -group.behind)


def _group(name: str, lags: list[Lag]) -> Group:
    topics: dict[str, dict[int, Lag]] = defaultdict(dict)
    for lag in lags:
        topics[lag.topic][lag.partition] = lag
    return Group(
        name=name,
        service=lags[0].service,
        behind=sum(lag.behind for lag in lags),
        partitions=sorted({lag.partition for lag in lags}),
        topics=dict(topics),
    )
