"""Who has put the tour of the portal away. Everybody else sees it on the home page."""

from motor.motor_asyncio import AsyncIOMotorDatabase

from shared.runtime.mongo.journal import raising_unavailable


class Tours:
    """Every method raises `Unavailable` if MongoDB can't be reached."""

    def __init__(self, database: AsyncIOMotorDatabase) -> None:
        self._done = database["tours_done"]

    async def shown(self, account: str) -> bool:
        """Whether somebody sees the tour."""
        with raising_unavailable():
            return await self._done.find_one({"_id": account}) is None

    async def show(self, account: str, *, shown: bool) -> None:
        """Shows the tour, or puts it away; safe to repeat."""
        with raising_unavailable():
            if shown:
                await self._done.delete_one({"_id": account})
            else:
                await self._done.update_one({"_id": account}, {"$set": {}}, upsert=True)
