"""Crashes and outages while messages arrive."""

import signal

import pytest

from tests.cluster import Cluster
from tests.engine_kills import kill_kafka, kill_mongo
from tests.engines import AnyEngines
from tests.integration.runtime.orders import Load, check, give
from tests.polling import eventually
from tests.processes import until_ready

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.usefixtures("survivors"),
]


def test_two_processes_share_the_work_and_one_is_killed(cluster: Cluster) -> None:
    dying, heir = cluster.start("order"), cluster.start("order")
    until_ready(dying, heir)
    with Load(cluster) as load:
        eventually(lambda: dying.metric("records_total") > 200, within=30)
        eventually(lambda: heir.metric("records_total") > 200, within=30)
        dying.kill()
        before = heir.metric("records_total")
        eventually(lambda: heir.metric("records_total") > before + 500, within=40)

    cluster.until_done("order")

    check(cluster, load.sent)


def test_process_joins_and_leaves_in_good_order(cluster: Cluster) -> None:
    first = cluster.start("order")
    until_ready(first)
    with Load(cluster) as load:
        second = cluster.start("order")
        eventually(lambda: second.ready() and second.metric("records_total") > 200, within=40)
        first.send(signal.SIGTERM)
        assert first.ended() in (0, -signal.SIGTERM)
        assert '"stopped"' in first.last_words()
        before = second.metric("records_total")
        eventually(lambda: second.metric("records_total") > before + 500, within=30)

    cluster.until_done("order")

    check(cluster, load.sent)
    assert second.metric("republished_total") == 0, "the batch in flight was finished"


@pytest.mark.parametrize("step", ["decided", "appended"])
def test_zombie_wakes_up_when_its_partitions_are_somebody_elses(
    cluster: Cluster, step: str
) -> None:
    zombie = cluster.start("order", "stop", step, "5")
    sent = give(cluster, range(80))
    eventually(lambda: zombie.stands_still, within=60)
    heir = cluster.start("order")
    eventually(heir.ready, within=60)
    with Load(cluster) as load:
        eventually(lambda: heir.metric("records_total") > 400, within=40)
        zombie.send(signal.SIGCONT)
        eventually(zombie.ready, within=40)
        if step == "decided":  # only the fence stands in its way
            eventually(lambda: zombie.metric("conflicts_total") > 0)
        else:
            assert heir.metric("republished_total") > 0, "it had written, and not yet published"

    cluster.until_done("order")

    check(cluster, [*sent, *load.sent])


@pytest.mark.parametrize("how", ["restart", "kill"])
def test_broker_goes_and_comes_back(cluster: Cluster, engines: AnyEngines, how: str) -> None:
    if engines.kafka_kind in ("given", "embedded"):
        pytest.skip(f"a Kafka that is {engines.kafka_kind} is not to be stopped")
    process = cluster.start("order")
    until_ready(process)
    with Load(cluster) as load:
        eventually(lambda: process.metric("records_total") > 300, within=30)
        if how == "kill":
            kill_kafka(engines)
        engines.restart_kafka()
        before = process.metric("records_total")
        eventually(lambda: process.metric("records_total") > before + 300, within=180)

    cluster.until_done("order")

    check(cluster, load.sent)
    assert process.code is None


def test_mongod_is_killed_and_comes_back(cluster: Cluster, engines: AnyEngines) -> None:
    if engines.mongo_kind == "given":
        pytest.skip("a MongoDB that was given is not to be stopped")
    process = cluster.start("order")
    until_ready(process)
    with Load(cluster) as load:
        eventually(lambda: process.metric("records_total") > 300, within=30)
        kill_mongo(engines)
        eventually(lambda: "MongoDB doesn't answer" in process.health()["because"])
        engines.restart_mongo()
        before = process.metric("records_total")
        eventually(lambda: process.metric("records_total") > before + 300, within=180)

    cluster.until_done("order")

    check(cluster, load.sent)
    assert process.code is None
