"""`waybill stock`: receives, counts and shows stock."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from ops.cli.console import expected_errors, out, run, say_json
from ops.cli.options import build
from ops.cli.send import How, send
from ops.cli.stock_output import print_stock
from ops.errors import EXIT_CODES, Exit, ToolError
from ops.local.home import find_settings
from ops.messaging.command_client import CommandClient
from ops.messaging.reader import reading
from shared.contracts import Message
from shared.contracts.stock import (
    CountStock,
    Expect,
    Explain,
    Receive,
    ReleaseQuarantine,
    SetSafety,
)
from shared.contracts.stock_status import StockStatus
from shared.contracts.topics import STOCK_LEVELS

app = typer.Typer(
    help="Receive and count goods, and show stock levels and queues.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)

Warehouse = Annotated[str, typer.Argument(help="A warehouse of the site, e.g. coventry.")]
Sku = Annotated[str, typer.Argument(help="The article.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[str | None, typer.Option("--id", help="The message's id; a repeat has no effect.")]
Actor = Annotated[str | None, typer.Option(help="Who does this, e.g. csr:17.")]
_NUMBERS = ("on_hand", "allocated", "safety", "available", "backordered", "quarantined")
Seconds = Annotated[float, typer.Option(help="Seconds to wait for the outcome.")]


@app.command(epilog=EXIT_CODES)
def receive(
    warehouse: Warehouse,
    sku: Sku,
    quantity: Annotated[int, typer.Argument(min=1, help="How many arrived.")],
    message_id: Id = None,
    actor: Actor = None,
    timeout: Seconds = 30,
    as_json: AsJson = False,
) -> None:
    """Receive goods: add to the stock on hand. Waiting shipments are served automatically."""
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
    """Set the stock on hand after a count. If more is allocated, lists who is short."""
    fields = {"warehouse": warehouse, "sku": sku, "quantity": quantity}
    how = How(actor=actor, message_id=message_id, timeout=timeout, as_json=as_json)
    with expected_errors():
        command = build(CountStock, fields)
        question = Explain(warehouse=warehouse, sku=sku)
    raise typer.Exit(run(_count(command, question, how)))


@app.command(epilog=EXIT_CODES)
def release_quarantine(
    warehouse: Warehouse,
    sku: Sku,
    quantity: Annotated[int, typer.Argument(min=1, help="How many leave the quarantine.")],
    disposition: Annotated[
        Literal["restock", "write-off"],
        typer.Option(help="Whether they are on hand again, or gone."),
    ] = "restock",
    message_id: Id = None,
    actor: Actor = None,
    timeout: Seconds = 30,
    as_json: AsJson = False,
) -> None:
    """Restock returned goods that are in quarantine, or write them off."""
    fields = {
        "warehouse": warehouse,
        "sku": sku,
        "quantity": quantity,
        "disposition": disposition,
    }
    how = How(actor=actor, message_id=message_id, timeout=timeout, as_json=as_json)
    _send(ReleaseQuarantine, fields, how)


@app.command(epilog=EXIT_CODES)
def safety(
    warehouse: Warehouse,
    sku: Sku,
    quantity: Annotated[int, typer.Argument(min=0, help="How many are kept back.")],
    message_id: Id = None,
    actor: Actor = None,
    timeout: Seconds = 30,
    as_json: AsJson = False,
) -> None:
    """Set the safety stock: what is kept back from allocations."""
    fields = {"warehouse": warehouse, "sku": sku, "quantity": quantity}
    how = How(actor=actor, message_id=message_id, timeout=timeout, as_json=as_json)
    _send(SetSafety, fields, how)


@app.command(epilog=EXIT_CODES)
def expect(
    warehouse: Warehouse,
    sku: Sku,
    quantity: Annotated[int, typer.Argument(min=0, help="How many; 0 if none any more.")],
    expected_on: Annotated[str, typer.Argument(metavar="DAY", help="When, e.g. 2026-12-01.")],
    message_id: Id = None,
    actor: Actor = None,
    timeout: Seconds = 30,
    as_json: AsJson = False,
) -> None:
    """Note which goods are expected, and when. Those who wait for them are shown this."""
    fields = {
        "warehouse": warehouse,
        "sku": sku,
        "quantity": quantity,
        "expected_on": expected_on,
    }
    how = How(actor=actor, message_id=message_id, timeout=timeout, as_json=as_json)
    _send(Expect, fields, how)


@app.command(epilog=EXIT_CODES)
def show(
    warehouse: Annotated[str | None, typer.Option(help="Only this warehouse.")] = None,
    sku: Annotated[str | None, typer.Option(help="Only this article.")] = None,
    short: Annotated[
        bool,
        typer.Option("--short", help="List who is short where more is allocated than on hand."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show stock levels: on hand, allocated, safety stock, available, backordered, in quarantine,
    expected.
    """
    levels = run(_levels(warehouse, sku))
    if short:
        lacking = [level for level in levels if level["allocated"] > level["on_hand"]]
        print_stock(run(_ask(_questions(lacking))), only_short=True, as_json=as_json)
        return
    if as_json:
        say_json(levels)
        return
    table = Table("warehouse", "sku")
    for column in (*_NUMBERS, "expected"):
        table.add_column(column.replace("_", " "), justify="right")
    for level in levels:
        numbers = (str(level.get(column, 0)) for column in _NUMBERS)  # levels of before lack some
        expected = ", ".join(
            f"{each['quantity']} on {each['expected_on']}" for each in level.get("expected", ())
        )
        table.add_row(level["warehouse"], level["sku"], *numbers, expected)
    out.print(table if levels else "There is no stock yet.")


@app.command(epilog=EXIT_CODES)
def queue(
    warehouse: Warehouse,
    sku: Annotated[
        str | None, typer.Option(help="Only shipments waiting for this article.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show which shipments wait for stock, in the order of the queue, and which are short."""
    with expected_errors():
        question = build(Explain, {"warehouse": warehouse, "sku": sku})
    print_stock(run(_ask([question])), as_json=as_json)


async def _count(command: Message, question: Message, how: How) -> Exit:
    """Sends the count, then prints who is short."""
    code = await send(command, how)
    if code is Exit.OK and not how.as_json:
        print_stock(await _ask([question]), only_short=True)
    return code


def _questions(levels: list[dict[str, Any]]) -> list[Message]:
    return [Explain(warehouse=level["warehouse"], sku=level["sku"]) for level in levels]


async def _ask(questions: Sequence[Message]) -> list[tuple[str, StockStatus]]:
    """Returns each warehouse's answer. Raises `ToolError` if one is refused."""
    found = []
    async with CommandClient(find_settings()) as client:
        for question in questions:
            reply = await client.send(question)
            if reply.stock is None:
                raise ToolError(reply.reason.message if reply.reason else "No reason given.")
            found.append((question.key, reply.stock))
    return found


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
