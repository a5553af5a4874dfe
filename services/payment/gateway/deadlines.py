"""Tells the payment service when the time of an authorization is over.

It reads the deadlines from the events of payments, and sends a command for each when it comes. The
rules decide by the deadline in the command, so they need no clock. A command is sent at least once,
always with the same id, so neither a crash nor a second process has a second effect. Whether an
authorization was captured or voided meanwhile is the rules' business.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from hashlib import blake2b

from services.payment.gateway.deadline_store import Deadline, DeadlineStore
from shared.contracts import Message
from shared.contracts.payments import AccountDeleted, Expire, Recorded
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.ports import Publication

EVENTS = (Recorded, AccountDeleted)  # that it reads
SOURCE = "waybill/payment/deadlines"
# How long no other process sends a command that one is sending; and how many it sends at once.
LEASE_SECONDS = 20.0
AT_ONCE = 100


class Deadlines:
    """The deadlines of one process. `publish` returns once the record is acknowledged."""

    def __init__(
        self,
        store: DeadlineStore,
        publish: Callable[[Publication], Awaitable[None]],
        clock: Callable[[], datetime],
        prefix: str = "",
    ) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock
        self._prefix = prefix

    async def take(self, events: Iterable[tuple[Message, Envelope]]) -> None:
        """Stores the deadlines of new authorizations, and forgets those of deleted orders.

        Raises `Unavailable`; then it has to be repeated with the same events.
        """
        found: dict[tuple[str, str], Deadline] = {}
        deleted: set[str] = set()
        for event, envelope in events:
            if isinstance(event, AccountDeleted):
                deleted.add(event.order_id)
            elif isinstance(event, Recorded) and event.expires_at is not None:
                key = (event.order_id, event.payment_id)
                command = Expire(
                    order_id=event.order_id,
                    payment_id=event.payment_id,
                    expires_at=event.expires_at,
                )
                about = (envelope.correlation_id, envelope.id, envelope.traceparent)
                found[key] = Deadline(command, *about)
        await self._store.keep([one for (order, _), one in found.items() if order not in deleted])
        await self._store.forget(deleted)

    async def go_on(self) -> None:
        """Sends the commands that are due. Raises `Unavailable`."""
        now = self._clock()
        until = now + timedelta(seconds=LEASE_SECONDS)
        for deadline in await self._store.due(now, until, AT_ONCE):
            await self._publish(self._publication(deadline))
            await self._store.done(deadline)

    def _publication(self, deadline: Deadline) -> Publication:
        command = deadline.command
        value = command.model_dump_json().encode()
        envelope = Envelope(
            id=blake2b(value, digest_size=20).hexdigest(),
            source=SOURCE,
            type=Expire.type,
            time=rfc3339(self._clock()),
            subject=command.key,
            correlation_id=deadline.correlation,
            causation_id=deadline.cause,
            traceparent=deadline.traceparent,
        )
        topic = self._prefix + Expire.topic.name
        return Publication(topic, command.key.encode(), value, envelope.headers())
