"""Publishes again what the journals have, but the saved topics may not."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, cast

import bson
from motor.motor_asyncio import AsyncIOMotorClient

from ops.backup.verification import Progress
from shared.contracts.topics import OPTIONAL, SERVICES
from shared.runtime.decider import Decider
from shared.runtime.decider.service import Service
from shared.runtime.kafka.publisher import KafkaPublisher
from shared.runtime.mongo.archive import MongoArchive
from shared.runtime.mongo.journal import raising_unavailable
from shared.runtime.ports import Document, Publication
from shared.runtime.processing.publications import Publications
from shared.runtime.settings import Settings

AT_ONCE = 200  # documents


def load_services() -> Mapping[str, Service]:
    """Every service that decides, by name."""
    return {
        name: cast("Service", import_module(f"services.{name}.app").SERVICE)
        for name in (*SERVICES, *OPTIONAL)
    }


def derive(
    publications: Publications, document: Document, decider: Decider[Any]
) -> Iterator[Publication]:
    """Yields the records of a document. Of an erased one, only the tombstone is left.

    Its other records were published before it was erased; whoever missed them learns from the
    tombstone that they don't matter any more.
    """
    if not document.get("erased"):
        yield from publications.of(document, decider)
        return
    for position, event in enumerate(document["events"]):
        if "data" in event:
            tombstone = {**document, "events": [event], "first": document["first"] + position}
            # The outcomes are without their texts, and without the topics that they went to.
            yield from publications.of({**tombstone, "settled": []}, decider)


async def publish_again(
    settings: Settings,
    mongo: AsyncIOMotorClient,
    publisher: KafkaPublisher,
    chunks: Iterator[list[bytes]],
    total: int,
    progress: Progress,
) -> int:
    """Publishes the records of these documents, given by service and id, in order.

    Returns how many replies had to be left out, because the cluster doesn't have their topics.
    Raises `Unavailable`.
    """
    services = load_services()
    done = left_out = 0
    for chunk in chunks:
        ids = [bson.decode(entry) for entry in chunk]
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            for name in dict.fromkeys(each["service"] for each in some):
                mine = [each["_id"] for each in some if each["service"] == name]
                journal = mongo[settings.database_of(name)]["journal"]
                records = await _records(settings, services[name], journal, mine)
                missing = await publisher.missing({record.topic for record in records})
                left_out += sum(record.topic in missing for record in records)
                await publisher.publish([one for one in records if one.topic not in missing])
            done += len(some)
            progress("published", done, total)
    return left_out


async def _records(
    settings: Settings, service: Service, journal: Any, ids: Sequence[str]
) -> list[Publication]:
    publications = Publications(service.name, settings.topic_prefix)
    with raising_unavailable():
        found = await journal.find({"_id": {"$in": list(ids)}}).sort("_id", 1).to_list(None)
        # Left by a process that died before it could withdraw them.
        invalid = await MongoArchive(journal.database.client, journal.database.name).taken(found)
    return [
        record
        for document in found
        if document["_id"] not in invalid
        for record in derive(publications, document, service.decider_of(document["stream"]))
    ]
