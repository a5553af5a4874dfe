"""Kills the engines that tests share, as a power cut would."""

from ops.local.engines import record
from tests.containers import Containers
from tests.engines import AnyEngines


def kill_kafka(engines: AnyEngines) -> None:
    """Ends the broker with `kill -9`; does nothing to a Kafka that the tests were given."""
    if isinstance(engines, Containers):
        engines.kill_kafka()
    elif started := record.read(engines.data_dir):
        started.kafka.engine(engines.data_dir).kill()


def kill_mongo(engines: AnyEngines) -> None:
    """Ends `mongod` with `kill -9`; does nothing to a MongoDB that the tests were given."""
    if isinstance(engines, Containers):
        engines.kill_mongo()
    elif started := record.read(engines.data_dir):
        started.mongo.engine(engines.data_dir).kill()
