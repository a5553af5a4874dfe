"""A client with wrong credentials is refused, and the error names the setting to check."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.errors import Exit
from shared.monitoring import probe
from shared.runtime.settings import Settings
from tests.polling import eventually
from tests.processes import ServiceProcess
from tests.secure.engines import write
from tests.secure.system import SecureSystem
from waybill_client import AsyncClient, UnreachableError

pytestmark = [pytest.mark.engines, pytest.mark.timeout(900)]

WRONG = "another password"

# How a client is wrong, and the setting that the error has to name.
KAFKA: dict[str, tuple[dict[str, object], str]] = {
    "wrong password": ({"kafka_password": WRONG}, "WAYBILL_KAFKA_PASSWORD"),
    "unknown name": ({"kafka_username": "nobody"}, "WAYBILL_KAFKA_USERNAME"),
    "other mechanism": ({"kafka_mechanism": "PLAIN"}, "WAYBILL_KAFKA_MECHANISM"),
    "untrusted certificate": ({"kafka_cafile": "stranger"}, "WAYBILL_KAFKA_CAFILE"),
    "no sign-in": (
        {"kafka_security": "SSL", "kafka_username": None, "kafka_password": None},
        "WAYBILL_KAFKA_SECURITY",
    ),
    "plaintext": (
        {
            "kafka_security": "PLAINTEXT",
            "kafka_username": None,
            "kafka_password": None,
            "kafka_cafile": None,
        },
        "WAYBILL_KAFKA_SECURITY",
    ),
}
MONGO: dict[str, tuple[dict[str, object], str]] = {
    "wrong password": ({"mongo_password": WRONG}, "WAYBILL_MONGO_PASSWORD"),
    "untrusted certificate": ({"mongo_cafile": "stranger"}, "WAYBILL_MONGO_CAFILE"),
    "plaintext": ({"mongo_cafile": None}, "WAYBILL_MONGO_CAFILE"),
}


def settings(secure: SecureSystem, wrong: dict[str, object]) -> Settings:
    """Settings of the user `order`, except for the wrong ones."""
    engines = secure.engines
    right: dict[str, object] = {
        "kafka": engines.kafka,
        "kafka_security": "SASL_SSL",
        "kafka_username": "order",
        "kafka_password": engines.passwords["order"],
        "kafka_cafile": engines.ca,
        "mongo": engines.mongo,
        "mongo_username": "order",
        "mongo_password": engines.passwords["order"],
        "mongo_cafile": engines.ca,
    }
    stranger = {name: engines.stranger for name, value in wrong.items() if value == "stranger"}
    return Settings(**{**right, **wrong, **stranger})  # type: ignore[arg-type]


async def test_the_right_key_opens_both(secure: SecureSystem) -> None:
    kafka, mongo = await probe.engines(settings(secure, {}), within=20)
    assert kafka.answers, kafka.says
    assert mongo.answers, mongo.says


@pytest.mark.parametrize("how", KAFKA)
async def test_kafka_says_what_is_wrong(secure: SecureSystem, how: str) -> None:
    wrong, setting = KAFKA[how]
    engine = await probe.kafka(settings(secure, wrong), within=20)
    assert not engine.answers
    assert setting in engine.says
    assert WRONG not in engine.says


async def test_the_right_key_lets_a_client_in(secure: SecureSystem) -> None:
    async with AsyncClient("my-shop", settings(secure, {})) as client:
        await client.connect(outcomes=False)


@pytest.mark.parametrize("how", KAFKA)
async def test_a_client_says_what_is_wrong(secure: SecureSystem, how: str) -> None:
    wrong, setting = KAFKA[how]
    async with AsyncClient("my-shop", settings(secure, wrong)) as client:
        with pytest.raises(UnreachableError) as refused:
            await client.connect(outcomes=False)
    assert setting in str(refused.value)
    assert WRONG not in str(refused.value)


@pytest.mark.parametrize("how", MONGO)
def test_mongodb_says_what_is_wrong(secure: SecureSystem, how: str) -> None:
    wrong, setting = MONGO[how]
    known = settings(secure, wrong)

    def is_reported() -> bool:
        engine = probe.mongo(known, within=1)
        assert not engine.answers
        assert WRONG not in engine.says
        return setting in engine.says

    eventually(is_reported, within=60)


async def test_kafka_says_that_a_certificate_is_missing(secure: SecureSystem) -> None:
    wrong = {
        "kafka": secure.engines.mutual,
        "kafka_security": "SSL",
        "kafka_username": None,
        "kafka_password": None,
    }
    engine = await probe.kafka(settings(secure, wrong), within=20)
    assert not engine.answers
    assert "WAYBILL_KAFKA_CERTFILE" in engine.says


@pytest.fixture
def refused(secure: SecureSystem, tmp_path: Path) -> Iterator[ServiceProcess]:
    """An order service with a wrong password for Kafka."""
    file = str(write(tmp_path / "password", WRONG.encode()))
    process = secure.start("order", "refused", WAYBILL_KAFKA_PASSWORD_FILE=file)
    yield process
    process.kill()


def test_readiness_says_that_a_service_is_refused(refused: ServiceProcess) -> None:
    setting = "WAYBILL_KAFKA_PASSWORD"
    eventually(lambda: setting in str(refused.health().get("because")), within=60)
    assert refused.code is None, "it waits, as the password may be corrected in the engine"
    said = refused.log.read_text()
    assert setting in said
    assert WRONG not in said


def test_a_command_says_why_it_is_refused(secure: SecureSystem, tmp_path: Path) -> None:
    file = str(write(tmp_path / "password", WRONG.encode()))
    result = secure.waybill(
        "cli", "tail", "order.events", "--to-end", WAYBILL_KAFKA_PASSWORD_FILE=file
    )
    assert result.exit_code == Exit.UNREACHABLE
    assert "WAYBILL_KAFKA_PASSWORD" in result.output
    result = secure.waybill("cli", "show", "PO1", WAYBILL_MONGO_PASSWORD_FILE=file)
    assert result.exit_code == Exit.UNREACHABLE
    assert "WAYBILL_MONGO_PASSWORD" in result.output
    assert WRONG not in result.output
