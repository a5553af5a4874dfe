"""The tables of the performance page come from files of measurements."""

import json
from pathlib import Path

import pytest

from bench import report, results

PAGE = """# Page

<!-- figures: starts starts -->
<!-- end -->

<!-- figures: instances -->
<!-- end -->
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    return page


def measured(folder: Path, at: str, *ready: float) -> None:
    runs = [{"orders": 5, "starts": {"order": {"ready_seconds": each}}} for each in ready]
    content = {"at": f"{at}T00:00:00", "parts": {"starts": runs}}
    (folder / f"{at}.json").write_text(json.dumps(content))


def test_a_page_without_measurements_stays_as_it_is(page: Path) -> None:
    report.write(page)
    assert page.read_text() == PAGE


def test_a_table_has_the_medians_of_the_newest_file(page: Path) -> None:
    measured(page.parent, "2026-01-01", 9.0)
    measured(page.parent, "2026-01-02", 1.0, 3.0, 2.0)
    report.write(page)
    assert "| order | 2 |" in page.read_text()
    assert "2026-01-02, median of 3 runs" in page.read_text()


def test_writing_again_changes_nothing(page: Path) -> None:
    measured(page.parent, "2026-01-01", 9.0)
    report.write(page)
    once = page.read_text()
    report.write(page)
    assert page.read_text() == once
