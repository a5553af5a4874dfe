"""The gateway's Prometheus metrics."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.payment.gateway.provider import Answer, Later
from services.payment.gateway.request_store import Backlog
from shared.contracts import Message
from shared.contracts.payments import Recorded, RequestFailed

# All counters exist from the start: an increase from nothing to 1 is none to Prometheus.
SAID = ("processed", "failed", "later", "no-answer")
OUTCOMES = ("processed", "failed")


class GatewayMetrics:
    """Counts requests. The backlog comes from the database, so every process reports the same."""

    def __init__(self, registry: CollectorRegistry, providers: Sequence[str] = ()) -> None:
        self._waiting = Gauge(
            "payment_requests_pending",
            "Requests that a payment provider hasn't answered; the same in every process.",
            ["provider"],
            namespace="waybill",
            registry=registry,
        )
        self._oldest = Gauge(
            "payment_requests_oldest_seconds",
            "The age of the oldest of them.",
            ["provider"],
            namespace="waybill",
            registry=registry,
        )
        self._asked = Counter(
            "payment_requests_asked",
            "Times that a provider was asked: processed, failed, later or no-answer.",
            ["provider", "said"],
            namespace="waybill",
            registry=registry,
        )
        self._settled = Counter(
            "payment_requests_settled",
            "Results of requests to payment providers, whoever reported them: processed or failed.",
            ["outcome"],
            namespace="waybill",
            registry=registry,
        )
        for provider in providers:
            for said in SAID:
                self._asked.labels(provider, said)
        for outcome in OUTCOMES:
            self._settled.labels(outcome)

    def waiting(self, backlog: Mapping[str, Backlog], names: Sequence[str], now: datetime) -> None:
        """Sets how many requests are pending, and the age of the oldest."""
        for name in {*names, *backlog}:
            there = backlog.get(name, Backlog(0, now))
            self._waiting.labels(name).set(there.count)
            self._oldest.labels(name).set((now - there.oldest).total_seconds())

    def asked(self, provider: str, said: Answer | Later | None) -> None:
        """Counts an answer."""
        if isinstance(said, Answer):
            word = said.outcome
        else:
            word = "no-answer" if said is None else "later"  # type: ignore[assignment]
        self._asked.labels(provider, word).inc()

    def settled(self, effect: Message) -> None:
        """Counts the result of a request by the event that it led to."""
        declined = isinstance(effect, Recorded) and effect.status == "Failed"
        failed = declined or isinstance(effect, RequestFailed)
        self._settled.labels("failed" if failed else "processed").inc()
