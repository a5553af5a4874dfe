"""A process dies at a named step of its work, for good; another takes over."""

import pytest

from tests.cluster import Cluster, Sent
from tests.integration.runtime.conftest import NewCluster
from tests.integration.runtime.orders import check, give
from tests.processes import ServiceProcess
from tests.service import GONE

pytestmark = [pytest.mark.engines, pytest.mark.slow]

STEPS = ["decoded", "loaded", "decided", "appended", "published", "marked", "committed"]
Crash = tuple[Cluster, list[Sent], ServiceProcess]


@pytest.fixture(scope="module")
def crashes(clusters: NewCluster) -> dict[str, Crash]:
    """For each step a system whose first process is about to die there, in its third batch."""
    started: dict[str, Crash] = {}
    for step in STEPS:
        cluster = clusters()
        sent = give(cluster, range(60))
        # Steps between the first and the last are reached by each part of a batch.
        started[step] = cluster, sent, cluster.start("order", "exit", step, "3")
    for _, _, first in started.values():
        assert first.ended(60) == GONE, first.last_words()
    for cluster, _, _ in started.values():
        cluster.start("order")
    return started


@pytest.mark.parametrize("step", STEPS)
def test_process_that_dies_at_a_step_loses_doubles_and_disorders_nothing(
    crashes: dict[str, Crash], step: str
) -> None:
    cluster, sent, _ = crashes[step]

    cluster.until_done("order")

    check(cluster, sent)
