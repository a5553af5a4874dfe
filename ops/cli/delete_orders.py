"""`waybill order delete`: deletes several orders and prints the outcome of each."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.markup import escape

from ops.cli.console import expected_errors, out, run, say_json
from ops.cli.send import who
from ops.errors import Exit, TimedOutError
from ops.inspect.order_ids import order_id
from ops.local.home import find_settings
from ops.messaging.command_client import CommandClient
from shared.contracts.orders import Delete
from shared.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class DeleteResult:
    """The outcome for one order; `name` is how the command line called it."""

    name: str
    order_id: str
    exit: Exit
    words: str
    code: str | None = None


def delete(
    orders: Annotated[list[str], typer.Argument(help="Ids or numbers (PO1000042) of orders.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
    actor: Annotated[str | None, typer.Option(help="Who does this, e.g. csr:17.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the outcomes.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Delete orders and the personal data in them. This can't be undone.

    Prints one line per order. Exit code 0 if all are deleted, 3 if a rule refused one, 4 if an
    outcome didn't arrive in time: that order may still be deleted.
    """
    with expected_errors():
        settings = find_settings()
        names = {order_id(settings, name): name for name in orders}
    if not yes:
        typer.echo(f"About to delete permanently: {', '.join(names.values())}")
        typer.confirm("Continue?", abort=True)
    results = run(_delete(settings, names, actor or who(), timeout))
    if as_json:
        say_json([_as_json(result) for result in results])
    else:
        for result in results:
            colour = "green" if result.exit is Exit.OK else "red"
            out.print(f"[bold]{escape(result.name)}[/]  [{colour}]{escape(result.words)}[/]")
    raise typer.Exit(max(result.exit for result in results))


async def _delete(
    settings: Settings, names: dict[str, str], actor: str, seconds: float
) -> Sequence[DeleteResult]:
    async with CommandClient(settings) as client:
        return await asyncio.gather(
            *(_delete_one(client, name, of, actor, seconds) for of, name in names.items())
        )


async def _delete_one(
    client: CommandClient, name: str, of: str, actor: str, seconds: float
) -> DeleteResult:
    try:
        reply = await client.send(Delete(order_id=of), actor=actor, timeout=seconds)
    except TimedOutError as error:
        return DeleteResult(name, of, Exit.TIMED_OUT, error.message)
    if reply.outcome == "accepted":
        return DeleteResult(name, of, Exit.OK, "Deleted.")
    reason = reply.reason
    words = f"Not deleted. {reason.message} ({reason.code})" if reason else "Not deleted."
    return DeleteResult(name, of, Exit.REJECTED, words, reason.code if reason else None)


def _as_json(result: DeleteResult) -> dict[str, str | bool | None]:
    return {
        "order": result.name,
        "order_id": result.order_id,
        "deleted": result.exit is Exit.OK,
        "code": result.code,
        "message": result.words,
    }
