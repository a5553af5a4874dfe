"""Sizes follow from costs, and the docs show what the script computes."""

from pathlib import Path

import pytest

from bench import report, sizes
from bench.sizes import Costs, size
from shared.contracts.topics import STARTED

DEPLOYMENT = Path(__file__).parents[3] / "docs" / "deployment.md"
COSTS = Costs(
    cpu_ms={**dict.fromkeys(STARTED, 1.0), "portal": 2.0, "kafka": 1.0, "mongod": 4.0},
    megabytes=dict.fromkeys(STARTED, 100.0),
    kafka_kb=10.0,
    mongo_kb=20.0,
)


def test_the_peak_is_ten_times_the_average() -> None:
    assert size(86_400, COSTS).peak == pytest.approx(10)


def test_every_process_has_two_instances_at_least() -> None:
    assert set(size(1, COSTS).instances.values()) == {2}


def test_no_instance_uses_more_than_half_of_a_core_at_the_peak() -> None:
    needed = size(86_400 * 100, COSTS)  # 1,000 a second at the peak, 2 ms each in the portal
    assert needed.instances == {**dict.fromkeys(STARTED, 2), "portal": 4}
    assert (needed.kafka_cores, needed.mongo_cores) == (2, 8)


def test_instances_may_double_without_more_partitions() -> None:
    for orders in sizes.ORDERS_A_DAY:
        needed = size(orders, COSTS)
        assert needed.partitions >= 2 * max(needed.instances.values())


def test_more_than_the_partitions_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 96 partitions"):
        size(86_400 * 10_000, COSTS)


def test_disks_hold_the_retention_and_a_year() -> None:
    needed = size(1000, COSTS)
    assert needed.kafka_gb == pytest.approx(1000 * 30 * 3 * 10 / 1e6)
    assert needed.mongo_gb == pytest.approx(1000 * 365 * 20 / 1e6)


def test_the_docs_show_what_the_newest_figures_give(monkeypatch: pytest.MonkeyPatch) -> None:
    """If not: python -m bench report."""
    monkeypatch.chdir(DEPLOYMENT.parents[1])
    text = DEPLOYMENT.read_text(encoding="utf-8")
    assert "| orders a day |" in text
    assert report.filled(text) == text
