"""Builds the portal's read models from the topics, as `waybill portal rebuild` does.

Needs a system that has handled orders: `python -m bench lifecycle rebuild`.
"""

from time import perf_counter

from motor.motor_asyncio import AsyncIOMotorClient

from bench.progress import Progress
from bench.system import System
from services.portal.projections.facts import TOPICS
from services.portal.projections.projector import Projector
from services.portal.projections.reader import MOST_RECORDS
from services.portal.projections.store import Store
from shared.runtime.app import now
from shared.runtime.http.metrics import Metrics
from shared.runtime.kafka.catching_up import CatchingUpConsumer
from shared.runtime.kafka.connection import connection
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.kafka.topic_reader import partitions_of, stop

DATABASE = "bench_rebuilt"


async def measure(system: System) -> dict[str, object]:
    """Records a second of one process that reads all partitions. Raises `RuntimeError`."""
    settings = system.settings
    mongo: AsyncIOMotorClient = AsyncIOMotorClient(settings.mongo.get_secret_value(), tz_aware=True)
    publisher = KafkaPublisher(settings, "bench-rebuild")
    consumer = CatchingUpConsumer(
        **connection(settings), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await publisher.start()
    await consumer.start()
    try:
        store = Store(mongo[DATABASE])
        await store.prepare()
        projector = Projector(store, publisher, Metrics("bench"), now, settings.topic_prefix)
        partitions = await partitions_of(settings, [settings.topic(topic) for topic in TOPICS])
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        records = sum((await consumer.end_offsets(partitions)).values())
        if not records:
            raise RuntimeError("nothing to read: run the part `lifecycle` first")
        progress, done = Progress("records projected", records), 0
        cpu, started = system.processes.cpu_seconds(), perf_counter()
        while done < records:
            polled = await consumer.getmany(timeout_ms=1000, max_records=MOST_RECORDS)
            batch = [record for found in polled.values() for record in found]
            await projector.handle(batch)
            done += len(batch)
            progress.at(done)
        seconds, used = perf_counter() - started, system.processes.cpu_seconds()
    finally:
        await mongo.drop_database(DATABASE)
        await stop(consumer)
        await publisher.stop()
        mongo.close()
    return {
        "records": records,
        "per_second": round(records / seconds),
        "cpu_us_per_record": {
            name: round((used[name] - cpu[name]) / records * 1e6) for name in ("driver", "mongod")
        },
    }
