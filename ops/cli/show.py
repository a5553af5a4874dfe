"""`waybill show ORDER`."""

from decimal import Decimal
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ops.cli.cart_output import lines_table, print_cart
from ops.cli.console import expected_errors, out, say_json
from ops.errors import ToolError
from ops.inspect.journals import Journals
from ops.inspect.order import Deleted, Line, Standing, fold
from ops.local.home import find_settings
from shared.contracts.money import owed


def show(
    order: Annotated[
        str, typer.Argument(help="An order's id, its number (PO1000042), or a cart's id.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show an order: its shipments, payments, and history, one line an event.

    Of a cart that is no order yet: its lines, what comes off, coupons, and what it costs. Of what
    was deleted: its tombstone.

    Read from the services' journals. Exit code 1 if there is no such order.
    """
    with expected_errors():
        standing = _find(order)
    if as_json:
        say_json(standing.model_dump())
    else:
        _print(standing)


def _find(order: str) -> Standing:
    with Journals(find_settings()) as journals:
        entries = journals.history(order)
        if not entries and (order_id := journals.order_with_number(order.upper())):
            order, entries = order_id, journals.history(order_id)
    if not entries:
        raise ToolError(
            f"There is no order {order}, and no cart.", "Watch new ones: waybill tail order.events"
        )
    return fold(order, entries)


def _print_tombstone(standing: Standing, gone: Deleted) -> None:
    words = " on " + gone.at[:19].replace("T", " at ") + " UTC" if gone.at else ""
    words += f" by {gone.by}" if gone.by else ""
    name = standing.number or "Cart"
    out.print(
        f"[bold]{escape(name)}[/] {standing.order_id}  [bold]Deleted[/]{escape(words)}. "
        "What was known of it is erased."
    )
    if gone.taken and Decimal(gone.taken):
        out.print(f"{gone.taken} {gone.currency} were captured and not given back.")


def _print(standing: Standing) -> None:
    if standing.deleted:
        _print_tombstone(standing, standing.deleted)
    elif standing.cart and not standing.number:
        print_cart(standing.order_id, standing.cart)
    else:
        _print_order(standing)
    out.print("[dim]when (UTC), where, who, what, why[/]")
    for line in standing.history:
        out.print(_line(line))


def _print_order(standing: Standing) -> None:
    balance = owed(Decimal(standing.outstanding or 0), standing.currency)
    out.print(
        f"[bold]{escape(standing.number or 'Cart')}[/] {standing.order_id}  "
        f"[bold]{standing.status}[/]  {standing.market}  {escape(standing.customer)}  "
        f"total {standing.total} {standing.currency}, {balance}"
    )
    if standing.shipments:
        table = Table("shipment", "status", "warehouse", "method", "lines", "pieces", "tracking")
        for name, s in standing.shipments.items():
            tracking = s.tracking_number or ""
            table.add_row(
                name, s.status, s.warehouse, s.method, str(s.lines), str(s.pieces), escape(tracking)
            )
        out.print(table)
    _print_content(standing)
    if standing.payments:
        table = Table("payment", "status", "method", "type", "amount", "why")
        for name, p in standing.payments.items():
            amount = f"{p.amount} {standing.currency}"
            why = escape(p.reason or "")
            table.add_row(name, p.status, p.method, p.transaction_type, amount, why)
        out.print(table)


def _print_content(standing: Standing) -> None:
    """What is in each shipment, and what comes off the order as a whole."""
    for name, shipment in standing.shipments.items():
        if shipment.items:
            cost = f"shipping {shipment.shipping_cost} {standing.currency}"
            out.print(f"shipment {name}, {cost}" if shipment.shipping_cost else f"shipment {name}")
            out.print(lines_table(shipment.items))
    if standing.order_discount and Decimal(standing.order_discount):
        out.print(f"discount on the order {standing.order_discount} {standing.currency}")


def _line(line: Line) -> str:
    when = line.at.replace("T", " ").removesuffix("+00:00")
    return (
        f"[dim]{when}[/]  {line.service:<8}  {escape(f'{line.who:<12}')}  "
        f"[cyan]{escape(f'{line.what:<36}')}[/]  {escape(line.why)}"
    )
