"""Reads a catalog from CSV; mistakes are reported with their line and column.

Columns: `sku` and `name` are required; `description`, `url`, `discontinued` (yes or no) and a price
per market (`price_US`, with the decimals of its currency) are optional. Others are ignored.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pydantic import ValidationError

from ops.errors import UsageError
from shared.contracts import Malformed, border
from shared.contracts.catalog import Variant
from shared.contracts.field_errors import mistakes
from shared.contracts.money import exact
from shared.site import Site

PRICE = "price_"
NEEDED = ("sku", "name")
OPTIONAL = ("description", "url", "discontinued")
_DISCONTINUED = {"": False, "no": False, "false": False, "0": False} | {
    "yes": True, "true": True, "1": True
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row that was skipped: the line on which it begins, and the column and mistake."""

    line: int
    reason: str


@dataclass(slots=True)
class Sheet:
    """A file's content: its articles in order, its mistakes, and the columns that are ignored."""

    variants: dict[str, Variant] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)


def read(path: Path, site: Site) -> Sheet:
    """Returns the catalog in the CSV file at `path`. Raises `UsageError` if it isn't one."""
    rows = _rows(path)
    _, columns = next(rows, (1, []))
    columns = [column.strip() for column in columns]
    _check_columns(path, columns, site)
    aside = [c for c in columns if c not in NEEDED + OPTIONAL and not c.startswith(PRICE)]
    sheet, lines = Sheet(aside=aside), dict[str, int]()
    for line, cells in rows:
        try:
            variant = _variant(_cells(columns, cells), site)
            if variant.sku in lines:
                raise Malformed("sku", f"{variant.sku} is on line {lines[variant.sku]} already")
        except Malformed as error:
            sheet.mistakes.append(Mistake(line, str(error)))
        else:
            lines[variant.sku] = line
            sheet.variants[variant.sku] = variant
    return sheet


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yields each row that has a value, with the line on which it begins.

    Spreadsheets often end their files with rows of commas.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}, line {line}: not UTF-8.", "Save the file as UTF-8.") from None
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{path}, line {line}: not CSV: {error}.") from None


def _check_columns(path: Path, columns: Sequence[str], site: Site) -> None:
    where = f"{path}, line 1"
    hint = f"The first line names the columns: {','.join(NEEDED + OPTIONAL)} and {PRICE}<market>."
    if missing := [name for name in NEEDED if name not in columns]:
        raise UsageError(f"{where}: no column {', '.join(missing)}.", hint)
    if twice := {column for column in columns if column and columns.count(column) > 1}:
        raise UsageError(f"{where}: {', '.join(sorted(twice))} appears twice.", hint)
    for column in columns:
        market = column.removeprefix(PRICE)
        if column.startswith(PRICE) and market not in site.markets:
            raise UsageError(
                f"{where}: {column}: no market is called {market}.",
                f"The site's markets: {', '.join(site.markets)}.",
            )


def _cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        raise Malformed("row", f"{len(cells)} values for {len(columns)} columns")
    return {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}


def _variant(row: Mapping[str, str], site: Site) -> Variant:
    """Returns the row's article. Raises `Malformed`, which names all wrong columns."""
    discontinued = _DISCONTINUED.get(row.get("discontinued", "").lower())
    if discontinued is None:
        raise Malformed("discontinued", "must be yes or no")
    prices = {c.removeprefix(PRICE): v for c, v in row.items() if c.startswith(PRICE) and v}
    data = {
        "sku": row["sku"],
        "name": row["name"],
        "description": row.get("description") or None,
        "url": row.get("url") or None,
        "prices": prices,
        "discontinued": discontinued,
    }
    try:
        variant = border.admitted(Variant.model_validate(data))
    except ValidationError as error:
        raise _first(error) from None
    for market, price in variant.prices.items():
        _check_price(price, market, site)
    return variant


def _check_price(price: Decimal, market: str, site: Site) -> None:
    exact(price, site.markets[market].currency, f"{PRICE}{market}")


def _first(error: ValidationError) -> Malformed:
    """Returns the first mistake, with the others in its message."""
    (column, words), *others = ((_column(m.field), m.message) for m in mistakes(error))
    return Malformed(column, "; ".join([words, *(f"{c} {also}" for c, also in others)]))


def _column(field: str) -> str:
    kind, _, market = field.partition(".")
    return f"{PRICE}{market}" if kind == "prices" else field
