"""Prometheus metrics of a process."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one service, in a registry of its own.

    It has those of the operating system as well: when the process started, its memory and CPU time.
    """

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        labels: dict[str, Any] = {"namespace": "waybill", "registry": self.registry}
        self.service = Gauge("service", "Which service this is.", ["service"], **labels)
        self.service.labels(service).set(1)
        ProcessCollector(registry=self.registry)
        self.ready = Gauge("ready", "Whether the process is ready: 1 or 0.", **labels)
        self.engine_up = Gauge(
            "engine_up",
            "Whether Kafka or MongoDB answers this process: 1 or 0.",
            ["engine"],
            **labels,
        )
        self.records = Counter("records", "Records that were read from topics.", **labels)
        self.handled = Counter("handled", "Messages that were decided.", ["type"], **labels)
        self.events = Counter("events", "Events that were recorded.", ["type"], **labels)
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
        self.archived = Counter("archived", "Streams that were moved to the archive.", **labels)
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
        self.oldest_record_seconds = Gauge(
            "oldest_record_seconds",
            "The age of the oldest record of the present batch; between two batches, what it was "
            "at the end of the last one. 0 if everything is read.",
            **labels,
        )
        self.batch_in_progress_seconds = Gauge(
            "batch_in_progress_seconds", "How long the present batch has taken so far.", **labels
        )
        self.unpublished_seconds = Gauge(
            "unpublished_seconds",
            "How long the journal has had something of this process that isn't published.",
            **labels,
        )
        self.mongo_disk_used = Gauge(
            "mongo_disk_used_bytes", "Used space of the disk that has MongoDB's data.", **labels
        )
        self.mongo_disk_size = Gauge(
            "mongo_disk_size_bytes", "The size of the disk that has MongoDB's data.", **labels
        )
