"""`waybill customer`: deletes a customer."""

from typing import Annotated

import typer
from rich.markup import escape

from ops.cli import outcome_texts
from ops.cli.console import expected_errors, out, run
from ops.cli.send import who
from ops.errors import EXIT_CODES, Exit
from ops.local.home import find_settings
from ops.messaging.command_client import CommandClient
from shared.contracts.customer_deletion import Delete
from shared.contracts.topics import CUSTOMER_NOTIFICATIONS
from shared.runtime.kafka.topics import retention_days
from shared.runtime.settings import Settings

app = typer.Typer(help="Delete a customer.", epilog=EXIT_CODES, no_args_is_help=True)


@app.callback()
def customer() -> None:
    """Delete a customer."""


@app.command(epilog=EXIT_CODES)
def delete(
    customer_id: Annotated[str, typer.Argument(metavar="CUSTOMER", help="A customer's id.")],
    orders: Annotated[bool, typer.Option("--orders", help="Delete their orders as well.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask for confirmation.")] = False,
    actor: Annotated[str | None, typer.Option(help="Who does this, e.g. csr:17.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the outcome.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Delete a customer: contact data, address book and drafts. This can't be undone.

    Orders stay with the data that they were placed with; --orders deletes them too, unless one of
    them is still open. Exit code 3 if a rule refused, 4 if the outcome didn't arrive in time: the
    customer may still be deleted.
    """
    with expected_errors():
        settings = find_settings()
        command = Delete(customer_id=customer_id, orders=orders)
    if not yes:
        what = "and all of their orders" if orders else "but none of their orders"
        typer.echo(f"About to delete permanently: customer {customer_id}, {what}.")
        typer.confirm("Continue?", abort=True)
    raise typer.Exit(run(_delete(settings, command, actor or who(), timeout, as_json=as_json)))


async def _delete(
    settings: Settings, command: Delete, actor: str, seconds: float, *, as_json: bool
) -> Exit:
    async with CommandClient(settings) as client:
        reply = await client.send(command, actor=actor, timeout=seconds)
    code = outcome_texts.outcome(command, reply, as_json=as_json)
    if code is Exit.OK and not as_json:
        out.print(escape(what_remains(settings, orders=command.orders)))
    return code


def what_remains(settings: Settings, *, orders: bool) -> str:
    """Returns what Kafka still has of a deleted customer, and for how long."""
    days = retention_days("customer.events", settings)
    notices = retention_days(CUSTOMER_NOTIFICATIONS.name, settings)
    kept = "" if orders else "Orders keep the data that they were placed with. "
    return (
        f"{kept}Records in Kafka's topics and dead letters expire {days} days after they were "
        f"written, notifications after {notices}, unless the topics were created with another "
        "WAYBILL_RETENTION_DAYS. Logs and backups expire as you have set them."
    )
