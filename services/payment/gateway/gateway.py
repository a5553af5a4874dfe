"""Sends each request to its provider until there is an answer, and publishes the answer.

An unanswered request is retried after growing pauses and holds up no other. Retries have the same
idempotency key, and equal answers the same message id, so neither a repeat nor a late answer has a
second effect.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

import structlog

from services.payment.gateway.metrics import GatewayMetrics
from services.payment.gateway.provider import Answer, Later, Provider
from services.payment.gateway.request_store import RequestStore, StoredRequest
from shared.contracts.cards import masked
from shared.contracts.payments import Request, Settle
from shared.runtime.envelope import Envelope, rfc3339
from shared.runtime.ports import Publication, Unavailable

# How long a provider may take, and how long no other process asks it meanwhile.
PATIENCE_SECONDS = 10.0
LEASE_SECONDS = 20.0
# Pauses between tries double. A process has this many requests per provider in flight.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
AT_ONCE = 100
REASON = 2000

log = structlog.get_logger()

Publish = Callable[[Publication], Awaitable[None]]


class Gateway:
    """The providers of one process. `publish` returns once the record is acknowledged."""

    def __init__(
        self,
        store: RequestStore,
        publish: Publish,
        clock: Callable[[], datetime],
        meters: GatewayMetrics,
        prefix: str = "",
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._store = store
        self._publish = publish
        self._clock = clock
        self._meters = meters
        self._prefix = prefix
        self._patience = patience
        self._in_flight: dict[str, tuple[StoredRequest, asyncio.Task[None]]] = {}
        self.providers: Mapping[str, Provider] = {}

    async def take(self, requests: Collection[StoredRequest]) -> None:
        """Stores requests; from then on providers are asked. Raises `Unavailable`."""
        await self._store.keep(requests, self._clock())
        if requests:
            await self.go_on()

    async def done(self, request_ids: Collection[str]) -> None:
        """Removes requests that took effect. Raises `Unavailable`."""
        await self._store.close(request_ids, self._clock())

    async def go_on(self) -> None:
        """Asks providers for every request that is due. Raises `Unavailable`."""
        for name in self.providers:
            busy = sum(one.request.provider == name for one, _ in self._in_flight.values())
            if busy < AT_ONCE:
                now = self._clock()
                until = now + timedelta(seconds=LEASE_SECONDS)
                for one in await self._store.due(name, now, until, AT_ONCE - busy):
                    self._begin(one)

    async def tell(self, request: Request, answer: Answer) -> None:
        """Publishes an answer. Raises `Unavailable`."""
        await self._tell(StoredRequest(request), answer)

    async def measure(self) -> None:
        """Updates the metrics. Raises `Unavailable`."""
        self._meters.waiting(await self._store.backlog(), list(self.providers), self._clock())

    async def drain(self) -> None:
        """Waits for the requests in flight."""
        while self._in_flight:
            await asyncio.gather(*(task for _, task in self._in_flight.values()))

    async def stop(self) -> None:
        """Cancels the requests in flight; another process asks again."""
        tasks = [task for _, task in self._in_flight.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, one: StoredRequest) -> None:
        name = one.request.request_id
        if name not in self._in_flight:
            task = asyncio.create_task(self._handle(one))
            self._in_flight[name] = one, task
            task.add_done_callback(lambda _: self._in_flight.pop(name))

    async def _handle(self, one: StoredRequest) -> None:
        """Asks once and stores when the request is due again.

        Never raises: its lease expires otherwise.
        """
        request = one.request
        try:
            said = await self._ask(one)
            if isinstance(said, Answer):
                await self._tell(one, said)
                pause: float | None = max(LEASE_SECONDS, _pause(one))  # its effect comes sooner
            elif isinstance(said, Later):
                pause = said.again_in
            else:
                pause = _pause(one)
            until = None if pause is None else self._clock() + timedelta(seconds=pause)
            await self._store.postpone(request.request_id, until)
        except Unavailable as error:
            log.warning("engine unavailable", request=request.request_id, error=str(error))
        except Exception:
            log.exception("a request failed", request=request.request_id)

    async def _ask(self, one: StoredRequest) -> Answer | Later | None:
        """Returns the provider's answer, or None if nobody knows what it did."""
        request, said = one.request, None
        try:
            async with asyncio.timeout(self._patience):
                said = await self.providers[request.provider].ask(request)
        except Exception as error:  # noqa: BLE001 - whatever failed, the money may have moved
            log.warning(
                "no answer", request=request.request_id, provider=request.provider,
                asked=one.asked, error=repr(error),
            )  # fmt: skip
        self._meters.asked(request.provider, said)
        return said

    async def _tell(self, one: StoredRequest, answer: Answer) -> None:
        request = one.request
        reason = masked(answer.reason)[:REASON] if answer.reason else None
        settle = Settle(
            order_id=request.order_id,
            request_id=request.request_id,
            outcome=answer.outcome,
            provider_reference=answer.provider_reference,
            reason=reason,
        )
        value = settle.model_dump_json().encode()
        envelope = Envelope(
            id=blake2b(value, digest_size=20).hexdigest(),
            source=f"waybill/payment/{request.provider}",
            type=Settle.type,
            time=rfc3339(self._clock()),
            subject=settle.key,
            correlation_id=one.correlation,
            causation_id=one.cause,
            actor=f"provider:{request.provider}",
            traceparent=one.traceparent,
        )
        topic = self._prefix + Settle.topic.name
        await self._publish(Publication(topic, settle.key.encode(), value, envelope.headers()))


def _pause(one: StoredRequest) -> float:
    """Returns the seconds until the next try."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(one.asked - 1, 20))
