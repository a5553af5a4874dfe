"""`waybill dead-letters`: finds records that couldn't be processed, redrives or drops them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter
from rich.markup import escape

from ops.cli.console import expected_errors, out, run, say_json
from ops.cli.dead_letter_output import dead_letter_table, print_details, result_text
from ops.cli.send import who
from ops.errors import EXIT_CODES, Exit, ToolError, UsageError, kafka_unreachable
from ops.inspect.order_ids import order_id
from ops.local.home import find_settings
from ops.messaging.command_client import SOURCE
from shared.contracts import Malformed
from shared.contracts.topics import PROCESSES
from shared.dead_letters.dead_letter import DeadLetter, State
from shared.dead_letters.filters import DeadLetterPage, Filter
from shared.dead_letters.operations import DeadLetterDetails, DeadLetterOperations, RedriveResult
from shared.runtime.kafka.topic_reader import NoTopicError
from shared.runtime.ports import Unavailable
from shared.runtime.processing.dead_letters import (
    CONTRACT,
    FAILURE,
    NO_REPLY_TOPIC,
    NOT_SENT,
    REJECTED,
)
from shared.runtime.settings import Settings

CODES = (CONTRACT, FAILURE, NO_REPLY_TOPIC, NOT_SENT, REJECTED)
NAMED = 10  # how many ids the confirmation lists

app = typer.Typer(
    help="Find records that services couldn't process, and redrive or drop them.\n\n"
    "A dead letter is open until it is redriven or dropped. Dead letters with the same topic and "
    "key are redriven in the order in which they failed.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)
T = TypeVar("T")

Service = Annotated[str, typer.Option(help=f"Service that failed: {', '.join(PROCESSES)}.")]
Code = Annotated[str, typer.Option(help=f"Reason code: {', '.join(CODES)}.")]
Reason = Annotated[str, typer.Option(help="Any part of the reason; case doesn't matter.")]
Topic = Annotated[str, typer.Option(help="Topic that the record came from.")]
Order = Annotated[str, typer.Option(help="An order's id or number, or a record's key.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of dead letters.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")]
Actor = Annotated[str | None, typer.Option(help="Who does this, e.g. operator:anna.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list", epilog=EXIT_CODES)
def list_(
    service: Service = "",
    code: Code = "",
    reason: Reason = "",
    topic: Topic = "",
    order: Order = "",
    every: Annotated[
        bool, typer.Option("--all", help="Include those that were redriven or dropped.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most dead letters to list.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List open dead letters, the latest first. With --json, one object per line."""
    states: tuple[State, ...] = () if every else ("open",)
    given = {"service": service, "code": code, "reason": reason, "topic": topic, "order": order}
    found: DeadLetterPage = run(
        _with_dead_letters(
            lambda operations, settings: operations.page(
                _filter(settings, given, states), "", limit
            )
        )
    )
    if as_json:
        for dead_letter in found.letters:
            say_json(_plain(DeadLetter, dead_letter))
    elif found.letters:
        out.print(dead_letter_table(found.letters))
        if found.number > len(found.letters):
            out.print(f"{found.number - len(found.letters)} more: --limit {found.number}")
    else:
        out.print("No dead letters match.")


@app.command("show", epilog=EXIT_CODES)
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="The dead letter's id.")],
    as_json: AsJson = False,
) -> None:
    """Show one dead letter: why it failed, who redrove or dropped it, and its content.

    Card numbers are masked. Everything else is printed as received, including personal data.
    """
    found: DeadLetterDetails | None = run(
        _with_dead_letters(lambda operations, _: operations.details(letter_id))
    )
    if found is None:
        with expected_errors():
            raise ToolError(f"There is no dead letter {letter_id}.", "waybill dead-letters list")
    elif as_json:
        say_json(_plain(DeadLetterDetails, found))
    else:
        print_details(found)


