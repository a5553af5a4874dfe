"""Prints which shipments are short or wait for stock in a warehouse."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from ops.cli.console import out, say_json
from shared.contracts.stock_status import StockStatus


def print_stock(
    found: Sequence[tuple[str, StockStatus]], *, only_short: bool = False, as_json: bool = False
) -> None:
    """Prints the shortages and queue of each warehouse; with `as_json` as one array."""
    if as_json:
        say_json([{"warehouse": name, **stock.model_dump(mode="json")} for name, stock in found])
        return
    for name, stock in found:
        _print_short(name, stock)
        if not only_short:
            _print_queue(name, stock)
            for each in stock.expected:
                what = f"{each.quantity} × {escape(each.sku)}"
                out.print(f"Expected in {escape(name)} on {each.expected_on}: {what}.")
    if not found:
        out.print("No shipment is short.")


def _print_short(warehouse: str, stock: StockStatus) -> None:
    for each in stock.short:
        who = f"Order {each.order_id} shipment {each.shipment_id}"
        out.print(f"[red]Short:[/] {escape(who)} lacks {each.lacks} of {escape(each.sku)}.")
    if stock.lacking > len(stock.short):
        out.print(f"… and {stock.lacking - len(stock.short)} more in {escape(warehouse)}.")


def _print_queue(warehouse: str, stock: StockStatus) -> None:
    if not stock.queue:
        out.print(f"No shipment is waiting in {escape(warehouse)}.")
        return
    rows = Table("place", "order", "shipment", "waits for")
    for each in stock.queue:
        wants = ", ".join(f"{line.quantity} × {line.sku}" for line in each.lines)
        rows.add_row(str(each.place), each.order_id, each.shipment_id, escape(wants))
    out.print(rows)
    if stock.waiting > len(stock.queue):
        out.print(f"… and {stock.waiting - len(stock.queue)} more in {escape(warehouse)}.")
