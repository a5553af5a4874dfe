"""The alerts, their runbook, and the metrics that they and the dashboards read."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.ops.observability import exposed
from tests.unit.ops.observability.files import (
    DASHBOARDS,
    FOLDER,
    OF_PROMETHEUS,
    ROOT,
    alerts,
    counters_in,
    expressions_of,
    matchers_in,
    metrics_in,
)

ALERTS = alerts()
TESTS = Path(__file__).with_name("alerts.yml")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def name(alert: dict[str, Any]) -> str:
    return str(alert["alert"])


def paragraphs() -> dict[str, str]:
    """The runbook's text for each heading."""
    _, *sections = re.split(r"^## ", RUNBOOK, flags=re.M)
    return {head: text for head, _, text in (section.partition("\n") for section in sections)}


@pytest.mark.parametrize("alert", ALERTS, ids=name)
def test_every_alert_says_how_bad_how_long_and_what(alert):
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert re.fullmatch(r"\d+m", alert["for"])
    assert alert["annotations"]["summary"]


@pytest.mark.parametrize("alert", ALERTS, ids=name)
def test_every_alert_links_to_its_paragraph_of_the_runbook(alert):
    page, _, anchor = alert["annotations"]["runbook_url"].partition("#")
    assert page == "docs/runbook.md"
    assert anchor == alert["alert"].lower()
    assert alert["alert"] in paragraphs()


def test_runbook_has_no_paragraph_without_an_alert():
    assert [*paragraphs()] == [alert["alert"] for alert in ALERTS]


@pytest.mark.parametrize(("alert", "text"), paragraphs().items(), ids=[*paragraphs()])
def test_every_paragraph_says_what_it_means_what_to_look_at_and_what_mends_it(alert, text):
    for part in ("**Means**", "**Look at**", "**Mend**"):
        assert part in text, part
    assert "```sh" in text, "a command"


def test_every_alert_is_tested():
    tested = {test["name"] for test in yaml.safe_load(TESTS.read_text())["tests"]}
    assert tested == {alert["alert"] for alert in ALERTS}


def test_alerts_fire_and_clear():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("needs promtool, of Debian's package prometheus, to evaluate the rules")
    done = subprocess.run([promtool, "test", "rules", TESTS], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_its_configuration():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("needs promtool, of Debian's package prometheus, to check prometheus.yml")
    done = subprocess.run(
        [promtool, "check", "config", "--lint-fatal", FOLDER / "prometheus.yml"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def expressions() -> list[str]:
    read = [expression for page in DASHBOARDS for expression in expressions_of(page)]
    return [*read, *(alert["expr"] for alert in ALERTS)]


async def test_every_metric_that_is_read_is_exposed():
    read = set().union(*map(metrics_in, expressions()))
    assert len(read) > 20
    assert read - await exposed.names() == OF_PROMETHEUS


def test_every_label_that_selects_is_one_of_its_metric():
    known, ours = exposed.labels(), {"job", "instance"}
    for expression in expressions():
        for metric, label in matchers_in(expression):
            base = re.sub(r"_(total|bucket|count|sum)$", "", metric)
            found = known.get(metric, known.get(base, set()))
            assert label in found | ours | {"le"}, f"{metric}: {label}"


@pytest.mark.parametrize("alert", ALERTS, ids=name)
def test_every_counter_that_a_rule_selects_exists_before_its_first_increment(alert):
    """From nothing to 1 isn't an increase to Prometheus: the first failure would be missed."""
    for metric, label, value in counters_in(alert["expr"]):
        assert exposed.series(metric, label, value), f"{metric}: {label}={value}"


async def test_every_metric_of_ours_is_explained():
    ours = {name for name in await exposed.names() if name.startswith("waybill_")}
    told = {re.sub(r"_(bucket|count|sum)$", "", name) for name in ours}
    assert sorted(name for name in told if f"`{name}" not in OPERATIONS) == []
