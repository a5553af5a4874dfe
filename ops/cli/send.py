"""`waybill send COMMAND`: one sub-command for every command of the contract."""

import getpass
import inspect
import os
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from ops.cli import outcome_texts
from ops.cli.console import expected_errors, out, run
from ops.cli.options import build, fields
from ops.errors import EXIT_CODES, Exit, ToolError
from ops.local.home import find_settings
from ops.messaging.command_client import CommandClient
from shared.contracts import Message, payments
from shared.contracts.commands import offered

app = typer.Typer(
    help="Send a command and print its outcome.\n\n"
    "For example: waybill send order.hold --order-id c-1 --reason 'Address looks wrong'",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)

# After these commands the order's balance is printed.
MOVES_MONEY = (payments.Add, payments.Capture, payments.Void, payments.Refund)

ENVELOPE = [
    ("actor", str | None, None, "--actor", "Who does this, e.g. csr:17."),
    ("message_id", str | None, None, "--id", "The message's id; a repeat has no effect."),
    (
        "expected_version",
        int | None,
        None,
        "--expected-version",
        "Reject the command unless the stream has this version.",
    ),
    ("dry_run", bool, False, "--dry-run", "Only print what the command would do now."),
    ("timeout", float, 30.0, "--timeout", "Seconds to wait for the outcome."),
    ("no_wait", bool, False, "--no-wait", "Return as soon as Kafka has the command."),
    ("as_json", bool, False, "--json", "Print the outcome as JSON."),
]


def who() -> str:
    """Returns the person at this keyboard as an actor of the contract."""
    try:
        return os.environ.get("WAYBILL_ACTOR") or f"cli:{getpass.getuser()}"
    except (OSError, KeyError):
        return "cli"


@dataclass(frozen=True, slots=True)
class How:
    """The values of the `ENVELOPE` options."""

    actor: str | None = None
    message_id: str | None = None
    expected_version: int | None = None
    dry_run: bool = False
    timeout: float = 30.0
    no_wait: bool = False
    as_json: bool = False


async def send(command: Message, how: How) -> Exit:
    """Sends `command` and prints its outcome; returns the matching exit code."""
    if how.dry_run and how.no_wait:
        raise ToolError("--dry-run prints an outcome, and --no-wait doesn't wait for it.")
    async with CommandClient(find_settings(), replies=not how.no_wait) as client:
        actor = how.actor or who()
        if how.no_wait:
            envelope = client.envelope(
                command,
                message_id=how.message_id,
                actor=actor,
                expected_version=how.expected_version,
            )
            await client.post(command, envelope)
            return outcome_texts.sent(envelope.id, as_json=how.as_json)
        reply = await client.send(
            command,
            actor=actor,
            command_id=how.message_id,
            expected_version=how.expected_version,
            dry_run=how.dry_run,
            timeout=how.timeout,
        )
        code = outcome_texts.outcome(command, reply, as_json=how.as_json)
        brief = how.as_json or how.dry_run
        if code is Exit.OK and isinstance(command, MOVES_MONEY) and not brief:
            await _print_owed(client, command.order_id, how.timeout)
    return code


async def _print_owed(client: CommandClient, order_id: str, seconds: float) -> None:
    """Asks the payment service for the order's balance and prints it."""
    reply = await client.send(payments.Explain(order_id=order_id), timeout=seconds)
    if reply.owed is not None:
        out.print(outcome_texts.owed(reply.owed), markup=False)


def _offer(name: str, model: type[Message]) -> None:
    parameters = [field.as_parameter() for field in fields(model)]
    parameters += [
        inspect.Parameter(
            parameter,
            inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=Annotated[
                kind, typer.Option(option, help=help_, rich_help_panel="Envelope")
            ],
        )
        for parameter, kind, default, option, help_ in ENVELOPE
    ]

    def command(**given: Any) -> None:
        how = How(**{parameter: given.pop(parameter) for parameter, *_ in ENVELOPE})
        with expected_errors():
            message = build(model, given)
        raise typer.Exit(run(send(message, how)))

    command.__doc__ = model.__doc__
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    app.command(name, epilog=EXIT_CODES)(command)


for _name, _model in offered().items():
    _offer(_name, _model)
