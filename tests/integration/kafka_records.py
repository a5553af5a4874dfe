"""Records and documents written and read back, as plainly as it goes."""

from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from pymongo import MongoClient


def new_topic(kafka: str) -> str:
    """A topic of one partition that nobody else uses."""
    name = f"test.{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": kafka})  # held: its futures fail when it is gone
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)
    return name


def produce(kafka: str, topic: str, values: list[str]) -> None:
    """Returns once the broker has acknowledged every one of them."""
    refused: list[KafkaError] = []

    def told(error: KafkaError | None, _: object) -> None:
        if error:
            refused.append(error)

    producer = Producer({"bootstrap.servers": kafka, "acks": "all", "linger.ms": 0})
    for value in values:
        producer.produce(topic, value, on_delivery=told)
    assert producer.flush(30) == 0
    assert not refused


def consume(kafka: str, topic: str, number: int) -> list[str]:
    """The first `number` values of the topic."""
    consumer = Consumer(
        {"bootstrap.servers": kafka, "group.id": uuid4().hex, "auto.offset.reset": "earliest"}
    )
    try:
        consumer.subscribe([topic])
        return [(record.value() or b"").decode() for record in consumer.consume(number, 30)]
    finally:
        consumer.close()


def insert(mongo: str, collection: str, ids: list[int]) -> None:
    """Returns once MongoDB has acknowledged every document."""
    with _client(mongo) as client:
        client["test"][collection].insert_many([{"_id": one} for one in ids])


def ids_in(mongo: str, collection: str) -> list[int]:
    """The ids of all documents there."""
    with _client(mongo) as client:
        return [found["_id"] for found in client["test"][collection].find().sort("_id")]


def _client(mongo: str) -> "MongoClient[dict[str, Any]]":
    return MongoClient(mongo, w="majority", timeoutMS=30_000)
