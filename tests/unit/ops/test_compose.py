"""What docker-compose.yml says, held against the code that it runs."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from opentelemetry.sdk import environment_variables
from pymongo.uri_parser import parse_uri

from ops.local.engines.replica_set import NAME
from ops.security.keys import make
from services.notify.mail.settings import NotifySettings
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
    own: dict[str, type[Settings]] = {"portal": PortalSettings, "notify": NotifySettings}
    for name in OURS:
        fields = own.get(name, PortalSettings).model_fields
        named = {f"WAYBILL_{field.upper()}" for field in fields}
        ours = {key for key in COMPOSE[name]["environment"] if not key.startswith("OTEL_")}
        assert ours <= named, name


def test_variables_of_opentelemetry_are_passed_on_and_never_set() -> None:
    known = {value for name, value in vars(environment_variables).items() if name.isupper()}
    known.add("OTEL_TRACES_EXPORTER")  # of the SDK's configurator
    for name in OURS:
        given = COMPOSE[name]["environment"]
        otel = {key: value for key, value in given.items() if key.startswith("OTEL_")}
        assert otel
        assert otel.keys() <= known
        assert {*otel.values()} == {None}


@pytest.mark.parametrize("service", PROCESSES)
def test_every_service_runs_its_own_module(service: str) -> None:
    assert COMPOSE[service]["command"] == ["python", "-m", f"services.{service}.app"]
    assert find_spec(f"services.{service}.app")


def test_one_image_is_built_once() -> None:
    assert [name for name in COMPOSE if "build" in COMPOSE[name]] == ["setup"]
    assert {COMPOSE[name]["image"] for name in OURS} == {"waybill:dev"}


# The secured one, on top of the other

SECURE: dict[str, Any] = yaml.safe_load(FILE.with_name("docker-compose.secure.yml").read_text())
SECURED: dict[str, Any] = SECURE["services"]


def test_secured_sets_only_settings() -> None:
    named = {f"WAYBILL_{field.upper()}" for field in PortalSettings.model_fields}
    named |= {f"{name}_FILE" for name in named}
    for name in (*OURS, "rights"):
        assert SECURED[name]["environment"].keys() <= named


@pytest.mark.parametrize("user", [*PROCESSES, "cli"])
def test_everybody_has_the_keys_of_nobody_else(user: str) -> None:
    service = SECURED[user]
    assert service["volumes"] == [f"{user}-keys:/keys:ro"]
    assert service["environment"]["WAYBILL_MONGO_USERNAME"] == user
    assert service["environment"]["WAYBILL_KAFKA_SECURITY"] == "SSL"


def test_every_volume_of_keys_is_filled_and_read() -> None:
    filled = {mount.partition(":")[0] for mount in SECURED["keys"]["volumes"]}
    read = {
        mount.partition(":")[0]
        for name, service in SECURED.items()
        if name != "keys"
        for mount in service.get("volumes", ())
    }
    assert filled == read == {*SECURE["volumes"]}


def test_no_listener_of_the_broker_is_open() -> None:
    broker = SECURED["kafka"]["environment"]
    protocols = broker["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")
    assert {listener.partition(":")[2] for listener in protocols} == {"SSL"}
    assert broker["KAFKA_SSL_CLIENT_AUTH"] == "required"
    # The image's own script for TLS looks for this, and knows no PEM files.
    assert "SSL://" not in broker["KAFKA_ADVERTISED_LISTENERS"]


def test_nothing_secret_is_written_down() -> None:
    text = yaml.safe_dump(SECURE)
    assert "PASSWORD:" not in text
    assert not [
        line for line in text.splitlines() if "PASSWORD_FILE" in line and "/keys/" not in line
    ]


def test_keys_are_made_once_and_for_everybody(tmp_path: Path) -> None:
    assert make(tmp_path)
    made = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert not make(tmp_path)
    assert made == {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    for user in (*PROCESSES, "cli"):
        given = (tmp_path / "admin" / "users" / user).read_text()
        assert given == (tmp_path / user / "password").read_text()
    assert {file.stat().st_mode & 0o777 for file in made} == {0o600}
    assert not [file for file in made if b"PRIVATE KEY" in made[file] and file.name == "ca.pem"]
