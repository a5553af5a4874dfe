"""Subscriptions in MongoDB: their content, and how deliveries to them go."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ReturnDocument, WriteConcern

from services.portal.webhooks.addresses import check_url
from services.portal.webhooks.event import TOPICS, matches
from services.portal.webhooks.model import NewSubscription
from services.portal.webhooks.signature import new_secret
from shared.contracts import Malformed
from shared.contracts.base import import_all, models_on
from shared.contracts.text import is_visible
from shared.runtime.mongo.journal import raising_unavailable

COLLECTION = "webhook_subscriptions"
MOST = 50
LONGEST_NAME = 80
MOST_TYPES = 50
TYPE = re.compile(r"[a-z0-9.-]{1,100}\*?|\*")
# After this many failures in a row, a subscription rests: one request at a time finds out whether
# its receiver is back.
TIRED_AFTER = 5
LONGEST_REST = timedelta(minutes=5)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What a delivery needs of its subscription. `keys` are the secrets that are valid now."""

    subscription_id: str
    url: str
    keys: tuple[str, ...]


class Subscriptions:
    """The subscriptions. Every method raises `Unavailable` if MongoDB can't be reached.

    old_secret_hours  how long a replaced secret stays valid
    plain_loopback    whether http is allowed to this machine
    """

    def __init__(
        self, database: AsyncIOMotorDatabase, old_secret_hours: float, *, plain_loopback: bool
    ) -> None:
        safely = WriteConcern(w="majority", j=True)
        self._kept = database.get_collection(COLLECTION, write_concern=safely)
        self._rotation = timedelta(hours=old_secret_hours)
        self._plain_loopback = plain_loopback

    async def all(self) -> Sequence[Document]:
        """Every subscription, by name."""
        with raising_unavailable():
            return await self._kept.find({}).sort("name", 1).limit(MOST).to_list(None)

    async def get(self, subscription_id: str) -> Document | None:
        """A subscription, or None."""
        with raising_unavailable():
            found: Document | None = await self._kept.find_one({"_id": subscription_id})
        return found

    async def target(self, subscription_id: str) -> Target | None:
        """Where to deliver; None if the subscription is gone or disabled."""
        found = await self.get(subscription_id)
        if found is None or not found["enabled"]:
            return None
        return Target(subscription_id, found["url"], valid_keys(found, datetime.now(UTC)))

    async def add(self, new: NewSubscription, by: str) -> tuple[Document, str]:
        """Creates a subscription; returns it with its secret. Raises `Malformed`."""
        content = self._checked(new)
        secret, now = new_secret(), datetime.now(UTC)
        document = {
            "_id": f"wh-{uuid4().hex[:12]}",
            **content,
            "secrets": [{"value": secret, "until": None}],
            "created": now,
            "since": now,
            "read": False,
            "created_by": by,
            "failing": 0,
            "resting": None,
            "overflowed": None,
            "last_success": None,
            "last_failure": None,
        }
        with raising_unavailable():
            if await self._kept.count_documents({}) >= MOST:
                raise Malformed("name", f"{MOST} webhooks exist already; delete one first")
            await self._kept.insert_one(document)
        return document, secret

    async def change(self, subscription_id: str, new: NewSubscription) -> Document | None:
        """Changes name, URL, types, and whether it is enabled; None if it is gone.

        Another URL begins without the failures of the one before. One that is enabled again gets
        the events from now on, not those of the meantime. Raises `Malformed`.
        """
        content = self._checked(new)
        before = await self.get(subscription_id)
        if before is None:
            return None
        fresh: Document = {"failing": 0, "resting": None} if before["url"] != new.url else {}
        if new.enabled and (not before["enabled"] or before["overflowed"]):
            fresh |= {"failing": 0, "resting": None, "since": datetime.now(UTC), "overflowed": None}
        return await self._set(subscription_id, content | fresh)

    async def rotate(self, subscription_id: str) -> tuple[Document, str] | None:
        """Replaces the secret; the one before stays valid for a while. None if it is gone."""
        before = await self.get(subscription_id)
        if before is None:
            return None
        now, secret = datetime.now(UTC), new_secret()
        current = {**before["secrets"][0], "until": now + self._rotation}
        kept = [{"value": secret, "until": None}, current]
        found = await self._set(subscription_id, {"secrets": kept}, secrets=before["secrets"])
        return (found, secret) if found else None

    async def delete(self, subscription_id: str) -> None:
        """Deletes a subscription; one that is gone stays so."""
        with raising_unavailable():
            await self._kept.delete_one({"_id": subscription_id})

    async def succeeded(self, subscription_id: str, at: datetime) -> None:
        """Records that a delivery was accepted."""
        await self._set(subscription_id, {"failing": 0, "resting": None, "last_success": at})

    async def failed(self, subscription_id: str, attempt: Document) -> None:
        """Records a failed attempt; after several in a row, the subscription rests for a while."""
        with raising_unavailable():
            found = await self._kept.find_one_and_update(
                {"_id": subscription_id},
                {"$inc": {"failing": 1}, "$set": {"last_failure": attempt}},
                return_document=ReturnDocument.AFTER,
            )
            if found and found["failing"] >= TIRED_AFTER:
                seconds = 2.0 ** min(found["failing"] - TIRED_AFTER + 1, 9)
                rest = min(LONGEST_REST, timedelta(seconds=seconds))
                await self._kept.update_one(
                    {"_id": subscription_id}, {"$set": {"resting": attempt["at"] + rest}}
                )

    async def begin(self, subscription_ids: Collection[str]) -> None:
        """Records that topics are read for these: the group's offsets are theirs, too."""
        with raising_unavailable():
            await self._kept.update_many(
                {"_id": {"$in": list(subscription_ids)}}, {"$set": {"read": True}}
            )

    async def wake(self, subscription_id: str) -> None:
        """Ends a rest: an operator wants a delivery to be tried now."""
        await self._set(subscription_id, {"resting": None})

    async def overflow(self, subscription_id: str, at: datetime) -> None:
        """Records that too many deliveries wait: no more events are taken."""
        await self._set(subscription_id, {"overflowed": at})

    async def _set(self, subscription_id: str, values: Document, **only: Any) -> Document | None:
        with raising_unavailable():
            found: Document | None = await self._kept.find_one_and_update(
                {"_id": subscription_id, **only},
                {"$set": values},
                return_document=ReturnDocument.AFTER,
            )
        return found

    def _checked(self, new: NewSubscription) -> Document:
        """The content as it is stored. Raises `Malformed`."""
        name = " ".join(new.name.split())
        if not is_visible(name) or not name.isprintable():
            raise Malformed("name", "must not be empty; enter a name such as Shop newsletter")
        if len(name) > LONGEST_NAME:
            raise Malformed("name", f"is longer than {LONGEST_NAME} characters")
        url = check_url(new.url, plain_loopback=self._plain_loopback)
        types = list(dict.fromkeys(each.strip() for each in new.types if each.strip()))
        if not types:
            raise Malformed("types", "must not be empty; enter types such as waybill.order.*")
        known = subscribable()
        for position, each in enumerate(types):
            if not TYPE.fullmatch(each) or not any(matches(one, [each]) for one in known):
                text = f"no event is called {each[:100]}; enter types such as waybill.order.*"
                raise Malformed(f"types.{position}", text)
        return {"name": name, "url": url, "types": types, "enabled": new.enabled}


def subscribable() -> list[str]:
    """Every type that may be subscribed to."""
    import_all()
    return sorted({model.type for topic in TOPICS for model in models_on(topic)})


def valid_keys(document: Mapping[str, Any], now: datetime) -> tuple[str, ...]:
    """The secrets that are valid, the newest first."""
    return tuple(
        each["value"]
        for each in document["secrets"]
        if each["until"] is None or each["until"] > now
    )
