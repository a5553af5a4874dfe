"""What many cores would carry is computed as docs/performance.md says."""

import pytest

from bench import model

CPU_MS = {"order": 1.0, "portal": 2.0, "kafka": 1.0, "mongod": 4.0}


def limit(resource: str) -> float:
    found = model.limits(CPU_MS, commands_per_second=5000, cores=100, partitions=100)
    return next(each.per_second for each in found if each.resource.startswith(resource))


def test_the_limits_follow_from_the_cost_of_an_order() -> None:
    assert limit("all cores") == pytest.approx(100_000 / 8)
    assert limit("MongoDB") == pytest.approx(model.MONGO_CORES * 1000 / 4)
    assert limit("stock") == pytest.approx(2500)


def test_partitions_limit_the_service_with_the_highest_cost() -> None:
    even = model.evenness(100, 100)
    assert 0.5 < even < 1
    assert limit("partitions (portal)") == pytest.approx(100_000 / 2 * even)


def test_one_process_is_always_even() -> None:
    assert model.evenness(100, 1) == 1


def test_the_lowest_limit_is_first() -> None:
    found = model.limits(CPU_MS, commands_per_second=5000, cores=100, partitions=100)
    assert [each.per_second for each in found] == sorted(each.per_second for each in found)


def test_services_get_enough_processes_and_engines_none() -> None:
    assert model.processes_for(700, CPU_MS) == {"order": 1, "portal": 2}
