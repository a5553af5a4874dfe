"""Logs contain neither secrets nor personal data.

Said by a process of its own: how logs are written is a matter of the whole process.
"""

import json
import subprocess
import sys
from functools import cache

import pytest

from shared.runtime import logs
from tests.processes import PROJECT

PASSWORD = 'pa"ss/wörd'
QUOTED, UNQUOTED = "another%2Fone", "another/one"
NAME = "Philippa Quillfeather"

SAYING = f"""
import logging, structlog
from pydantic import SecretStr
from pymongo.errors import BulkWriteError, OperationFailure
from shared.runtime import logs
from shared.runtime.settings import Settings

settings = Settings(
    kafka_security="SASL_SSL",
    kafka_username="order",
    kafka_password=SecretStr({PASSWORD!r}),
    mongo=SecretStr("mongodb://order:{QUOTED}@here/"),
)
logs.set_up("order", "INFO", settings.secrets())
log = structlog.get_logger()
for secret in ({PASSWORD!r}, {QUOTED!r}, {UNQUOTED!r}):
    log.warning("trying", uri=f"kafka://{{secret}}@here", all=[secret])
    logging.getLogger("a library").warning("signed in with %s", secret)
    try:
        raise ValueError(f"{{secret}} is wrong")
    except ValueError:
        log.exception("it failed")

# As pymongo tells of a write that failed: with the whole document.
document = {{"_id": "order/c-1@1", "events": [{{"data": '{{"name": "{NAME}"}}'}}]}}
failure = {{"index": 0, "code": 14031, "errmsg": "disk full", "op": document}}
for error in (
    BulkWriteError({{"writeErrors": [failure], "writeConcernErrors": [], "nInserted": 0}}),
    OperationFailure("no", 13, {{"errmsg": "no", "command": document}}),
):
    assert "{NAME}" in str(error)
    log.warning("engine unavailable", error=f"MongoDB: {{error}}", place="order.events/0@1")
    try:
        raise RuntimeError("the end of it") from error
    except RuntimeError:
        log.exception("a batch failed", again_in=1.5)
"""


@cache
def said() -> list[str]:
    """The lines of such a process."""
    done = subprocess.run(
        [sys.executable, "-c", SAYING], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_every_line_is_json_still() -> None:
    lines = [json.loads(line) for line in said()]
    assert len(lines) == 3 * 3 + 2 * 2
    assert {line["service"] for line in lines} == {"order"}


@pytest.mark.parametrize("secret", [PASSWORD, QUOTED, UNQUOTED])
def test_no_secret_is_written_wherever_it_turns_up(secret: str) -> None:
    for line in said():
        assert secret not in line
        assert json.dumps(secret)[1:-1] not in line
    assert all("***" in line for line in said()[:9])


def test_no_document_is_written_with_an_error() -> None:
    lines = said()[9:]
    assert all(NAME not in line for line in lines)
    for unavailable, failed in (lines[:2], lines[2:]):
        assert json.loads(unavailable)["level"] == "warning"
        assert json.loads(failed)["again_in"] == 1.5
        assert "RuntimeError: the end of it" in json.loads(failed)["exception"]


def test_what_is_short_is_left_alone() -> None:
    assert logs.redactor(["order"])(None, "", "an order") == "an order"  # type: ignore[arg-type]
