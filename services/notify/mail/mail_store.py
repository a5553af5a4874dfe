"""Mails until they are sent, and which ones were: the port, and its MongoDB implementation.

A mail is recorded as being sent before the server gets it. If the process dies in between, nobody
knows whether the server has taken it; then it isn't sent again by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, ReturnDocument, UpdateOne, WriteConcern

from shared.runtime.mongo.journal import raising_unavailable
from shared.runtime.ports import Headers

GivenUp = Literal["failed", "unknown"]
LOST = "the process ended while it sent this email"


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record of `customer.notifications`, as it came (`ports.Record`)."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail to send.

    mail_id   names the outcome that it tells: the same for a repeat of its notification
    attempt   1, and one more each time that an operator has it sent again
    tries     how often the server got it in this attempt, including this time
    since     when this attempt was stored
    """

    mail_id: str
    order_id: str
    attempt: int
    record: KeptRecord
    since: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A mail that isn't tried any more, and that operators haven't been told of yet."""

    mail: StoredMail
    state: GivenUp
    reason: str


class MailStore(Protocol):
    """Stores mails. Every method raises `Unavailable`."""

    async def keep(self, mails: Sequence[StoredMail], now: datetime) -> None:
        """Stores mails, due at once.

        Leaves out those of erased orders, and those whose attempt was stored before. A later
        attempt is stored only if the one before has failed, or nobody knows what became of it.
        """

    async def erase(self, order_ids: Collection[str], now: datetime) -> None:
        """Erases the mails of deleted orders; none is sent any more."""

    async def claim(self, now: datetime) -> StoredMail | None:
        """Records that the mail that has been due for longest is being sent, and returns it."""

    async def postpone(self, mail: StoredMail, due: datetime) -> None:
        """Has a mail tried again that the server hasn't taken."""

    async def sent(self, mail: StoredMail, now: datetime) -> None:
        """Records that the server has taken a mail."""

    async def give_up(self, mail: StoredMail, state: GivenUp, reason: str) -> None:
        """Records that a mail isn't tried any more."""

    async def give_up_lost(self, before: datetime) -> None:
        """Gives up the mails that have been in sending since before this time."""

    async def abandoned(self, most: int) -> Sequence[Abandoned]:
        """Returns mails that were given up and aren't settled."""

    async def settle(self, mail: StoredMail, now: datetime) -> None:
        """Records that operators were told of a mail; its content is removed."""

    async def waiting(self) -> int:
        """Counts the mails that wait to be sent."""


