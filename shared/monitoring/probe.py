"""Checks whether Kafka and MongoDB are available."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pydantic import BaseModel
from pymongo.errors import PyMongoError

from shared.runtime.connection_errors import why_no_mongo, why_refused
from shared.runtime.kafka.connection import connection
from shared.runtime.mongo.connection import connect_blocking, hosts
from shared.runtime.settings import Settings


class Engine(BaseModel):
    """The state of Kafka or MongoDB.

    says  details, or why it doesn't answer
    """

    name: str
    address: str
    answers: bool
    says: str


async def engines(settings: Settings, within: float = 3) -> list[Engine]:
    """Checks Kafka and MongoDB, each within so many seconds."""
    return list(
        await asyncio.gather(kafka(settings, within), asyncio.to_thread(mongo, settings, within))
    )


async def kafka(settings: Settings, within: float = 3) -> Engine:
    """Checks Kafka."""
    admin = AIOKafkaAdminClient(**connection(settings), request_timeout_ms=int(within * 1000))
    try:
        async with asyncio.timeout(within):
            await admin.start()
            topics = await admin.list_topics()
    except (KafkaError, OSError, TimeoutError) as error:
        refused = await why_refused(settings, error)
        return _engine("Kafka", settings.kafka, False, refused or type(error).__name__)
    finally:
        await admin.close()
    return _engine("Kafka", settings.kafka, True, f"{len(topics)} topics")


def mongo(settings: Settings, within: float = 3) -> Engine:
    """Checks MongoDB; it is available when it has a primary."""
    address = hosts(settings.mongo.get_secret_value())
    client = connect_blocking(settings, serverSelectionTimeoutMS=int(within * 1000))
    try:
        answer = client.admin.command("hello")
    except PyMongoError as error:
        return _engine("MongoDB", address, False, why_no_mongo(error) or type(error).__name__)
    finally:
        client.close()
    return _engine("MongoDB", address, True, f"replica set {answer.get('setName', 'none')}")


def _engine(name: str, address: str, answers: bool, says: str) -> Engine:
    return Engine(name=name, address=address, answers=answers, says=says)
