"""Read models for tests: applies events, and reads query plans."""

from collections.abc import Iterable, Iterator
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.batch import Batch
from services.portal.projections.cache import DocumentCache
from services.portal.projections.facts import Fact
from services.portal.projections.store import PROJECTIONS, Store
from services.portal.queries import Queries
from tests.unit.portal.builders import Stream


def raise_failure(fact: Fact, error: Exception) -> None:
    raise AssertionError(f"{fact} can't be applied") from error


class Models:
    """The read models of one database, with their queries."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self.database = database
        self.store = Store(database)
        self.queries = Queries(database)

    async def apply_streams(self, *streams: Stream) -> None:
        """Applies all events of these streams."""
        await self.apply([fact for stream in streams for fact in stream.facts])

    async def apply(self, facts: Iterable[Fact]) -> None:
        """Applies events and table entries in one batch."""
        await Batch(self.store, DocumentCache(), list(facts), raise_failure).write()

    async def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Every document of every read model."""
        names = [*(projection.collection for projection in PROJECTIONS), "timeline", "stock"]
        return {name: await self.database[name].find().sort("_id").to_list(None) for name in names}


def stages(plan: dict[str, Any]) -> Iterator[str]:
    """The stages of a query plan, from `explain`."""
    found = plan.get("queryPlan", plan)  # the form of the slot-based engine
    yield found["stage"]
    for inner in [found.get("inputStage"), *found.get("inputStages", ())]:
        if inner:
            yield from stages(inner)