class MongoMailStore:
    """`MailStore` in a collection of the service's own database.

    days  how long it is known that a mail was sent, or that an order was deleted
    """

    def __init__(self, client: AsyncIOMotorClient, database: str, days: int) -> None:
        safely = WriteConcern(w="majority", j=True)
        self._kept = client[database].get_collection("mails", write_concern=safely)
        self._days = timedelta(days=days)

    async def prepare(self) -> None:
        """Creates the indexes; safe to repeat."""
        with raising_unavailable():
            await self._kept.create_index([("state", ASCENDING), ("due", ASCENDING)], name="due")
            await self._kept.create_index("order", name="order")
            seconds = int(self._days.total_seconds())
            await self._kept.create_index("done", name="done", expireAfterSeconds=seconds)

    async def keep(self, mails: Sequence[StoredMail], now: datetime) -> None:
        """See `MailStore`."""
        if not mails:
            return
        tombs = {_tomb(mail.order_id): mail.order_id for mail in mails}
        with raising_unavailable():
            found = await self._kept.find({"_id": {"$in": list(tombs)}}, {"_id": 1}).to_list(None)
            erased = {tombs[each["_id"]] for each in found}
            writes: list[UpdateOne] = []
            for mail in (each for each in mails if each.order_id not in erased):
                content = {**_document(mail), "state": "waiting", "due": now, "since": now}
                if mail.attempt > 1:
                    before = {"attempt": mail.attempt - 1, "state": {"$in": ["failed", "unknown"]}}
                    again = {"$set": content, "$unset": {"done": "", "reason": ""}}
                    writes.append(UpdateOne({"_id": mail.mail_id, **before}, again))
                writes.append(
                    UpdateOne({"_id": mail.mail_id}, {"$setOnInsert": content}, upsert=True)
                )
            if writes:
                await self._kept.bulk_write(writes, ordered=True)

    async def erase(self, order_ids: Collection[str], now: datetime) -> None:
        """See `MailStore`."""
        if not order_ids:
            return
        marks = [
            UpdateOne(
                {"_id": _tomb(order)},
                {"$set": {"order": order, "state": "erased", "done": now}},
                upsert=True,
            )
            for order in order_ids
        ]
        with raising_unavailable():
            await self._kept.bulk_write(marks, ordered=False)
            await self._kept.update_many(
                {"order": {"$in": list(order_ids)}, "record": {"$exists": True}},
                {
                    "$set": {"state": "erased", "done": now},
                    "$unset": {"record": "", "due": "", "reason": ""},
                },
            )

    async def claim(self, now: datetime) -> StoredMail | None:
        """See `MailStore`. If two processes want the same mail, one gets it."""
        with raising_unavailable():
            found = await self._kept.find_one_and_update(
                {"state": "waiting", "due": {"$lte": now}},
                {"$set": {"state": "sending", "due": now}, "$inc": {"tries": 1}},
                sort=[("due", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
        return _mail(found) if found else None

    async def postpone(self, mail: StoredMail, due: datetime) -> None:
        """See `MailStore`."""
        await self._change(mail, ["sending"], {"$set": {"state": "waiting", "due": due}})

    async def sent(self, mail: StoredMail, now: datetime) -> None:
        """See `MailStore`. The mail may have been given up meanwhile, by a faster clock."""
        done = {"$set": {"state": "sent", "done": now}, "$unset": {"record": "", "due": ""}}
        await self._change(mail, ["sending", "unknown"], done)

    async def give_up(self, mail: StoredMail, state: GivenUp, reason: str) -> None:
        """See `MailStore`."""
        change = {"$set": {"state": state, "reason": reason}, "$unset": {"due": ""}}
        await self._change(mail, ["sending"], change)

    async def give_up_lost(self, before: datetime) -> None:
        """See `MailStore`."""
        with raising_unavailable():
            await self._kept.update_many(
                {"state": "sending", "due": {"$lt": before}},
                {"$set": {"state": "unknown", "reason": LOST}, "$unset": {"due": ""}},
            )

    async def abandoned(self, most: int) -> Sequence[Abandoned]:
        """See `MailStore`."""
        where = {"state": {"$in": ["failed", "unknown"]}, "done": None}
        with raising_unavailable():
            found = await self._kept.find(where).limit(most).to_list(None)
        return [Abandoned(_mail(each), each["state"], each["reason"]) for each in found]

    async def settle(self, mail: StoredMail, now: datetime) -> None:
        """See `MailStore`."""
        change = {"$set": {"done": now}, "$unset": {"record": ""}}
        await self._change(mail, ["failed", "unknown"], change)

    async def waiting(self) -> int:
        """See `MailStore`."""
        with raising_unavailable():
            return await self._kept.count_documents({"state": "waiting"})

    async def _change(
        self, mail: StoredMail, states: Sequence[str], change: dict[str, Any]
    ) -> None:
        """Changes a mail unless it has gone on meanwhile: erased, or sent again by an operator."""
        with raising_unavailable():
            await self._kept.update_one(
                {"_id": mail.mail_id, "attempt": mail.attempt, "state": {"$in": list(states)}},
                change,
            )


def _tomb(order_id: str) -> str:
    return f"erased/{order_id}"


def _document(mail: StoredMail) -> dict[str, Any]:
    record = mail.record
    return {
        "order": mail.order_id,
        "attempt": mail.attempt,
        "tries": mail.tries,
        "record": {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": record.key,
            "value": record.value,
            "headers": [list(each) for each in record.headers],
        },
    }


def _mail(found: dict[str, Any]) -> StoredMail:
    record = {**found["record"], "headers": [tuple(each) for each in found["record"]["headers"]]}
    return StoredMail(
        found["_id"],
        found["order"],
        found["attempt"],
        KeptRecord(**record),
        found["since"],
        found["tries"],
    )
