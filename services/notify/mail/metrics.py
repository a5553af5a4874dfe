"""Metrics of mails."""

from prometheus_client import CollectorRegistry, Counter, Gauge

# All exist from the start: an increase from nothing to 1 is none to Prometheus.
OUTCOMES = ("sent", "later", "failed", "unreachable", "unknown", "late")


class MailMetrics:
    """Mails by outcome, and how many wait."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.mails = Counter(
            "waybill_mails",
            "Emails by outcome: sent, later, failed, unreachable, unknown, or late (not sent)",
            ["outcome"],
            registry=registry,
        )
        for outcome in OUTCOMES:
            self.mails.labels(outcome)
        self.waiting = Gauge(
            "waybill_mails_waiting",
            "Emails that wait to be sent; the same in every process",
            registry=registry,
        )
