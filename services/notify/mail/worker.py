"""Runs the mailer beside the service's consumer, in each of its processes."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from motor.motor_asyncio import AsyncIOMotorClient

from services.notify.mail.composing import Composer, NotComposed
from services.notify.mail.example import EXAMPLE
from services.notify.mail.mail_store import MongoMailStore
from services.notify.mail.mailer import Mailer
from services.notify.mail.metrics import MailMetrics
from services.notify.mail.settings import NotifySettings
from services.notify.mail.smtp import Server
from shared.contracts import Topic
from shared.contracts.topics import CUSTOMER_NOTIFICATIONS
from shared.runtime.app import now
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.group_reader import GroupReader
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.ports import Publication, Unavailable
from shared.runtime.secrets import SettingsError
from shared.runtime.settings import Settings

SERVICE = "notify"
AT_ONCE = 4  # connections to the mail server
PERIOD_SECONDS = 0.5
FINISH_SECONDS = 8.0  # for the mails in flight when the process stops
# How much longer it is known what was sent than a dead letter, which may be redriven, is kept.
KEPT_LONGER = 2

log = structlog.get_logger()


class MailWorker:
    """Reads notifications and stores them as mails before it commits; sends what is due.

    Does nothing unless the settings name a mail server. Raises `SettingsError` if a template of the
    site has a mistake.
    """

    topics: tuple[Topic, ...] = (CUSTOMER_NOTIFICATIONS,)
    writes: tuple[Topic, ...] = ()
    group = f"waybill-{SERVICE}-mail"

    def __init__(self, settings: Settings, mongo: AsyncIOMotorClient, metrics: Metrics) -> None:
        if not isinstance(settings, NotifySettings):
            raise TypeError("the notify service needs its own settings")
        self._settings = settings
        self._dead_letters = metrics.dead_letters
        self._on = bool(settings.notify_smtp_host)
        self._tasks: list[asyncio.Task[None]] = []
        self._senders: list[asyncio.Task[None]] = []
        self._stopping = False
        if not self._on:
            return
        database = settings.database_of(SERVICE)
        self._store = MongoMailStore(mongo, database, KEPT_LONGER * settings.retention_days)
        self._publisher = KafkaPublisher(settings, self.group)
        composer = Composer(settings)
        try:
            composer.check(EXAMPLE)
        except NotComposed as error:
            raise SettingsError(f"WAYBILL_NOTIFY_TEMPLATES: {error}") from None
        self._mailer = Mailer(
            self._store,
            composer,
            Server(settings).send,
            self._publish_dead_letter,
            now,
            MailMetrics(metrics.registry),
            settings.topic_prefix,
        )
        self._reader = GroupReader(
            settings,
            self.group,
            self.topics,
            self._mailer.take,
            reader="the mailer",
            doing="take notifications",
        )

    async def _publish_dead_letter(self, letter: Publication) -> None:
        await self._publisher.publish_one(letter)
        self._dead_letters.inc()

    async def start(self) -> None:
        """Raises `Unavailable`, `KafkaError` or `OSError` if an engine can't be reached."""
        if not self._on:
            return
        await self._store.prepare()
        await self._publisher.start()
        await self._reader.start()
        self._tasks = [
            asyncio.create_task(self._repeat("dead letters of emails", self._mailer.report)),
        ]
        self._senders = [
            asyncio.create_task(self._repeat("emails", self._send_all)) for _ in range(AT_ONCE)
        ]

    async def stop(self) -> None:
        """Stops once the server has answered; it isn't known what became of mails without answer.

        Those are given up later, by whichever process is there.
        """
        self._stopping = True
        if self._senders:
            await asyncio.wait(self._senders, timeout=FINISH_SECONDS)
        tasks = [*self._tasks, *self._senders]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._on:
            await self._reader.stop()
            await self._publisher.stop()

    def problems(self) -> list[str]:
        """Returns what keeps the mailer from reading notifications or sending mails."""
        if not self._on:
            return []
        found = self._reader.problems()
        if self._mailer.unreachable:
            found.append("the mail server can't be used")
        if any(task.done() for task in (*self._tasks, *self._senders)):
            found.append("the mailer has stopped")
        return found

    async def _send_all(self) -> None:
        while not self._stopping and await self._mailer.send_due():
            pass

    async def _repeat(self, what: str, step: Callable[[], Awaitable[None]]) -> None:
        """Repeats a step until the process stops, with a pause between."""
        while not self._stopping:
            try:
                await step()
            except Unavailable as error:
                log.warning("waiting", waiting_for=what, error=str(error))
            except Exception:
                log.exception("a step of the mailer failed", step=what)
            await asyncio.sleep(PERIOD_SECONDS)
