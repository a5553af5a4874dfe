"""Who is short and who waits in a warehouse, for people."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from ops.cli.console import out, say_json
from shared.contracts.stock_status import StockStatus


def print_stock(
    found: Sequence[tuple[str, StockStatus]], *, only_short: bool = False, as_json: bool = False
) -> None:
    """Prints what each warehouse says; in JSON one array."""
    if as_json:
        say_json([{"warehouse": name, **told.model_dump(mode="json")} for name, told in found])
        return
    for name, told in found:
        _say_short(name, told)
        if not only_short:
            _say_queue(name, told)
    if not found:
        out.print("Nobody is short.")


def _say_short(warehouse: str, told: StockStatus) -> None:
    for each in told.short:
        who = f"Order {each.order_id} shipment {each.shipment_id}"
        out.print(f"[red]Short:[/] {escape(who)} lacks {each.lacks} of {escape(each.sku)}.")
    if told.lacking > len(told.short):
        out.print(f"… and {told.lacking - len(told.short)} more in {escape(warehouse)}.")


def _say_queue(warehouse: str, told: StockStatus) -> None:
    if not told.queue:
        out.print(f"Nobody waits in {escape(warehouse)}.")
        return
    rows = Table("place", "order", "shipment", "waits for")
    for each in told.queue:
        wants = ", ".join(f"{line.quantity} × {line.sku}" for line in each.lines)
        rows.add_row(str(each.place), each.order_id, each.shipment_id, escape(wants))
    out.print(rows)
    if told.waiting > len(told.queue):
        out.print(f"… and {told.waiting - len(told.queue)} more in {escape(warehouse)}.")
