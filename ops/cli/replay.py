"""`waybill replay FILE`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ops.cli.console import err, expected_errors, out, progress, run, say_json
from ops.errors import Exit, ToolError
from ops.local.home import find_settings
from ops.replay import publish as replaying
from ops.replay.retail_carts import Replay, plan
from ops.replay.retail_data import Remark, read
from shared.runtime.settings import Settings
from shared.site import SiteError, load

MOST_REMARKS = 10


def replay(
    file: Annotated[Path, typer.Argument(help="CSV file: the Online Retail data set or a part.")],
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Skip lines that can't be read.")
    ] = False,
    patience: Annotated[
        float, typer.Option(min=1, help="Give up after so many seconds without a new order.")
    ] = 120,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check the file; publish nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Replay a shop's sales as converted carts and check that each becomes an order.

    Prints a table that compares the totals of the file with those of the orders. Exit code 0 only
    if they agree to the penny. Repeating the command changes nothing and prints the same table.
    """
    with expected_errors():
        settings = find_settings()
        todo = _plan(file, settings, skip_broken)
    if dry_run:
        _report(todo, None, as_json)
        return
    tally = run(_replay(settings, todo, patience))
    raise typer.Exit(_report(todo, tally, as_json))


def _plan(file: Path, settings: Settings, skip_broken: bool) -> Replay:
    ledger = read(file)
    if ledger.broken and not skip_broken:
        raise ToolError(
            "\n".join(_listed(file, ledger.broken)),
            "Nothing was published. Correct the lines, or skip them with --skip-broken.",
        )
    try:
        todo = plan(ledger, load(settings.site))
    except SiteError as error:
        raise ToolError(f"The site's configuration can't be used.\n{error}") from None
    for line in _listed(file, [*ledger.broken, *todo.aside]):
        err.print(f"skipped: {escape(line)}")
    return todo


def _listed(file: Path, remarks: list[Remark]) -> list[str]:
    lines = [f"{file}, line {remark.line}: {remark.reason}" for remark in remarks[:MOST_REMARKS]]
    if len(remarks) > MOST_REMARKS:
        lines.append(f"and {len(remarks) - MOST_REMARKS} more lines")
    return lines


async def _replay(settings: Settings, todo: Replay, patience: float) -> replaying.Tally:
    with progress() as bars:
        published = bars.add_task("published", total=len(todo.carts))
        placed = bars.add_task("placed", total=len(todo.carts))
        return await replaying.run(
            settings,
            todo,
            patience=patience,
            published=lambda count: bars.advance(published, count),
            placed=lambda count: bars.advance(placed, count),
        )


def _report(todo: Replay, tally: replaying.Tally | None, as_json: bool) -> Exit:
    expected = todo.expected
    found = tally.figures() if tally else None
    rows: list[tuple[str, object, object]] = [
        ("orders", expected.orders, found and found.orders),
        ("lines", expected.lines, found and found.lines),
        ("pieces", expected.pieces, found and found.pieces),
        ("money, GBP", expected.money, found and found.money),
        ("orders placed twice", 0, tally and len(tally.doubled)),
        ("orders with another total", 0, tally and len(tally.wrong)),
    ]
    equal = all(want == have for _, want, have in rows)
    if as_json:
        figures = {
            name.partition(",")[0].replace(" ", "_"): {"expected": want, "found": have}
            for name, want, have in rows
        }
        say_json({"equal": equal if tally else None, "figures": figures, "aside": len(todo.aside)})
    else:
        table = Table("", title="Reconciliation")
        table.add_column("expected", justify="right")
        table.add_column("found", justify="right")
        for name, want, have in rows:
            good = "green" if want == have else "red"
            table.add_row(name, _figure(want), f"[{good}]{_figure(have)}[/]" if tally else "—")
        out.print(table)
    return Exit.OK if equal else Exit.FAILED


def _figure(value: object) -> str:
    return f"{value:,}" if value is not None else "—"