@app.command("redrive", epilog=EXIT_CODES)
def redrive(
    ids: Ids = None,
    service: Service = "",
    code: Code = "",
    reason: Reason = "",
    topic: Topic = "",
    order: Order = "",
    with_earlier: Annotated[
        bool,
        typer.Option("--with-earlier", help="Also redrive open dead letters that come before."),
    ] = False,
    yes: Yes = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Send records back to their topics: the named dead letters, or all open ones that match.

    A dead letter is refused if an earlier one with the same topic and key is still open. Safe to
    repeat: services recognize records that they have processed, and a dead letter that was
    redriven isn't sent again. Exit code 3 if any was refused.
    """
    given = {"service": service, "code": code, "reason": reason, "topic": topic, "order": order}
    chosen = _chosen(ids or [], given, "redrive", yes)
    results = run(
        _with_dead_letters(
            lambda operations, _: operations.redrive(
                chosen, actor or who(), with_earlier=with_earlier
            )
        )
    )
    _print_results(results, as_json)


@app.command("drop", epilog=EXIT_CODES)
def drop(
    ids: Ids = None,
    service: Service = "",
    code: Code = "",
    reason: Reason = "",
    topic: Topic = "",
    order: Order = "",
    note: Annotated[str | None, typer.Option(help="Why it is dropped.")] = None,
    yes: Yes = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Close dead letters without sending them: the named ones, or all open ones that match.

    A dropped dead letter can be read (`list --all`, `show`) and redriven by its id until the
    topic's retention ends.
    """
    given = {"service": service, "code": code, "reason": reason, "topic": topic, "order": order}
    chosen = _chosen(ids or [], given, "drop", yes)
    results = run(
        _with_dead_letters(lambda operations, _: operations.drop(chosen, actor or who(), note))
    )
    _print_results(results, as_json)


async def _with_dead_letters(work: Callable[[DeadLetterOperations, Settings], Awaitable[T]]) -> T:
    settings = find_settings()
    try:
        return await work(DeadLetterOperations(settings, SOURCE), settings)
    except NoTopicError as error:
        raise ToolError(
            f"Kafka at {settings.kafka} has no topic {', '.join(error.topics)}.",
            "Create the topics: waybill setup",
        ) from None
    except Unavailable as error:
        raise kafka_unreachable(settings.kafka, error.__cause__ or error) from error
    except Malformed as error:
        raise UsageError(f"--{error.field}: {error.message}") from None


def _filter(settings: Settings, given: dict[str, str], states: tuple[State, ...]) -> Filter:
    if given["service"] and given["service"] not in PROCESSES:
        raise UsageError(f"--service {given['service']}: one of {', '.join(PROCESSES)}.")
    if given["code"] and given["code"] not in CODES:
        raise UsageError(f"--code {given['code']}: one of {', '.join(CODES)}.")
    order = order_id(settings, given["order"]) if given["order"] else ""
    return Filter(**{**given, "order": order}, states=states)


def _chosen(ids: Sequence[str], given: dict[str, str], verb: str, yes: bool) -> list[str]:
    """Returns the ids that are named or match, once the person has confirmed them."""
    if bool(ids) == any(given.values()):
        with expected_errors():
            raise UsageError("Give ids of dead letters, or filters such as --service or --reason.")
    if not ids:
        ids = run(
            _with_dead_letters(lambda operations, settings: _matching(operations, settings, given))
        )
    if ids and not yes:
        rest = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        typer.echo(f"About to {verb}: {', '.join(ids[:NAMED])}{rest}")
        typer.confirm("Continue?", abort=True)
    return list(ids)


async def _matching(
    operations: DeadLetterOperations, settings: Settings, given: dict[str, str]
) -> list[str]:
    wanted = _filter(settings, given, ("open",))
    return [each.id for each in await operations.all() if wanted.matches(each)]


def _print_results(results: Sequence[RedriveResult], as_json: bool) -> None:
    if as_json:
        say_json([_plain(RedriveResult, result) for result in results])
    elif not results:
        out.print("No dead letters match.")
    for result in () if as_json else results:
        out.print(f"[bold]{escape(result.letter_id)}[/]  {result_text(result)}")
    refused = any(result.outcome == "refused" for result in results)
    raise typer.Exit(Exit.REJECTED if refused else Exit.OK)


def _plain(kind: type[Any], value: Any) -> Any:
    return TypeAdapter(kind).dump_python(value, mode="json")
