"""Sends what is due, each mail at most once, and tells operators of what wasn't sent."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import structlog

from services.notify.mail.composing import Composer, NotComposed, kind_of
from services.notify.mail.mail_store import Abandoned, KeptRecord, MailStore, StoredMail
from services.notify.mail.metrics import MailMetrics
from services.notify.mail.smtp import MOST_SECONDS, Result, Send
from shared.contracts.notifications import NOTIFICATIONS, Erased, Notification
from shared.runtime.envelope import Envelope
from shared.runtime.ports import Publication, Record
from shared.runtime.processing.dead_letters import NOT_SENT, DeadLetters
from shared.runtime.processing.decoding import Undecodable, decode

# A header that dead letters have: a record that comes back with it was redriven by an operator.
ATTEMPT = "waybill_mail_attempt"
# A notification that has waited for longer in the topic isn't news any more.
SENT_WITHIN = timedelta(days=3)
# How long a mail is tried, and the pauses between.
TRIED_FOR = timedelta(hours=24)
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
# A mail that has been in sending for longer is lost: no process works on it any more.
LOST_AFTER = timedelta(seconds=2 * MOST_SECONDS)
MOST_ABANDONED = 100
_TOLD_OFTEN = ("changed", "refunded", "return-received")

log = structlog.get_logger()

Publish = Callable[[Publication], Awaitable[None]]


class Mailer:
    """The mails of one process.

    publish  returns once the record is acknowledged
    """

    def __init__(
        self,
        store: MailStore,
        composer: Composer,
        send: Send,
        publish: Publish,
        clock: Callable[[], datetime],
        metrics: MailMetrics,
        prefix: str = "",
    ) -> None:
        self._store = store
        self._composer = composer
        self._send = send
        self._publish = publish
        self._clock = clock
        self._metrics = metrics
        self._prefix = prefix
        self._dead_letters = DeadLetters("notify", prefix)
        self.unreachable: str | None = None

    async def take(self, records: Sequence[Record]) -> None:
        """Stores the mails of these records, in their order. Raises `Unavailable`."""
        mails: list[StoredMail] = []
        for record in records:
            try:
                incoming = decode(record, self._prefix, {*NOTIFICATIONS, Erased})
            except Undecodable as no:
                letter = self._dead_letters.malformed(no.record, no.error, self._clock())
                await self._publish(letter)
                continue
            if incoming is None:
                continue
            message = incoming.message
            if isinstance(message, Erased):
                await self._store.keep(mails, self._clock())
                mails = []
                await self._store.erase([message.order_id], self._clock())
            elif isinstance(message, Notification):
                if self._is_late(record):
                    log.info("an old notification isn't sent", type=message.type)
                    self._metrics.mails.labels("late").inc()
                    continue
                mails.append(self._mail(record, message, incoming.envelope))
        await self._store.keep(mails, self._clock())

    async def send_due(self) -> bool:
        """Sends one mail; False if none is due, or the server can't be reached.

        Raises `Unavailable`.
        """
        mail = await self._store.claim(self._clock())
        if mail is None:
            return False
        result = await self._sent(mail)
        now = self._clock()
        self._metrics.mails.labels(result.outcome).inc()
        self.unreachable = result.reason if result.outcome == "unreachable" else None
        if result.outcome == "sent":
            await self._store.sent(mail, now)
            return True
        # The answers of servers quote addresses: they are in the dead letter, not in the log.
        log.warning("an email wasn't sent", mail=mail.mail_id, outcome=result.outcome)
        if result.outcome in ("failed", "unknown"):
            await self._store.give_up(mail, result.outcome, result.reason)
        elif now - mail.since >= TRIED_FOR:
            await self._store.give_up(mail, "failed", f"tried for a day: {result.reason}")
        else:
            await self._store.postpone(mail, now + _pause(mail.tries))
        return result.outcome != "unreachable"

    async def report(self) -> None:
        """Writes the dead letters of what was given up. Raises `Unavailable`.

        A dead letter that is written twice, because of a crash in between, counts once.
        """
        now = self._clock()
        await self._store.give_up_lost(now - LOST_AFTER)
        for each in await self._store.abandoned(MOST_ABANDONED):
            await self._publish(self._dead_letter(each, now))
            await self._store.settle(each.mail, now)
        self._metrics.waiting.set(await self._store.waiting())

    async def _sent(self, mail: StoredMail) -> Result:
        try:
            incoming = decode(mail.record, self._prefix)
            if incoming is None or not isinstance(incoming.message, Notification):
                return Result("failed", "it is no notification")
            now = self._clock()
            content = self._composer.compose(incoming.message, mail.mail_id, now)
        except Undecodable as no:  # it was decoded before: by another version
            return Result("failed", str(no.error))
        except NotComposed as error:
            return Result("failed", str(error))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.exception("an email can't be composed", mail=mail.mail_id)
            return Result("failed", f"it can't be composed: {type(error).__name__}")
        return await self._send(content)

    def _is_late(self, record: Record) -> bool:
        """Whether a record has been in the topic for too long; a redriven one is new there."""
        written = getattr(record, "timestamp", None)
        if not written:
            return False
        return self._clock() - datetime.fromtimestamp(written / 1000, UTC) > SENT_WITHIN

    def _mail(self, record: Record, message: Notification, envelope: Envelope) -> StoredMail:
        return StoredMail(
            mail_id=mail_id(message, envelope),
            order_id=message.order_id,
            attempt=attempt_of(record),
            record=KeptRecord(
                record.topic,
                record.partition,
                record.offset,
                record.key,
                record.value,
                list(record.headers),
            ),
            since=self._clock(),
        )

    def _dead_letter(self, each: Abandoned, now: datetime) -> Publication:
        """The dead letter: redriving it sends the mail again, which nothing else does."""
        headers = [one for one in each.mail.record.headers if one[0] != ATTEMPT]
        headers.append((ATTEMPT, str(each.mail.attempt + 1).encode()))
        why = (
            f"The email wasn't sent: {each.reason}"
            if each.state == "failed"
            else f"It is unknown whether the email was sent: {each.reason}. Redrive it to send it "
            "again."
        )
        record = replace(each.mail.record, headers=headers)
        return self._dead_letters.of(record, NOT_SENT, "", why, now)


def mail_id(message: Notification, envelope: Envelope) -> str:
    """Names what a mail tells, so that nothing is told twice.

    That is the outcome where it happens once, and the notification otherwise.
    """
    kind = kind_of(message)
    parts = [message.order_id, kind, getattr(message, "shipment_id", "")]
    if kind in _TOLD_OFTEN:
        parts += [envelope.source, envelope.id]
    return blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()


def attempt_of(record: Record) -> int:
    """Returns which attempt a record asks for: 1, unless it was redriven."""
    for name, value in record.headers:
        if name == ATTEMPT and value and value.isdigit() and len(value) < 6:
            return max(1, int(value))
    return 1


def _pause(tries: int) -> timedelta:
    ceiling = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 20))
    return timedelta(seconds=random.uniform(ceiling / 2, ceiling))  # noqa: S311 - no secret
