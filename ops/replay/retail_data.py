"""Reads the Online Retail data set (UCI, Daqing Chen, CC BY 4.0): a real shop's sales.

Peculiarities of the file are either kept exactly or reported:

* A line that isn't a sale (a cancellation, a stock correction, a bad debt) or that can't be sold
  here (no market for its country, fractions of a penny) is skipped, with the reason.
* A line that can't be parsed is broken.
* A price with more decimals than the currency (0.055) is rounded up to the next penny and
  discounted, so that the line's amount is exactly that of the file.
* A blank description becomes the article's code. A character that isn't allowed in ids becomes
  `-`. A missing customer becomes an anonymous one.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ops.errors import ToolError

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice")
OPTIONAL = ("CustomerID", "Country")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._:\-]")
_MOMENTS = ("%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Sale:
    """A line of the file that sold something. `line` is its number in the file."""

    line: int
    invoice: str
    sku: str
    name: str
    quantity: int
    price: Decimal
    at: datetime
    customer: str | None
    country: str

    @property
    def amount(self) -> Decimal:
        """The exact amount of the line."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the file that was skipped, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Ledger:
    """The file's sales by invoice, in the file's order, and the lines that were skipped."""

    invoices: dict[str, list[Sale]] = field(default_factory=dict)
    aside: list[Remark] = field(default_factory=list)
    broken: list[Remark] = field(default_factory=list)


class _AsideError(Exception):
    """The line isn't a sale."""


class _BrokenError(Exception):
    """The line can't be parsed."""


def read(path: Path) -> Ledger:
    """Returns the sales in the CSV file at `path`. Raises `ToolError` if it isn't such a file."""
    ledger = Ledger()
    for number, row in _rows(path):
        try:
            sale = _sale(number, row)
        except _AsideError as error:
            ledger.aside.append(Remark(number, str(error)))
        except _BrokenError as error:
            ledger.broken.append(Remark(number, str(error)))
        else:
            ledger.invoices.setdefault(sale.invoice, []).append(sale)
    return ledger


def as_id(text: str) -> str:
    """Converts `text` to a valid id of the contract."""
    return _NOT_IN_ID.sub("-", text.strip())[:64]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields each row that has a value, with the number of its last line in the file."""
    try:
        text = _text(path.read_bytes())
    except OSError as error:
        raise ToolError(f"{path} can't be read: {error.strerror}.") from None
    rows = csv.DictReader(io.StringIO(text, newline=""), restval="", restkey="more")
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise ToolError(
            f"{path}, line 1: no column {', '.join(missing)}.",
            f"The first line names the columns: {','.join(COLUMNS + OPTIONAL)}",
        )
    for row in rows:
        if any(isinstance(value, list) or value.strip() for value in row.values()):
            yield rows.line_num, row


def _text(content: bytes) -> str:
    """Decodes the file; copies of the data set exist in both encodings."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _sale(number: int, row: dict[str, str]) -> Sale:
    if "more" in row:
        raise _BrokenError("more values than columns")
    for name in ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice"):
        if not row[name].strip():
            raise _BrokenError(f"{name}: missing")
    invoice, sku = row["InvoiceNo"].strip(), row["StockCode"].strip()
    quantity, price = _quantity(row["Quantity"]), _price(row["UnitPrice"])
    at = _moment(row["InvoiceDate"])
    if invoice.upper().startswith("C"):
        raise _AsideError("a cancellation")
    if quantity <= 0:
        raise _AsideError(f"a quantity of {quantity}: returned or written-off goods")
    if price < 0:
        raise _AsideError(f"a price of {price}: a correction of the books")
    name = row["Description"].strip()
    return Sale(
        line=number,
        invoice=invoice,
        sku=as_id(sku),
        name=(name or sku)[:200],
        quantity=quantity,
        price=price,
        at=at,
        customer=row.get("CustomerID", "").strip().removesuffix(".0") or None,
        country=row.get("Country", "").strip(),
    )


def _quantity(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _BrokenError(f"Quantity: {text!r} is not a whole number") from None


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text.strip())
    except InvalidOperation:
        price = Decimal("NaN")
    if not price.is_finite():
        raise _BrokenError(f"UnitPrice: {text!r} is not a number")
    return price


def _moment(text: str) -> datetime:
    """Parses a date and time; the file has no time zone, so UTC is assumed."""
    for form in _MOMENTS:
        try:
            return datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise _BrokenError(f"InvoiceDate: {text!r} is not a date and time")
