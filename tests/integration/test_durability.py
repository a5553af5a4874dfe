"""An engine that is killed comes back on the same address with all that it had acknowledged."""

from uuid import uuid4

import pytest

from tests.engine_kills import kill_kafka, kill_mongo
from tests.engines import AnyEngines
from tests.integration.kafka_records import consume, ids_in, insert, new_topic, produce

pytestmark = pytest.mark.engines
VALUES = [str(number) for number in range(1000)]


def test_killed_broker_keeps_what_it_acknowledged(engines: AnyEngines) -> None:
    if engines.kafka_kind in ("given", "embedded"):
        pytest.skip(f"a Kafka that is {engines.kafka_kind} is not to be killed")
    address, topic = engines.kafka, new_topic(engines.kafka)
    produce(engines.kafka, topic, VALUES)

    kill_kafka(engines)
    engines.restart_kafka()

    assert engines.kafka == address
    assert consume(engines.kafka, topic, len(VALUES)) == VALUES


def test_killed_mongod_keeps_what_it_acknowledged(engines: AnyEngines) -> None:
    if engines.mongo_kind == "given":
        pytest.skip("a MongoDB that was given is not to be killed")
    address, collection = engines.mongo, uuid4().hex
    insert(engines.mongo, collection, list(range(1000)))

    kill_mongo(engines)
    engines.restart_mongo()

    assert engines.mongo == address
    assert ids_in(engines.mongo, collection) == list(range(1000))
