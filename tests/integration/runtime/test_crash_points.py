"""A process dies at a named step of a batch; another one takes over."""

import pytest

from tests.cluster import Cluster, Sent
from tests.integration.runtime.conftest import NewCluster
from tests.integration.runtime.orders import addressed, check, give, note
from tests.processes import ServiceProcess
from tests.service import GONE

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.usefixtures("survivors"),
]

STEPS = ["decoded", "loaded", "decided", "appended", "published", "marked", "committed"]
Crash = tuple[Cluster, list[Sent], ServiceProcess]


@pytest.fixture(scope="module")
def crashes(clusters: NewCluster) -> dict[str, Crash]:
    """For each step, a system whose first process died there and whose second took over.

    It died while orders were placed, each of which has an event and a reply to lose. Steps between
    the first and the last are reached by each part of a batch.
    """
    systems: dict[str, tuple[Cluster, list[Sent]]] = {}
    dying: list[ServiceProcess] = []
    for step in STEPS:
        cluster = clusters()
        systems[step] = cluster, give(cluster, range(120), notes=0)
        dying.append(cluster.start("order", "exit", step, "3"))
    for process in dying:
        assert process.ended(60) == GONE, process.last_words()
    for cluster, sent in systems.values():
        sent += [addressed(cluster, note(f"c-{n:05}", 0)) for n in range(120)]
        cluster.produce(sent[120:])
    return {step: (*system, system[0].start("order")) for step, system in systems.items()}


@pytest.mark.parametrize("step", STEPS)
def test_process_that_dies_at_a_step_loses_doubles_and_disorders_nothing(
    crashes: dict[str, Crash], step: str
) -> None:
    cluster, sent, heir = crashes[step]

    cluster.until_done("order")

    check(cluster, sent)
    if step in ("appended", "published"):
        assert heir.metric("republished_total") > 0, "or it died somewhere else"
