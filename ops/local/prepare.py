"""Prepares engines that run already: waits for them and creates what the services need."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from aiokafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

from ops.errors import TimedOutError, ToolError, kafka_unreachable, mongo_unreachable
from shared.monitoring import probe
from shared.runtime.connection_errors import why_no_mongo
from shared.runtime.kafka.topics import create_topics
from shared.runtime.mongo.connection import hosts, sign_in_options
from shared.runtime.settings import Settings

ALREADY_INITIALIZED = 23
LONGEST_PAUSE = 5.0
Say = Callable[[str], None]


async def prepare(settings: Settings, within: float, say: Say) -> None:
    """Waits for both engines, initiates the replica set and creates the topics. Safe to repeat.

    Raises `TimedOutError` if an engine doesn't answer within `within` seconds.
    """
    until = time.monotonic() + within

    async def kafka() -> probe.Engine:
        return await probe.kafka(settings)

    async def mongo() -> probe.Engine:
        return await asyncio.to_thread(_mongo_answers, settings)

    async def primary() -> probe.Engine:
        return await asyncio.to_thread(probe.mongo, settings)

    await _until(mongo, until, say)
    if await asyncio.to_thread(initiate, settings):
        say("MongoDB: initiated the replica set")
    await _until(primary, until, say)
    await _until(kafka, until, say)
    try:
        created = await create_topics(settings)
    except (KafkaError, OSError) as error:
        raise kafka_unreachable(settings.kafka, error) from error
    say(f"Kafka: created {len(created)} topics" if created else "Kafka: all topics exist")


async def _until(ask: Callable[[], Awaitable[probe.Engine]], until: float, say: Say) -> None:
    pause = 0.1
    while not (engine := await ask()).answers:
        if time.monotonic() + pause > until:
            raise TimedOutError(
                f"{engine.name} doesn't answer at {engine.address}: {engine.says}.",
                "Start it, or give it more time with --timeout.",
            )
        if pause > 1:
            say(f"{engine.name}: waiting for {engine.address} ({engine.says})")
        await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, no secret
        pause = min(pause * 2, LONGEST_PAUSE)
    say(f"{engine.name}: answers at {engine.address} ({engine.says})")


def _direct(settings: Settings) -> MongoClient:
    """Returns a client of the first server in the URI, which may not be a member of a set yet."""
    uri = settings.mongo.get_secret_value()
    found = parse_uri(uri)
    host, port = found["nodelist"][0]
    options = {k: v for k, v in found["options"].items() if k.lower() not in _NOT_DIRECT}
    who = {"username": found["username"], "password": found["password"]} | sign_in_options(settings)
    return MongoClient(
        host, port, **(options | who), directConnection=True, serverSelectionTimeoutMS=3000
    )


_NOT_DIRECT = {"replicaset", "directconnection", "serverselectiontimeoutms"}


def _mongo_answers(settings: Settings) -> probe.Engine:
    address = hosts(settings.mongo.get_secret_value())
    client = _direct(settings)
    try:
        client.admin.command("ping")
    except PyMongoError as error:
        says = why_no_mongo(error) or type(error).__name__
        return probe.Engine(name="MongoDB", address=address, answers=False, says=says)
    finally:
        client.close()
    return probe.Engine(name="MongoDB", address=address, answers=True, says="alive")


def initiate(settings: Settings) -> bool:
    """Initiates a replica set of the URI's hosts; returns False if there is one already.

    Raises `UnreachableError`, or `ToolError` if the server can't be a member of a set.
    """
    found = parse_uri(settings.mongo.get_secret_value())
    name = found["options"].get("replicaSet")
    address = hosts(settings.mongo.get_secret_value())
    if not name:
        return False
    client = _direct(settings)
    try:
        if client.admin.command("hello").get("setName"):
            return False
        members = [{"_id": i, "host": f"{h}:{p}"} for i, (h, p) in enumerate(found["nodelist"])]
        client.admin.command("replSetInitiate", {"_id": name, "members": members})
    except OperationFailure as error:
        if error.code == ALREADY_INITIALIZED:
            return False
        raise ToolError(
            f"MongoDB at {address} can't become the replica set {name}: {error.details}",
            f"Start it with --replSet {name}.",
        ) from None
    except PyMongoError as error:
        raise mongo_unreachable(address, error) from error
    finally:
        client.close()
    return True
