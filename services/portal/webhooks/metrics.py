"""Metrics of webhooks."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class WebhookMetrics:
    """Attempts by outcome, and deliveries that wait or are parked."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.attempts = Counter(
            "waybill_webhook_attempts",
            "Attempts to deliver an event over HTTP, by outcome",
            ["outcome"],
            registry=registry,
        )
        self.open = Gauge(
            "waybill_webhook_open",
            "Deliveries that wait to be tried (waiting) or for an operator (parked)",
            ["state"],
            registry=registry,
        )
