"""Creates the topics of the contract; safe to repeat."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from shared.contracts.topics import (
    DEAD_LETTER_VERDICTS,
    PROCESSES,
    TOPICS,
    Cleanup,
    dead_letter_topic,
)
from shared.runtime.kafka.connection import MAX_DEAD_LETTER, MAX_RECORD, connection
from shared.runtime.settings import Settings

DAY_MS = 24 * 60 * 60 * 1000
# A verdict must outlive its dead letter, which Kafka may keep a week or so beyond its retention.
KEPT_LONGER = {DEAD_LETTER_VERDICTS.name: 2}
MOST_DAYS = {topic.name: topic.most_days for topic in TOPICS if topic.most_days}


def retention_days(name: str, settings: Settings) -> int:
    """How many days the records of a topic are kept."""
    days = settings.retention_days * KEPT_LONGER.get(name, 1)
    return min(days, MOST_DAYS.get(name, days))


def _wanted() -> dict[str, tuple[Cleanup, int]]:
    """The topics of the contract by name: what is cleaned up, and the largest record."""
    wanted: dict[str, tuple[Cleanup, int]] = {t.name: (t.cleanup, MAX_RECORD) for t in TOPICS}
    wanted |= {dead_letter_topic(service): ("delete", MAX_DEAD_LETTER) for service in PROCESSES}
    return wanted


async def missing_topics(settings: Settings) -> list[str]:
    """Returns the topics of the contract that don't exist. Raises `KafkaError`."""
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        existing = set(await admin.list_topics())
    finally:
        await admin.close()
    return [name for name in _wanted() if settings.topic(name) not in existing]


async def create_topics(settings: Settings) -> list[str]:
    """Creates the missing topics and returns their names. Raises `KafkaError` if one is refused."""
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [
            NewTopic(
                settings.topic(name),
                settings.partitions,
                settings.replication,
                topic_configs={
                    "cleanup.policy": cleanup,
                    "max.message.bytes": str(largest),
                    "retention.ms": str(retention_days(name, settings) * DAY_MS),
                    # Retention must not depend on the time that a sender claims.
                    "message.timestamp.type": "LogAppendTime",
                },
            )
            for name, (cleanup, largest) in _wanted().items()
            if settings.topic(name) not in existing
        ]
        if missing:
            answer = await admin.create_topics(missing)
            for name, code, *texts in answer.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise KafkaError(
                        f"topic {name} can't be created: {texts[0] if texts else code}"
                    )
        return [topic.name for topic in missing]
    finally:
        await admin.close()
