"""The space that an order takes in Kafka and MongoDB, from its cart to Completed.

Whole lifecycles, as `lifecycle` has them, on an empty system. Kafka's figure is for one replica,
without compression by senders; MongoDB's is what its files have after a checkpoint.
"""

from pymongo import MongoClient

from bench import lifecycle
from bench.results import Figures
from bench.system import System
from shared.contracts.topics import STARTED
from shared.runtime.mongo.connection import connect_blocking

ORDERS = 3000
KB = 1000


async def measure(system: System, orders: int = ORDERS) -> Figures:
    """Kilobytes of an order in Kafka, and in each database: data and indexes."""
    with connect_blocking(system.settings) as client:
        kafka, mongo = _kafka(system), _mongo(system, client)
        await lifecycle.measure(system, orders)
        filled = _mongo(system, client)
        grown = {name: filled[name] - mongo[name] for name in filled}
        return {
            "orders": orders,
            "kafka_kb_per_order": round((_kafka(system) - kafka) / orders / KB, 1),
            "mongo_kb_per_order": {
                name: round(size / orders / KB, 1) for name, size in grown.items()
            },
        }


def _kafka(system: System) -> int:
    """Bytes of the segments of all topics, without Kafka's own."""
    return sum(
        file.stat().st_size
        for file in system.home.folder.rglob("*.log")
        if "-" in file.parent.name and not file.parent.name.startswith("__")
    )


def _mongo(system: System, client: MongoClient) -> dict[str, int]:
    """Bytes of the collections and indexes of each service's database, on disk."""
    client.admin.command("fsync")
    return {
        name: int(client[system.settings.database_of(name)].command("dbStats")["totalSize"])
        for name in STARTED
    }
