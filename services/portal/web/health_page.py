"""How everything is: engines, processes, and who is how far behind."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.auth.guard import Operator
from services.portal.operations import Operations
from services.portal.web.rendering import page
from shared.monitoring.lag import Lag
from shared.runtime.ports import Unavailable

router = APIRouter(prefix="/operations", include_in_schema=False)


@dataclass(frozen=True)
class Group:
    """A consumer group: how far it is behind in all, and on each partition of each topic."""

    name: str
    service: str
    behind: int
    partitions: list[int]
    topics: dict[str, dict[int, Lag]]


@router.get("/health")
async def health(request: Request, person: Operator) -> Response:
    """What answers, what doesn't and why, and how many records wait for whom."""
    operating = request.app.state.portal.operating
    found, groups = await asyncio.gather(operating.health(), _groups(operating))
    return page(request, "health.html", person, found=found, groups=groups)


async def _groups(operating: Operations) -> list[Group] | None:
    """None if Kafka doesn't say: the rest of the page is of use all the same."""
    try:
        return grouped(await operating.lag())
    except Unavailable:
        return None


def grouped(lags: list[Lag]) -> list[Group]:
    """The same by group, those that are furthest behind first."""
    theirs: dict[str, list[Lag]] = defaultdict(list)
    for lag in lags:
        theirs[lag.group].append(lag)
    groups = [_group(name, each) for name, each in theirs.items()]
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
