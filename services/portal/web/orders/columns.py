"""The columns of the order list, on the page and in its export."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.i18n import N_
from services.portal.queries.models.orders import OrderRow
from shared.contracts.statuses import label

COOKIE = "columns"
SEPARATOR = "."
Value = str | int | datetime | None


@dataclass(frozen=True)
class Column:
    """A column.

    label       a text to translate
    value       what an export says of an order
    is_number   whether its values are aligned as numbers, and exported as such
    is_usual    whether it is shown to whoever has chosen nothing
    sorts    the names of the sorts by it, upwards and downwards
    """

    name: str
    label: str
    value: Callable[[OrderRow], Value]
    is_number: bool = False
    is_usual: bool = True
    sorts: tuple[str, str] | None = None


def units(row: OrderRow) -> int:
    """The units in all shipments."""
    return sum(each.pieces for each in row.shipments)


def items(row: OrderRow) -> int:
    """The lines of all shipments."""
    return sum(each.lines for each in row.shipments)


def warehouses(row: OrderRow) -> list[str]:
    """The warehouses of the shipments, each once."""
    return list(dict.fromkeys(each.warehouse for each in row.shipments if each.warehouse))


def waits_for(row: OrderRow) -> list[str]:
    """The SKUs that its shipments are short of, each once."""
    return list(dict.fromkeys(sku for each in row.shipments for sku in each.waits_for))


COLUMNS = (
    Column("number", N_("No."), lambda row: row.number, sorts=("number", "number-down")),
    Column("created", N_("Created"), lambda row: row.created, sorts=("oldest", "newest")),
    Column("customer", N_("Customer"), lambda row: row.customer),
    Column("email", N_("Email"), lambda row: row.customer_email),
    Column("market", N_("Market"), lambda row: row.market),
    Column("status", N_("Status"), lambda row: label(row.status)),
    Column("items", N_("Items"), items, is_number=True, is_usual=False),
    Column("units", N_("Units"), units, is_number=True, is_usual=False),
    Column(
        "shipments", N_("Shipments"), lambda row: len(row.shipments), is_number=True, is_usual=False
    ),
    Column("warehouse", N_("Warehouse"), lambda row: ", ".join(warehouses(row)), is_usual=False),
    Column("waits", N_("Waits for"), lambda row: ", ".join(waits_for(row)), is_usual=False),
    Column("currency", N_("Currency"), lambda row: row.currency, is_usual=False),
    Column("total", N_("Total"), lambda row: row.total, is_number=True),
    Column("paid", N_("Paid"), lambda row: row.paid, is_number=True, is_usual=False),
    Column("outstanding", N_("Outstanding"), lambda row: row.outstanding, is_number=True),
)
AMOUNTS = frozenset({"total", "paid", "outstanding"})
Columns = Sequence[Column]


def columns_of(names: str) -> Columns:
    """The columns of these names, as an address or a cookie holds them; the usual ones without.

    The number is always there, unknown names are left out, and the order is always the same.
    """
    chosen = set(names.split(SEPARATOR))
    found = [each for each in COLUMNS if each.name in chosen]
    if not found:
        return [each for each in COLUMNS if each.is_usual]
    return found if found[0].name == "number" else [COLUMNS[0], *found]


def exported(columns: Columns) -> Columns:
    """The columns with the currency, if they have amounts: there a number stands alone."""
    names = {each.name for each in columns}
    if names & AMOUNTS:
        names.add("currency")
    return [each for each in COLUMNS if each.name in names]
