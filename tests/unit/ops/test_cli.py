"""The command line itself: help everywhere, and errors in words with their exit codes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli.customer import what_remains
from ops.cli.main import app
from ops.cli.outcome_texts import summary
from ops.cli.up import parse_scale
from ops.errors import UsageError
from shared.contracts.commands import offered
from shared.runtime.settings import Settings

COMMANDS = [
    *(["up"], ["down"], ["status"], ["demo"], ["send"], ["show"], ["tail"], ["replay"], ["setup"]),
    *(["catalog", "import"], ["catalog", "show"]),
    *(["order", "actions"], ["order", "delete"], ["order", "reorder"], ["customer", "delete"]),
    *(["dead-letters", name] for name in ("list", "show", "redrive", "drop")),
    *(["stock", "receive"], ["stock", "count"], ["stock", "show"], ["stock", "queue"]),
    *(["send", name] for name in offered()),
]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_says_what_it_does_and_what_the_exit_codes_mean(command: list[str]) -> None:
    code, output = run(*command, "--help")
    assert code == 0
    assert "Exit codes" in output


@pytest.fixture
def _nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYBILL_HOME", str(tmp_path))
    monkeypatch.setenv("WAYBILL_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("WAYBILL_MONGO", "mongodb://user:hidden@127.0.0.1:1/?timeoutMS=300")


CATALOG = Path(__file__).parents[3] / "config" / "catalog.csv"
EDIT = ["send", "shipment.edit", "--order-id", "c-1", "--shipment-id", "1"]
ADDRESS = ["--address.name", "M", "--address.line1", "2 Quay", "--address.country", "US"]


@pytest.mark.usefixtures("_nothing_runs")
@pytest.mark.parametrize(
    "command",
    [
        ["demo"],
        ["tail"],
        ["stock", "show"],
        ["stock", "receive", "seattle", "A", "1"],
        ["stock", "count", "seattle", "A", "1"],
        ["stock", "queue", "seattle"],
        ["catalog", "show", "TEA-MUG"],
        ["catalog", "import", str(CATALOG)],
        ["send", "order.hold", "--order-id", "c-1"],
        [*EDIT, *ADDRESS, "--address.city", "Tacoma"],
        ["show", "c-1"],
        ["order", "actions", "c-1"],
        ["order", "actions", "PO1000001"],
        ["order", "delete", "c-1", "PO1000001", "--yes"],
        ["customer", "delete", "cu-7", "--orders", "--yes"],
        ["dead-letters", "list"],
        ["dead-letters", "show", "order-1"],
        ["dead-letters", "redrive", "order-1", "--yes"],
        ["dead-letters", "drop", "order-1", "--yes"],
    ],
    ids=" ".join,
)
def test_engine_that_is_out_of_reach_is_named_without_traceback_or_password(
    command: list[str],
) -> None:
    code, output = run(*command)
    assert code == 5
    assert "doesn't answer at 127.0.0.1:1" in output
    assert "waybill up" in output
    assert "hidden" not in output


@pytest.mark.usefixtures("_nothing_runs")
@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["tail", "nonsense"], "There is no topic nonsense"),
        (["send", "order.hold", "--order-id", "a b"], "--order-id: "),
        (["order", "reorder", "c-1", "--cart-id", "a b"], "--cart-id: "),
        (EDIT, "--address: an address or a shipping method is needed"),
        ([*EDIT, "--address.city", "Tacoma"], "--address.line1: is missing"),
        (["stock", "receive", "seattle", "A", "0"], "quantity"),
        (["send", "stock.allocate"], "No such command"),
        (["dead-letters", "list", "--service", "mail"], "--service mail: one of cart, order"),
        (["dead-letters", "redrive", "--code", "odd", "--yes"], "--code odd: one of malformed"),
        (["dead-letters", "redrive"], "Give ids of dead letters, or filters"),
        (["dead-letters", "drop", "order-1", "--service", "order"], "Give ids of dead letters, or"),
        (["up", "--scale", "order=many"], "--scale order=many"),
    ],
)
def test_wrong_usage_is_exit_code_two(command: list[str], words: str) -> None:
    code, output = run(*command)
    assert code == 2
    assert words in output


@pytest.mark.usefixtures("_nothing_runs")
def test_nothing_is_deleted_before_somebody_says_yes() -> None:
    result = CliRunner().invoke(app, ["order", "delete", "c-1", "c-2"], input="n\n")
    assert result.exit_code == 1
    assert "About to delete permanently: c-1, c-2" in result.output
    assert "doesn't answer" not in result.output, "nothing was sent"


@pytest.mark.usefixtures("_nothing_runs")
@pytest.mark.parametrize(
    ("options", "what"),
    [((), "but none of their orders"), (("--orders",), "and all of their orders")],
)
def test_no_customer_is_deleted_before_somebody_says_yes(
    options: tuple[str, ...], what: str
) -> None:
    result = CliRunner().invoke(app, ["customer", "delete", "cu-7", *options], input="n\n")
    assert result.exit_code == 1
    assert f"customer cu-7, {what}" in result.output
    assert "doesn't answer" not in result.output, "nothing was sent"


def test_what_kafka_still_has_is_said_with_its_days() -> None:
    kept = what_remains(Settings(retention_days=5), orders=False)
    assert "Orders keep the data" in kept
    assert "expire 5 days" in kept
    assert "notifications after 5" in kept
    gone = what_remains(Settings(retention_days=30), orders=True)
    assert "Orders keep" not in gone
    assert "notifications after 7" in gone


@pytest.mark.usefixtures("_nothing_runs")
@pytest.mark.parametrize("what", ["redrive", "drop"])
def test_no_letter_is_touched_before_somebody_says_yes(what: str) -> None:
    result = CliRunner().invoke(app, ["dead-letters", what, "order-1", "order-2"], input="n\n")
    assert result.exit_code == 1
    assert "order-1, order-2" in result.output
    assert "doesn't answer" not in result.output, "nothing was sent"


@pytest.mark.usefixtures("_nothing_runs")
def test_status_without_a_system_is_not_healthy() -> None:
    code, output = run("status", "--json")
    assert code == 1
    assert '"healthy":false' in output


@pytest.mark.usefixtures("_nothing_runs")
def test_down_without_a_system_is_no_error() -> None:
    assert run("down") == (0, "Nothing is running.\n")


def test_replay_of_a_broken_file_names_the_line_and_publishes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    file.write_text(f"{header}\n1,A,A,x,12/1/2010 10:03,1,,France\n", encoding="utf-8")

    code, output = run("replay", str(file))

    assert code == 1
    assert "line 2: Quantity: 'x' is not a whole number" in output.replace("\n", " ")


def test_scale_is_read() -> None:
    assert parse_scale(["order=2", "shipment=3"]) == {"order": 2, "shipment": 3}
    for nonsense in ("order", "order=", "order=0", "order=x", "nobody=2"):
        with pytest.raises(UsageError):
            parse_scale([nonsense])


def test_summary_is_short_and_leaves_out_what_is_known() -> None:
    data = {"order_id": "c-1", "status": "OnHold", "lines": [1, 2], "reason": None}
    assert summary(data, "c-1") == "status=OnHold lines=2"
    assert len(summary({"text": "x" * 500})) == 100
    assert summary(None) == ""
    assert summary("not JSON at all") == "not JSON at all"
