"""Metrics of the commands and questions that the portal sends."""

from prometheus_client import CollectorRegistry, Counter

# Whoever waits for less than this doesn't expect a reply.
EXPECTED_SECONDS = 1.0


class CommandMetrics:
    """Counts requests to services by what became of them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "portal_requests",
            "Commands and questions to services: answered, unanswered (no reply in time), unsent "
            "(Kafka didn't acknowledge), or unreadable (its reply).",
            ["result"],
            namespace="waybill",
            registry=registry,
        )
        for result in ("answered", "unanswered", "unsent", "unreadable"):
            self._requests.labels(result)

    def count(self, result: str) -> None:
        """Counts a request."""
        self._requests.labels(result).inc()

    def unanswered(self, waited: float) -> None:
        """Counts a request without a reply, unless it hardly waited for one (seconds)."""
        if waited >= EXPECTED_SECONDS:
            self.count("unanswered")
