"""`waybill stock`: what is on the shelves."""

from typing import Annotated, Any

import typer
from rich.table import Table

from ops.cli.console import expected_errors, out, run, say_json
from ops.cli.options import build
from ops.cli.send import How, send
from ops.errors import EXIT_CODES
from ops.home import find_settings
from ops.reader import reading
from shared.contracts import Message
from shared.contracts.stock import CountStock, Receive
from shared.contracts.topics import STOCK_LEVELS

app = typer.Typer(
    help="Receive goods, count them, and show what is there.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)

Warehouse = Annotated[str, typer.Argument(help="A warehouse of the site, e.g. coventry.")]
Sku = Annotated[str, typer.Argument(help="The article.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[
    str | None, typer.Option("--id", help="The message's id; the same again has no effect.")
]
Actor = Annotated[str | None, typer.Option(help="Who asks, e.g. csr:17.")]
Seconds = Annotated[float, typer.Option(help="Seconds to wait for the outcome.")]


@app.command(epilog=EXIT_CODES)
def receive(
    warehouse: Warehouse,
    sku: Sku,
    quantity: Annotated[int, typer.Argument(min=1, help="How many came in.")],
    message_id: Id = None,
    actor: Actor = None,
    timeout: Seconds = 30,
    as_json: AsJson = False,
) -> None:
    """Goods came in: add to what is on hand. Shipments that wait for them move by themselves."""
    fields = {"warehouse": warehouse, "sku": sku, "quantity": quantity}
    how = How(actor=actor, message_id=message_id, timeout=timeout, as_json=as_json)
    _send(Receive, fields, how)


@app.command(epilog=EXIT_CODES)
def count(
    warehouse: Warehouse,
    sku: Sku,
    quantity: Annotated[int, typer.Argument(min=0, help="How many are on hand.")],
    message_id: Id = None,
    actor: Actor = None,
    timeout: Seconds = 30,
    as_json: AsJson = False,
) -> None:
    """Somebody counted: set what is on hand."""
    fields = {"warehouse": warehouse, "sku": sku, "quantity": quantity}
    how = How(actor=actor, message_id=message_id, timeout=timeout, as_json=as_json)
    _send(CountStock, fields, how)


@app.command(epilog=EXIT_CODES)
def show(
    warehouse: Annotated[str | None, typer.Option(help="Only this warehouse.")] = None,
    sku: Annotated[str | None, typer.Option(help="Only this article.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the present levels: on hand, allocated, available, backordered."""
    levels = run(_levels(warehouse, sku))
    if as_json:
        say_json(levels)
        return
    table = Table("warehouse", "sku")
    for column in ("on hand", "allocated", "available", "backordered"):
        table.add_column(column, justify="right")
    for level in levels:
        numbers = (level[k] for k in ("on_hand", "allocated", "available", "backordered"))
        table.add_row(level["warehouse"], level["sku"], *map(str, numbers))
    out.print(table if levels else "No stock has been heard of.")


async def _levels(warehouse: str | None, sku: str | None) -> list[dict[str, Any]]:
    latest: dict[str, dict[str, Any]] = {}
    async with reading(find_settings(), [STOCK_LEVELS.name], from_beginning=True) as reader:
        async for seen in reader.to_end():
            if isinstance(seen.data, dict):
                latest[seen.key] = seen.data
            else:
                latest.pop(seen.key, None)
    return [
        level
        for _, level in sorted(latest.items())
        if warehouse in (None, level["warehouse"]) and sku in (None, level["sku"])
    ]


def _send(model: type[Message], fields: dict[str, Any], how: How) -> None:
    with expected_errors():
        command = build(model, fields)
    raise typer.Exit(run(send(command, how)))
