"""The Compose profile `observability`: it mounts files that are there, and agrees with itself."""

import json
from typing import Any

import pytest
import yaml

from shared.contracts import TOPICS
from shared.contracts.base import models_on
from shared.contracts.topics import PROCESSES
from tests.unit.ops.observability.files import DASHBOARDS, FOLDER, ROOT, alerts, expressions_of

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PROFILE = {name: one for name, one in COMPOSE.items() if one.get("profiles") == ["observability"]}
GRAFANA = FOLDER / "grafana"


def mounts(service: dict[str, Any]) -> dict[str, str]:
    """The files and folders of the project in a container, by their place in it."""
    parts = [mount.split(":") for mount in service.get("volumes", ())]
    return {target: source for source, target, *_ in parts if source.startswith("./")}


def test_nothing_of_it_starts_unless_asked():
    assert {*PROFILE} == {"prometheus", "grafana", "jaeger"}
    for service in PROFILE.values():
        assert not {*service.get("depends_on", ())} - {*PROFILE}


@pytest.mark.parametrize("name", PROFILE)
def test_it_listens_on_this_machine_only_and_mounts_what_is_there(name):
    service = PROFILE[name]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    for source in mounts(service).values():
        assert (ROOT / source).exists(), source


def test_prometheus_reads_its_configuration_and_scrapes_every_process():
    inside = mounts(PROFILE["prometheus"])
    assert f"--config.file={next(iter(inside))}" in PROFILE["prometheus"]["command"]
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    (names,) = job["dns_sd_configs"]
    assert job["job_name"] == "waybill"
    assert sorted(names["names"]) == sorted(PROCESSES)
    for service in names["names"]:
        assert str(names["port"]) == COMPOSE[service]["environment"]["WAYBILL_HTTP_PORT"]
    assert [*FOLDER.glob(config["rule_files"][0])]


def test_grafana_finds_its_dashboards_and_their_source():
    inside = mounts(PROFILE["grafana"])
    (provider,) = yaml.safe_load(
        (GRAFANA / "provisioning" / "dashboards" / "waybill.yml").read_text()
    )["providers"]
    assert (ROOT / inside[provider["options"]["path"]]).samefile(GRAFANA / "dashboards")
    home = PROFILE["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home.removeprefix(provider["options"]["path"] + "/") in {p.name for p in DASHBOARDS}
    sources = {
        source["uid"]
        for file in (GRAFANA / "provisioning" / "datasources").glob("*.yml")
        for source in yaml.safe_load(file.read_text())["datasources"]
    }
    for dashboard in DASHBOARDS:
        panels = json.loads(dashboard.read_text())["panels"]
        assert {panel["datasource"]["uid"] for panel in panels} <= sources
        assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_type_of_message_that_is_read_exists():
    types = {model.type for topic in TOPICS for model in models_on(topic)}
    read = [one for page in DASHBOARDS for one in expressions_of(page)]
    text = "\n".join([*read, *(alert["expr"] for alert in alerts())])
    named = {part for part in text.split('"') if part.startswith("waybill.")}
    assert named
    assert named <= types
