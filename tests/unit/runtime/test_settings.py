"""Settings: secrets come from the environment or files, and never appear in messages."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from services.portal.settings import PortalSettings
from shared.runtime.kafka.connection import connection
from shared.runtime.mongo.connection import connect_blocking, sign_in_options
from shared.runtime.secrets import SettingsError, is_secret
from shared.runtime.settings import Settings, read_settings

PASSWORD = "correct horse battery staple"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Clears all security settings."""
    for name in PortalSettings.model_fields:
        for ending in ("", "_FILE"):
            monkeypatch.delenv(f"WAYBILL_{name.upper()}{ending}", raising=False)
    return monkeypatch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Writes a secret as a platform does: one line, with or without a line break."""
    found = tmp_path / "secret"
    found.write_text(f"{PASSWORD}\n")
    return found


SECRETS = [name for name, field in PortalSettings.model_fields.items() if is_secret(field)]


def test_all_that_is_secret_is_known_to_be() -> None:
    secret_endings = ("password", "secret", "token", "mongo")
    named = {n for n in PortalSettings.model_fields if n.endswith(secret_endings)}
    assert set(SECRETS) == named


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_stand_in_a_file(
    name: str, environment: pytest.MonkeyPatch, file: Path
) -> None:
    environment.setenv("WAYBILL_KAFKA_USERNAME", "order")
    environment.setenv("WAYBILL_KAFKA_SECURITY", "SASL_SSL")
    environment.setenv("WAYBILL_MONGO_USERNAME", "order")
    for other in {"kafka_password", "mongo_password"} - {name}:
        environment.setenv(f"WAYBILL_{other.upper()}", "another")
    environment.setenv(f"WAYBILL_{name.upper()}_FILE", str(file))
    found = getattr(read_settings(PortalSettings), name)
    assert found.get_secret_value() == PASSWORD
    assert PASSWORD not in repr(found)


def test_a_secret_is_given_once(environment: pytest.MonkeyPatch, file: Path) -> None:
    environment.setenv("WAYBILL_MONGO", f"mongodb://me:{PASSWORD}@here/")
    environment.setenv("WAYBILL_MONGO_FILE", str(file))
    with pytest.raises(SettingsError, match="WAYBILL_MONGO_FILE") as refused:
        read_settings(Settings)
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_file_without_a_secret_is_named(
    content: bytes | None, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    environment.setenv("WAYBILL_KAFKA_PASSWORD_FILE", str(file))
    with pytest.raises(SettingsError, match="WAYBILL_KAFKA_PASSWORD_FILE"):
        read_settings(Settings)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"KAFKA_SECURITY": "SASL_SSL"}, "WAYBILL_KAFKA_USERNAME"),
        ({"KAFKA_SECURITY": "SASL_SSL", "KAFKA_USERNAME": "me"}, "_PASSWORD"),
        ({"KAFKA_USERNAME": "me", "KAFKA_PASSWORD": PASSWORD}, "WAYBILL_KAFKA_SECURITY"),
        ({"KAFKA_SECURITY": "SSL", "KAFKA_CAFILE": "/no/where"}, "WAYBILL_KAFKA_CAFILE"),
        ({"KAFKA_CAFILE": __file__}, "WAYBILL_KAFKA_SECURITY"),
        ({"KAFKA_SECURITY": "SSL", "KAFKA_KEYFILE": __file__}, "WAYBILL_KAFKA_CERTFILE"),
        ({"KAFKA_SECURITY": "TLS"}, "WAYBILL_KAFKA_SECURITY"),
        ({"KAFKA_MECHANISM": PASSWORD}, "WAYBILL_KAFKA_MECHANISM"),
        ({"MONGO_USERNAME": "me"}, "WAYBILL_MONGO_USERNAME"),
        ({"MONGO_PASSWORD": PASSWORD}, "WAYBILL_MONGO_USERNAME"),
        ({"PARTITIONS": PASSWORD}, "WAYBILL_PARTITIONS"),
    ],
)
def test_what_is_wrong_is_named_and_not_shown(
    given: dict[str, str], named: str, environment: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        environment.setenv(f"WAYBILL_{name}", value)
    with pytest.raises(SettingsError, match=named) as refused:
        read_settings(Settings)
    assert PASSWORD not in str(refused.value)


def test_no_settings_show_a_secret() -> None:
    settings = Settings(
        kafka_security="SASL_PLAINTEXT",
        kafka_username="me",
        kafka_password=SecretStr(PASSWORD),
        mongo=SecretStr(f"mongodb://me:{PASSWORD}@here/"),
    )
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert PASSWORD not in shown
    assert connection(settings)["sasl_plain_password"] == PASSWORD


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    (file := tmp_path / "a.pem").write_text(PASSWORD)
    with pytest.raises(SettingsError, match="WAYBILL_KAFKA_CAFILE"):
        connection(Settings(kafka_security="SSL", kafka_cafile=file))
    with pytest.raises(SettingsError, match="WAYBILL_KAFKA_CERTFILE"):
        connection(Settings(kafka_security="SSL", kafka_certfile=file))
    with pytest.raises(SettingsError, match="WAYBILL_MONGO_CAFILE"):
        connect_blocking(Settings(mongo_cafile=file))


def test_an_unusable_uri_is_not_repeated() -> None:
    uri = SecretStr(f"mongodb://me:{PASSWORD}@[::1/")
    with pytest.raises(SettingsError) as refused:
        connect_blocking(Settings(mongo=uri))
    assert PASSWORD not in str(refused.value)


def test_mongodb_hears_of_name_password_and_whom_to_trust(tmp_path: Path) -> None:
    (file := tmp_path / "a.pem").write_text("")
    secret = SecretStr(PASSWORD)
    settings = Settings(mongo_username="me", mongo_password=secret, mongo_cafile=file)
    assert sign_in_options(settings) == {
        "username": "me",
        "password": PASSWORD,
        "tls": True,
        "tlsCAFile": str(file),
    }
    assert sign_in_options(Settings()) == {}
