"""Fixtures: topics and databases for one test."""

from collections.abc import Callable, Iterator

import pytest

from tests.cluster import Cluster
from tests.engines import AnyEngines
from tests.integration.runtime.orders import TOPICS

NewCluster = Callable[[], Cluster]


@pytest.fixture(scope="module")
def clusters(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewCluster]:
    """Creates topics and databases for order services; stops everything after the file."""
    made: list[Cluster] = []

    def another() -> Cluster:
        made.append(Cluster(engines, tmp_path_factory.mktemp("logs"), TOPICS))
        return made[-1]

    yield another
    for cluster in made:
        cluster.close()


@pytest.fixture
def cluster(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster for a single test."""
    made = Cluster(engines, tmp_path_factory.mktemp("logs"), TOPICS)
    yield made
    made.close()
