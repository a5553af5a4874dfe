"""`waybill dead-letters`: finds what could not be processed, sends it again, or settles it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter
from rich.markup import escape

from ops.cli.console import expected_errors, out, run, say_json
from ops.cli.dead_letter_output import listed, said, told
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
from shared.runtime.processing.dead_letters import CONTRACT, FAILURE, NO_REPLY_TOPIC, REJECTED
from shared.runtime.settings import Settings

CODES = (CONTRACT, FAILURE, NO_REPLY_TOPIC, REJECTED)
NAMED = 10  # so many are named before somebody has to say yes

app = typer.Typer(
    help="What services could not process: find it, send it again, or settle it.\n\n"
    "A letter is open until it was redriven or dropped. Letters of one topic with one key go in "
    "the order in which they died.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)
T = TypeVar("T")

Service = Annotated[str, typer.Option(help=f"Given up by: {', '.join(PROCESSES)}.")]
Code = Annotated[str, typer.Option(help=f"One of {', '.join(CODES)}.")]
Reason = Annotated[str, typer.Option(help="Any part of the reason, whatever its capitals.")]
Topic = Annotated[str, typer.Option(help="The topic that it came from.")]
Order = Annotated[str, typer.Option(help="An order's id or number, or any record's key.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of letters.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before.")]
Actor = Annotated[str | None, typer.Option(help="Who does it, e.g. operator:anna.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list", epilog=EXIT_CODES)
def list_(
    service: Service = "",
    code: Code = "",
    reason: Reason = "",
    topic: Topic = "",
    order: Order = "",
    every: Annotated[
        bool, typer.Option("--all", help="Those that were redriven or dropped as well.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the latest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the open letters, the latest first. With --json a line for each."""
    states: tuple[State, ...] = () if every else ("open",)
    given = {"service": service, "code": code, "reason": reason, "topic": topic, "order": order}
    found: DeadLetterPage = run(
        _with_box(lambda box, settings: box.page(_filter(settings, given, states), "", limit))
    )
    if as_json:
        for letter in found.letters:
            say_json(_plain(DeadLetter, letter))
    elif found.letters:
        out.print(listed(found.letters))
        if found.number > len(found.letters):
            out.print(f"{found.number - len(found.letters)} more: --limit {found.number}")
    else:
        out.print("No dead letter fits.")


@app.command("show", epilog=EXIT_CODES)
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="The letter's id.")],
    as_json: AsJson = False,
) -> None:
    """Print one letter: why it died, what was done about it, and its content.

    Card numbers are asterisks; everything else is as it came, personal data too.
    """
    found: DeadLetterDetails | None = run(_with_box(lambda box, _: box.details(letter_id)))
    if found is None:
        with expected_errors():
            raise ToolError(f"There is no dead letter {letter_id}.", "waybill dead-letters list")
    elif as_json:
        say_json(_plain(DeadLetterDetails, found))
    else:
        told(found)


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
        typer.Option("--with-earlier", help="Take open ones along that stand before these."),
    ] = False,
    yes: Yes = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Publish records again where they came from: these letters, or all open ones that fit.

    A letter that stands behind an open one of the same topic and key is refused. Safe to repeat:
    what a service has carried out since is a repeat, and a letter that was redriven stays alone.
    Exit code 3 if one was refused.
    """
    given = {"service": service, "code": code, "reason": reason, "topic": topic, "order": order}
    chosen = _chosen(ids or [], given, "redriven", yes)
    fates = run(
        _with_box(lambda box, _: box.redrive(chosen, actor or who(), with_earlier=with_earlier))
    )
    _say(fates, as_json)


@app.command("drop", epilog=EXIT_CODES)
def drop(
    ids: Ids = None,
    service: Service = "",
    code: Code = "",
    reason: Reason = "",
    topic: Topic = "",
    order: Order = "",
    note: Annotated[str | None, typer.Option(help="Why, for whoever looks later.")] = None,
    yes: Yes = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Settle letters without sending anything: these, or all open ones that fit.

    It stays readable (`list --all`, `show`) until its topic forgets it, and can still be redriven
    by its id.
    """
    given = {"service": service, "code": code, "reason": reason, "topic": topic, "order": order}
    chosen = _chosen(ids or [], given, "dropped", yes)
    fates = run(_with_box(lambda box, _: box.drop(chosen, actor or who(), note)))
    _say(fates, as_json)


async def _with_box(work: Callable[[DeadLetterOperations, Settings], Awaitable[T]]) -> T:
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


def _chosen(ids: Sequence[str], given: dict[str, str], what: str, yes: bool) -> list[str]:
    """The ids that are meant, once somebody has said yes to them."""
    if bool(ids) == any(given.values()):
        with expected_errors():
            raise UsageError("Name letters, or say which ones by --service, --reason and so on.")
    if not ids:
        ids = run(_with_box(lambda box, settings: _fitting(box, settings, given)))
    if ids and not yes:
        rest = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
        typer.echo(f"To be {what}: {', '.join(ids[:NAMED])}{rest}")
        typer.confirm("Go on?", abort=True)
    return list(ids)


async def _fitting(
    box: DeadLetterOperations, settings: Settings, given: dict[str, str]
) -> list[str]:
    wanted = _filter(settings, given, ("open",))
    return [letter.id for letter in await box.all() if wanted.matches(letter)]


def _say(fates: Sequence[RedriveResult], as_json: bool) -> None:
    if as_json:
        say_json([_plain(RedriveResult, fate) for fate in fates])
    elif not fates:
        out.print("No dead letter fits.")
    for fate in () if as_json else fates:
        out.print(f"[bold]{escape(fate.letter_id)}[/]  {said(fate)}")
    raise typer.Exit(Exit.REJECTED if any(f.outcome == "refused" for f in fates) else Exit.OK)


def _plain(kind: type[Any], value: Any) -> Any:
    return TypeAdapter(kind).dump_python(value, mode="json")
