"""Mails over fakes: a store in memory, a server that answers as told, a clock set by hand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from services.notify.mail.composing import Composer
from services.notify.mail.example import EXAMPLE
from services.notify.mail.mail_store import LOST, Abandoned, KeptRecord, StoredMail
from services.notify.mail.mailer import Mailer
from services.notify.mail.metrics import MailMetrics
from services.notify.mail.settings import NotifySettings
from services.notify.mail.smtp import Mail, Result
from shared.contracts import notifications
from shared.contracts.notifications import Notification
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.ports import Publication
from tests.unit.given import NOW

SHOP = "Tea Shop <orders@shop.example>"


def settings(**more: Any) -> NotifySettings:
    return NotifySettings(notify_smtp_host="127.0.0.1", notify_from=SHOP, **more)


def notification(kind: str = "confirmed", **more: Any) -> Notification:
    """An invented notification of this kind."""
    (model,) = (each for each in notifications.NOTIFICATIONS if each.type.split(".")[2] == kind)
    values = {name: EXAMPLE[name] for name in model.model_fields if name in EXAMPLE}
    return model.model_validate_json(orjson.dumps({**values, **more}))


@dataclass(frozen=True)
class Written:
    """A record with the time at which the broker has written it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    timestamp: int


def record(
    message: notifications.Message, offset: int = 0, message_id: str = "n-1", at: datetime = NOW
) -> Written:
    """A record of the topic of notifications."""
    envelope = Envelope(
        id=message_id, source="waybill/notify", type=message.type, time=rfc3339(at),
        subject=message.key,
    )  # fmt: skip
    return Written(
        topic="customer.notifications",
        partition=0,
        offset=offset,
        key=message.key.encode(),
        value=message.model_dump_json().encode(),
        headers=envelope.headers(),
        timestamp=int(at.timestamp() * 1000),
    )


def redriven(letter: Publication, offset: int, at: datetime = NOW) -> Written:
    """The record that an operator's redrive of a dead letter publishes."""
    names = [name for name, _ in letter.headers]
    own = letter.headers[: names.index("waybill_service")]
    return Written(
        "customer.notifications", 0, offset, letter.key, letter.value,
        [(name, value or b"") for name, value in own], int(at.timestamp() * 1000),
    )  # fmt: skip


class MemoryMailStore:
    """`MailStore`; several mailers may share it, as processes share MongoDB."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.tombs: set[str] = set()

    async def keep(self, mails: Sequence[StoredMail], now: datetime) -> None:
        for mail in mails:
            there = self.kept.get(mail.mail_id)
            again = (
                there is not None
                and there["state"] in ("failed", "unknown")
                and mail.attempt == there["mail"].attempt + 1
            )
            if mail.order_id not in self.tombs and (there is None or again):
                stored = replace(mail, since=now)
                self.kept[mail.mail_id] = {
                    "mail": stored, "state": "waiting", "due": now, "reason": "", "settled": False,
                }  # fmt: skip

    async def erase(self, order_ids: Collection[str], now: datetime) -> None:
        self.tombs |= set(order_ids)
        for each in self.kept.values():
            if each["mail"].order_id in self.tombs and each["state"] != "sent":
                each["state"] = "erased"

    async def claim(self, now: datetime) -> StoredMail | None:
        due = [
            each for each in self.kept.values() if each["state"] == "waiting" and each["due"] <= now
        ]
        if not due:
            return None
        first = min(due, key=lambda each: each["due"])
        mail: StoredMail = replace(first["mail"], tries=first["mail"].tries + 1)
        first |= {"mail": mail, "state": "sending", "due": now}
        return mail

    async def postpone(self, mail: StoredMail, due: datetime) -> None:
        self._change(mail, ["sending"], state="waiting", due=due)

    async def sent(self, mail: StoredMail, now: datetime) -> None:
        self._change(mail, ["sending", "unknown"], state="sent", settled=True)

    async def give_up(self, mail: StoredMail, state: str, reason: str) -> None:
        self._change(mail, ["sending"], state=state, reason=reason)

    async def give_up_lost(self, before: datetime) -> None:
        for each in self.kept.values():
            if each["state"] == "sending" and each["due"] < before:
                each |= {"state": "unknown", "reason": LOST}

    async def abandoned(self, most: int) -> Sequence[Abandoned]:
        found = [
            Abandoned(each["mail"], each["state"], each["reason"])
            for each in self.kept.values()
            if each["state"] in ("failed", "unknown") and not each["settled"]
        ]
        return found[:most]

    async def settle(self, mail: StoredMail, now: datetime) -> None:
        self._change(mail, ["failed", "unknown"], settled=True)

    async def waiting(self) -> int:
        return sum(each["state"] == "waiting" for each in self.kept.values())

    def _change(self, mail: StoredMail, states: Sequence[str], **values: Any) -> None:
        each = self.kept[mail.mail_id]
        if each["mail"].attempt == mail.attempt and each["state"] in states:
            each |= values


class Desk:
    """A mailer with everything around it. `answer` says what the server does with each mail."""

    def __init__(self, store: MemoryMailStore | None = None) -> None:
        self.store = store or MemoryMailStore()
        self.now = NOW
        self.answer: Callable[[Mail], Result] = lambda _: Result("sent")
        self.given: list[Mail] = []
        self.letters: list[Publication] = []
        self.mailer = self.new_mailer()

    def new_mailer(self) -> Mailer:
        """A mailer of another process, with the same store."""
        return Mailer(
            self.store, Composer(settings()), self._send, self._publish, lambda: self.now,
            MailMetrics(CollectorRegistry()),
        )  # fmt: skip

    async def work(self, *records: Written) -> None:
        """Takes records, and sends what is due now."""
        await self.mailer.take(records)
        while await self.mailer.send_due():
            pass
        await self.mailer.report()

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def reasons(self) -> list[str]:
        """Why the mails weren't sent, as operators see it."""
        return [dict(each.headers)["waybill_reason"].decode() for each in self.letters]

    async def _send(self, mail: Mail) -> Result:
        self.given.append(mail)
        return self.answer(mail)

    async def _publish(self, one: Publication) -> None:
        self.letters.append(one)


def kept(number: int, order: str = "c-1", attempt: int = 1) -> StoredMail:
    """A mail for the store."""
    where = KeptRecord("customer.notifications", 0, number, b"c-1", b"{}", [("ce_id", b"n-1")])
    return StoredMail(f"mail-{number}", order, attempt, where, NOW)
