"""Prometheus metrics of a process."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one service, in a registry of its own."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        labels: dict[str, Any] = {"namespace": "waybill", "registry": self.registry}
        self.service = Gauge("service", "Which service this is.", ["service"], **labels)
        self.service.labels(service).set(1)
        self.records = Counter("records", "Records that were read from topics.", **labels)
        self.handled = Counter("handled", "Messages that were decided.", ["type"], **labels)
        self.queries = Counter("queries", "Questions that were answered.", ["type"], **labels)
        self.repeats = Counter("repeats", "Messages that had been decided before.", **labels)
        self.dead_letters = Counter("dead_letters", "Records that became dead letters.", **labels)
        self.conflicts = Counter(
            "conflicts", "Appends that failed because another process was first.", **labels
        )
        self.republished = Counter(
            "republished",
            "Documents published for a process that had died before it did.",
            **labels,
        )
        self.unavailable = Counter(
            "unavailable", "Waits because Kafka or MongoDB was unavailable.", **labels
        )
        self.batch_seconds = Histogram(
            "batch_seconds",
            "Seconds from a batch's arrival to its mark.",
            buckets=SECONDS,
            **labels,
        )
        self.lag = Gauge(
            "lag", "Records of the assigned partitions that aren't read yet.", **labels
        )
