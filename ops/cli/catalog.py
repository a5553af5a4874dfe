"""`waybill catalog`: imports and shows the articles that are sold."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ops.catalog import topic
from ops.catalog.csv_file import Mistake, Sheet, read
from ops.cli.console import err, expected_errors, out, progress, run, say_json
from ops.demo.demo import load_site
from ops.errors import EXIT_CODES, Exit, ToolError
from ops.local.home import find_settings
from shared.contracts.catalog import Variant
from shared.runtime.settings import Settings
from shared.site import Site

MOST_MISTAKES = 200

app = typer.Typer(
    help="Import and show the articles that are sold.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("import", epilog=EXIT_CODES)
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV file, in UTF-8.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check the file; publish nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import a catalog with sku,name,description,url,discontinued and a price_<market> per market.

    A row replaces its article; articles that aren't in the file stay as they are. Only changes are
    published, so importing the same file again does nothing. Rows that can't be read are reported
    with line and column; all others are imported, and the exit code is 1.
    """
    with expected_errors():
        settings = find_settings()
        sheet = read(file, load_site(settings))
    _print_mistakes(file, sheet)
    counts = {"rows": len(sheet.variants) + len(sheet.mistakes), "broken": len(sheet.mistakes)}
    if not dry_run:
        counts |= run(_import(settings, sheet))
    if as_json:
        say_json(counts)
    else:
        out.print(", ".join(f"{count} {name}" for name, count in counts.items()))
    raise typer.Exit(Exit.FAILED if sheet.mistakes else Exit.OK)


@app.command(epilog=EXIT_CODES)
def show(sku: Annotated[str, typer.Argument(help="The article.")], as_json: AsJson = False) -> None:
    """Show an article of the catalog."""
    settings = find_settings()
    with expected_errors():
        site = load_site(settings)
        variant = run(_find(settings, sku))
    if as_json:
        say_json(variant.model_dump(mode="json"))
        return
    table = Table(title=escape(f"{variant.sku}: {variant.name}"), show_header=False)
    for name, value in _facts(variant, site):
        table.add_row(escape(name), escape(value))
    out.print(table)


async def _import(settings: Settings, sheet: Sheet) -> dict[str, int]:
    before = await topic.present(settings)
    differing = [v for sku, v in sheet.variants.items() if before.get(sku) != v]
    new = sum(variant.sku not in before for variant in differing)
    with progress() as bars:
        bar = bars.add_task("published", total=len(differing))
        await topic.publish(settings, differing, lambda count: bars.advance(bar, count))
    unchanged = len(sheet.variants) - len(differing)
    return {"new": new, "changed": len(differing) - new, "unchanged": unchanged}


async def _find(settings: Settings, sku: str) -> Variant:
    found = (await topic.present(settings)).get(sku)
    if found is None:
        raise ToolError(f"{sku} isn't in the catalog.")
    return found


def _print_mistakes(file: Path, sheet: Sheet) -> None:
    if sheet.aside:
        err.print(f"Ignored columns: {escape(', '.join(sheet.aside))}")
    for mistake in sheet.mistakes[:MOST_MISTAKES]:
        err.print(escape(_line(file, mistake)))
    if (more := len(sheet.mistakes) - MOST_MISTAKES) > 0:
        err.print(f"and {more} more rows")


def _line(file: Path, mistake: Mistake) -> str:
    return f"{file}, line {mistake.line}: {mistake.reason}"


def _facts(variant: Variant, site: Site) -> list[tuple[str, str]]:
    facts = [
        ("description", variant.description or ""),
        ("url", variant.url or ""),
        ("discontinued", "yes" if variant.discontinued else "no"),
    ]
    for market, price in variant.prices.items():
        currency = site.markets[market].currency if market in site.markets else ""
        facts.append((f"price in {market}", f"{price:f} {currency}".strip()))
    return facts
