"""What docker-compose.yml says, held against the code that it runs."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from pymongo.uri_parser import parse_uri

from ops.engines.replica_set import NAME
from services.portal.settings import PortalSettings
from shared.contracts.topics import PROCESSES
from shared.runtime.settings import Settings

FILE = Path(__file__).parents[3] / "docker-compose.yml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
OURS = ["setup", "cli", *PROCESSES]


def test_one_name_for_the_replica_set_everywhere() -> None:
    command = COMPOSE["mongo"]["command"]
    default = Settings.model_fields["mongo"].default.get_secret_value()
    in_compose = COMPOSE["setup"]["environment"]["WAYBILL_MONGO"]

    assert command[command.index("--replSet") + 1] == NAME
    assert parse_uri(default)["options"]["replicaSet"] == NAME
    assert in_compose.endswith(f"?replicaSet={NAME}}}")


def test_only_settings_are_set() -> None:
    named = {f"WAYBILL_{field.upper()}" for field in PortalSettings.model_fields}
    assert all(COMPOSE[name]["environment"].keys() <= named for name in OURS)


@pytest.mark.parametrize("service", PROCESSES)
def test_every_service_runs_its_own_module(service: str) -> None:
    assert COMPOSE[service]["command"] == ["python", "-m", f"services.{service}.app"]
    assert find_spec(f"services.{service}.app")


def test_one_image_is_built_once() -> None:
    assert [name for name in COMPOSE if "build" in COMPOSE[name]] == ["setup"]
    assert {COMPOSE[name]["image"] for name in OURS} == {"waybill:dev"}
