"""`waybill order`: shows possible actions, deletes orders and reorders."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Annotated

import typer
from rich.markup import escape

from ops.cli import delete_orders, reorder
from ops.cli.actions_output import table
from ops.cli.console import expected_errors, out, run, say_json
from ops.cli.outcome_texts import owed
from ops.cli.queued import with_queues
from ops.errors import EXIT_CODES, Exit
from ops.inspect.order_ids import order_id
from ops.local.home import find_settings
from ops.messaging.command_client import CommandClient
from shared.contracts import Message, orders, payments, shipments
from shared.contracts.replies import Reply

app = typer.Typer(
    help="Show what can be done with an order, delete orders, and reorder.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)

ASKED: Mapping[str, type[Message]] = {
    "order": orders.Explain,
    "payment": payments.Explain,
    "shipment": shipments.Explain,
}


@app.command(epilog=EXIT_CODES)
def actions(
    order: Annotated[str, typer.Argument(help="An order's id or number (PO1000042).")],
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the answers.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show which actions are possible for an order now, and what blocks the others.

    The order, payment and shipment services answer. Exit code 3 if none of them knows the order.
    """
    with expected_errors():
        named = order_id(find_settings(), order)
    replies = run(_ask(named, timeout))
    known = [reply for reply in replies.values() if reply.outcome == "accepted"]
    if as_json:
        said = {name: r.model_dump(mode="json", exclude_none=True) for name, r in replies.items()}
        say_json({"order_id": named, **said})
    else:
        _print(named, replies)
    raise typer.Exit(Exit.OK if known else Exit.REJECTED)


async def _ask(order: str, seconds: float) -> dict[str, Reply]:
    """Returns each service's answer."""
    async with CommandClient(find_settings()) as client:
        ask = partial(client.send, timeout=seconds)
        answers = await asyncio.gather(
            *(ask(question(order_id=order)) for question in ASKED.values())
        )
        found = dict(zip(ASKED, answers, strict=True))
        found["shipment"] = await with_queues(ask, found["shipment"], order)
    return found


def _print(order: str, replies: Mapping[str, Reply]) -> None:
    for name, reply in replies.items():
        if reply.outcome == "rejected":
            reason = reply.reason.message if reply.reason else "No reason given."
            out.print(f"The {name} service says: {escape(reason)}")
    found = [action for reply in replies.values() for action in reply.actions or ()]
    if found:
        statuses = ", ".join(f"{name} {r.status}" for name, r in replies.items() if r.status)
        out.print(f"[bold]{escape(order)}[/]  {escape(statuses)}")
        for reply in replies.values():
            if reply.owed is not None:
                out.print(escape(owed(reply.owed)))
        out.print(table(found, order))


app.command(epilog=EXIT_CODES)(delete_orders.delete)
app.command(epilog=EXIT_CODES)(reorder.reorder)
