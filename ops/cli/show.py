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
from ops.inspect.order import Deleted, Line, OrderState, order_state
from ops.local.home import find_settings
from shared.contracts.money import owed


def show(
    order: Annotated[
        str, typer.Argument(help="An order's id, its number (PO1000042), or a cart's id.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show an order's shipments, payments and history, with one line per event.

    For a cart that isn't an order yet, shows its lines, discounts, coupons and totals. For a
    deleted order or cart, shows its tombstone.

    Reads the services' journals. Exit code 1 if there is no such order or cart.
    """
    with expected_errors():
        state = _find(order)
    if as_json:
        say_json(state.model_dump())
    else:
        _print(state)


def _find(order: str) -> OrderState:
    with Journals(find_settings()) as journals:
        entries = journals.history(order)
        if not entries and (order_id := journals.order_with_number(order.upper())):
            order, entries = order_id, journals.history(order_id)
    if not entries:
        raise ToolError(
            f"There is no order or cart {order}.", "Watch new orders: waybill tail order.events"
        )
    return order_state(order, entries)


def _print_tombstone(state: OrderState, gone: Deleted) -> None:
    words = " on " + gone.at[:19].replace("T", " at ") + " UTC" if gone.at else ""
    words += f" by {gone.by}" if gone.by else ""
    name = state.number or "Cart"
    out.print(
        f"[bold]{escape(name)}[/] {state.order_id}  [bold]Deleted[/]{escape(words)}. "
        "Its data is erased."
    )
    if gone.taken and Decimal(gone.taken):
        out.print(f"{gone.taken} {gone.currency} were captured and not refunded.")


def _print(state: OrderState) -> None:
    if state.deleted:
        _print_tombstone(state, state.deleted)
    elif state.cart and not state.number:
        print_cart(state.order_id, state.cart)
    else:
        _print_order(state)
    out.print("[dim]when (UTC), where, who, what, why[/]")
    for line in state.history:
        out.print(_line(line))


def _print_order(state: OrderState) -> None:
    balance = owed(Decimal(state.outstanding or 0), state.currency)
    out.print(
        f"[bold]{escape(state.number or 'Cart')}[/] {state.order_id}  "
        f"[bold]{state.status}[/]  {state.market}  {escape(state.customer)}  "
        f"total {state.total} {state.currency}, {balance}"
    )
    if state.shipments:
        table = Table("shipment", "status", "warehouse", "method", "lines", "pieces", "tracking")
        for name, s in state.shipments.items():
            tracking = s.tracking_number or ""
            table.add_row(
                name, s.status, s.warehouse, s.method, str(s.lines), str(s.pieces), escape(tracking)
            )
        out.print(table)
    _print_content(state)
    if state.payments:
        table = Table("payment", "status", "method", "type", "amount", "expires (UTC)", "reason")
        for name, p in state.payments.items():
            amount = f"{p.amount} {state.currency}"
            reason = escape(p.reason or "")
            expires = _minute(p.expires_at) if p.status.startswith("Processed") else ""
            table.add_row(name, p.status, p.method, p.transaction_type, amount, expires, reason)
        out.print(table)


def _minute(at: str | None) -> str:
    return at[:16].replace("T", " ") if at else ""


def _print_content(state: OrderState) -> None:
    """Prints each shipment's lines, and the order's discount."""
    for name, shipment in state.shipments.items():
        if shipment.items:
            cost = f"shipping {shipment.shipping_cost} {state.currency}"
            out.print(f"shipment {name}, {cost}" if shipment.shipping_cost else f"shipment {name}")
            out.print(lines_table(shipment.items))
    if state.order_discount and Decimal(state.order_discount):
        out.print(f"discount on the order {state.order_discount} {state.currency}")


def _line(line: Line) -> str:
    when = line.at.replace("T", " ").removesuffix("+00:00")
    return (
        f"[dim]{when}[/]  {line.service:<8}  {escape(f'{line.who:<12}')}  "
        f"[cyan]{escape(f'{line.what:<36}')}[/]  {escape(line.why)}"
    )
