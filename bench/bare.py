"""The baseline: a bare loop of aiokafka and motor with the same steps as a service.

Consumes a batch, decides with a dictionary, does one `insert_many`, publishes one record each, and
commits.
"""

import asyncio
import gc
import sys
from time import perf_counter
from typing import Any
from uuid import uuid4

import orjson
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern

from shared.contracts.topics import ORDER_EVENTS
from shared.runtime.kafka.connection import connection
from shared.runtime.settings import Settings

TRANSITIONS = {
    ("new", "waybill.cart.converted.v1"): "InProgress",
    ("new", "waybill.order.add-note.v1"): "InProgress",
}


async def handle(settings: Settings, topic: str, count: int) -> float:
    """Handles `count` records of `topic`; returns records per second."""
    client: AsyncIOMotorClient = AsyncIOMotorClient(settings.mongo.get_secret_value())
    journal = client[f"{settings.database}_bare"].get_collection(
        uuid4().hex, write_concern=WriteConcern(w="majority", j=True)
    )
    consumer = AIOKafkaConsumer(
        settings.topic(topic),
        **connection(settings),
        group_id=uuid4().hex,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    producer = AIOKafkaProducer(
        **connection(settings), acks="all", enable_idempotence=True, max_batch_size=256 * 1024
    )
    await consumer.start()
    await producer.start()
    target = settings.topic(ORDER_EVENTS)
    done, started = 0, 0.0
    while done < count:
        batch = await consumer.getmany(timeout_ms=1000, max_records=settings.batch)
        started = started or perf_counter()
        documents: list[dict[str, Any]] = []
        outputs: list[tuple[bytes, bytes, list[tuple[str, bytes]]]] = []
        for record in (record for records in batch.values() for record in records):
            headers = dict(record.headers)
            data = orjson.loads(record.value)
            data["status"] = TRANSITIONS["new", headers["ce_type"].decode()]
            name = f"{record.partition}@{record.offset}"
            documents.append({"_id": name, "cause": headers["ce_id"], "data": data})
            outputs.append((record.key, orjson.dumps(data), [("ce_type", b"placed")]))
        if documents:
            await journal.insert_many(documents, ordered=False)
        in_flight = [await producer.send(target, v, k, headers=h) for k, v, h in outputs]
        await asyncio.gather(*in_flight)
        await consumer.commit()
        done += len(documents)
    speed = done / (perf_counter() - started)
    await consumer.stop()
    await producer.stop()
    await journal.drop()
    return speed


if __name__ == "__main__":
    gc.set_threshold(100_000, 50, 50)  # as in the services
    print(uvloop.run(handle(Settings(), sys.argv[1], int(sys.argv[2]))))
