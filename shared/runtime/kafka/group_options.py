"""How members of a consumer group read: the same for services and for what works beside them."""

from typing import Any

from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from shared.runtime.kafka.connection import connection
from shared.runtime.settings import Settings


def reading_options(settings: Settings) -> dict[str, Any]:
    """Returns where a new group begins, what it sees, and how its members share partitions.

    All topics keyed by order have as many partitions, so one process has all of an order.
    """
    return {
        "auto_offset_reset": "earliest",
        "isolation_level": "read_committed",
        "partition_assignment_strategy": [RangePartitionAssignor],
        "session_timeout_ms": settings.session_timeout_ms,
        "heartbeat_interval_ms": settings.session_timeout_ms // 4,
        "max_poll_interval_ms": settings.max_poll_interval_ms,
    }


def group_options(settings: Settings, group: str) -> dict[str, Any]:
    """Returns the options of a `polling_consumer.Consumer` that commits what it has stored."""
    return {
        **connection(settings),
        **reading_options(settings),
        "client_id": group,
        "group_id": settings.topic(group),
        "enable_auto_commit": False,
        "accept_lost": settings.accept_lost_records,
    }
