"""No command says a password, whatever it prints."""

import pytest
from typer.testing import CliRunner

from ops.cli.main import app

PASSWORD = "correct-horse-battery"
SETTINGS = {
    "WAYBILL_KAFKA": "127.0.0.1:1",
    "WAYBILL_KAFKA_SECURITY": "SASL_PLAINTEXT",
    "WAYBILL_KAFKA_USERNAME": "me",
    "WAYBILL_KAFKA_PASSWORD": PASSWORD,
    "WAYBILL_MONGO": f"mongodb://me:{PASSWORD}@127.0.0.1:1/?serverSelectionTimeoutMS=200",
}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["status", "--json"], 1),
        (["acls", "--json"], 0),
        (["acls", "--shell"], 0),
        (["tail", "order.events", "--to-end"], 5),
        (["setup", "--timeout", "1"], 4),
    ],
)
def test_no_password_is_said(arguments: list[str], code: int) -> None:
    told = CliRunner().invoke(app, arguments, env=SETTINGS)
    assert told.exit_code == code, told.output
    assert PASSWORD not in told.output
    assert PASSWORD not in repr(told.exception)


def test_settings_that_cannot_be_used_end_a_command() -> None:
    told = CliRunner().invoke(
        app, ["tail", "order.events"], env={**SETTINGS, "WAYBILL_PARTITIONS": PASSWORD}
    )
    assert told.exit_code in (1, 2)
    assert PASSWORD not in told.output + repr(told.exception)
    assert "WAYBILL_PARTITIONS" in told.output + repr(told.exception)
