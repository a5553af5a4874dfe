"""Fills read models, and says how a question to them is answered."""

from collections.abc import Iterable, Iterator
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from services.portal.projections.batch import Batch
from services.portal.projections.facts import Fact
from services.portal.projections.store import VIEWS, Store
from services.portal.queries import Queries
from tests.unit.portal.builders import Stream


def unburied(fact: Fact, error: Exception) -> None:
    raise AssertionError(f"{fact} can't be shown") from error


class Models:
    """A portal's database."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self.database = database
        self.store = Store(database)
        self.views = Queries(database)

    async def tell(self, *streams: Stream) -> None:
        """Takes in all facts of these streams."""
        await self.take([fact for stream in streams for fact in stream.facts])

    async def take(self, facts: Iterable[Fact]) -> None:
        """Takes in facts, in one batch."""
        await Batch(self.store, list(facts), unburied).write()

    async def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Every document of every read model."""
        names = [*(view.collection for view in VIEWS), "timeline", "stock"]
        return {name: await self.database[name].find().sort("_id").to_list(None) for name in names}


def stages(plan: dict[str, Any]) -> Iterator[str]:
    """The stages of a query plan, as `explain` tells it."""
    found = plan.get("queryPlan", plan)  # as the slot-based engine tells it
    yield found["stage"]
    for inner in [found.get("inputStage"), *found.get("inputStages", ())]:
        if inner:
            yield from stages(inner)
