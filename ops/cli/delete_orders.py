"""`waybill order delete`: several orders at once, and what became of each."""

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
    """What became of one order: `name` is what it was called on the command line."""

    name: str
    order_id: str
    exit: Exit
    words: str
    code: str | None = None


def delete(
    orders: Annotated[list[str], typer.Argument(help="Ids or numbers (PO1000042) of orders.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before.")] = False,
    actor: Annotated[str | None, typer.Option(help="Who asks, e.g. csr:17.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the outcomes.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Delete orders and all that is known of their customers in them; it can't be undone.

    Prints a line for each. Exit code 0 if all are gone, 3 if a rule kept one, 4 if the outcome of
    one didn't come in time: it may still be deleted.
    """
    with expected_errors():
        settings = find_settings()
        called = {order_id(settings, name): name for name in orders}
    if not yes:
        typer.echo(f"To be deleted for good: {', '.join(called.values())}")
        typer.confirm("Go on?", abort=True)
    fates = run(_delete(settings, called, actor or who(), timeout))
    if as_json:
        say_json([_as_json(fate) for fate in fates])
    else:
        for fate in fates:
            colour = "green" if fate.exit is Exit.OK else "red"
            out.print(f"[bold]{escape(fate.name)}[/]  [{colour}]{escape(fate.words)}[/]")
    raise typer.Exit(max(fate.exit for fate in fates))


async def _delete(
    settings: Settings, called: dict[str, str], actor: str, seconds: float
) -> Sequence[DeleteResult]:
    async with CommandClient(settings) as client:
        return await asyncio.gather(
            *(_delete_one(client, name, of, actor, seconds) for of, name in called.items())
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


def _as_json(fate: DeleteResult) -> dict[str, str | bool | None]:
    return {
        "order": fate.name,
        "order_id": fate.order_id,
        "deleted": fate.exit is Exit.OK,
        "code": fate.code,
        "message": fate.words,
    }
