"""A refusal by Kafka or MongoDB names the setting to check."""

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, KafkaConnectionError
from pymongo.errors import (
    AutoReconnect,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from shared.runtime import process
from shared.runtime.connection_errors import why_no_kafka, why_no_mongo, why_refused
from shared.runtime.ports import Unavailable
from shared.runtime.process import retry_until_ready
from shared.runtime.settings import Settings

NOWHERE = Settings(kafka="127.0.0.1:1")


@pytest.mark.parametrize(
    ("error", "setting"),
    [
        (OperationFailure("Authentication failed.", 18), "WAYBILL_MONGO_PASSWORD"),
        (OperationFailure("not authorized on waybill_order", 13), "`waybill acls`"),
        (
            ServerSelectionTimeoutError(
                "h:1: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed "
                "certificate in certificate chain (_ssl.c:1006)"
            ),
            "self-signed certificate in certificate chain): check WAYBILL_MONGO_CAFILE",
        ),
        (
            ServerSelectionTimeoutError(
                "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, "
                "certificate is not valid for 'h'. (_ssl.c:1006)"
            ),
            "WAYBILL_MONGO",
        ),
        (AutoReconnect("h:1: connection closed"), "WAYBILL_MONGO_CAFILE"),
        (ServerSelectionTimeoutError("[SSL: WRONG_VERSION_NUMBER] wrong"), "WAYBILL_MONGO"),
        (ServerSelectionTimeoutError("tlsv13 alert certificate required"), "WAYBILL_MONGO_CERTF"),
        (ServerSelectionTimeoutError("belongs to a set named 'None'"), "WAYBILL_MONGO_CAFILE"),
    ],
)
def test_mongodb_is_understood(error: PyMongoError, setting: str) -> None:
    assert setting in str(why_no_mongo(error))


@pytest.mark.parametrize(
    "error",
    [
        ServerSelectionTimeoutError("h:1: [Errno 111] Connection refused"),
        OperationFailure("out of disk space", 14031),
        AutoReconnect("timed out"),
    ],
)
def test_what_is_no_refusal_is_called_none(error: PyMongoError) -> None:
    assert why_no_mongo(error) is None


async def test_a_broker_that_is_down_refuses_nobody() -> None:
    assert await why_no_kafka(NOWHERE) is None
    assert await why_refused(NOWHERE, KafkaConnectionError("Unable to bootstrap")) is None


async def test_the_cause_is_found_behind_what_it_became() -> None:
    told = Unavailable("MongoDB: no")
    told.__cause__ = OperationFailure("Authentication failed.", 18)
    assert "WAYBILL_MONGO_PASSWORD" in str(await why_refused(NOWHERE, told))
    lacking = await why_refused(NOWHERE, GroupAuthorizationFailedError("waybill-order"))
    assert "`waybill acls`" in str(lacking)


class Health:
    """Records every value of `waiting_for`."""

    def __init__(self) -> None:
        self.said: list[str | None] = []

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "waiting_for":
            self.said.append(str(value))

    waiting_for: str | None


async def test_who_waits_says_what_stands_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "delays", lambda first: iter((0.0, 0.0, 0.0)))
    errors = [OperationFailure("no", 18), AutoReconnect("down"), None]

    async def step() -> None:
        if (error := errors.pop(0)) is not None:
            raise error

    health = Health()
    await retry_until_ready("MongoDB", step, NOWHERE, health)

    began, refused, down = health.said
    assert (began, down) == ("MongoDB", "MongoDB")
    assert "WAYBILL_MONGO_PASSWORD" in str(refused)
