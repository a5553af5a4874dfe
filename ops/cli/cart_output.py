"""Prints a cart: its shipments, lines, discounts and totals."""

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from ops.cli.console import out
from ops.inspect.cart import Cart

AMOUNTS = {
    "lines": "lines",
    "line_discounts": "− discounts on lines",
    "tax": "+ tax",
    "shipping": "+ shipping",
    "order_discount": "− discount on the order",
    "total": "total",
}


def print_cart(cart_id: str, cart: Cart) -> None:
    """Prints the cart's current state."""
    total = f"total {cart.totals['total']} {cart.currency}" if cart.totals else ""
    out.print(
        f"[bold]Cart[/] {cart_id}  [bold]{cart.status}[/]  {cart.market}  "
        f"{escape(cart.customer)}  {total}".rstrip()
    )
    if cart.reorder:
        print_reorder(cart.reorder)
    for name, shipment in cart.shipments.items():
        route = f"{shipment.method} to {shipment.to}" if shipment.method else "no address yet"
        cost = f", {shipment.shipping_cost} {cart.currency}" if shipment.shipping_cost else ""
        out.print(f"shipment {name}: {escape(route)}{cost}")
        if shipment.lines:
            out.print(lines_table(cart.shipments[name].lines))
    if cart.totals:
        _print_totals(cart.totals, cart.currency)


def print_reorder(summary: dict[str, Any]) -> None:
    """Prints how a reorder took over the order's lines, coupons and shipments."""
    lines, fine = summary["lines"], {"available", "same"}
    out.print(f"reorder of {escape(summary['order_number'])}")
    for line in lines:
        style = "green" if {line["stock"], line["priced"]} <= fine else "yellow"
        where = f"{line['shipment_id']}/{line['line_id']}"
        out.print(f"  [{style}]{where}[/] {escape(line['name'])}, {escape(line['message'])}")
    for coupon in summary["coupons"]:
        refusal = coupon["why_not"]
        words = escape(refusal["message"]) if refusal else "applied again"
        out.print(f"  [{'yellow' if refusal else 'green'}]{coupon['code']}[/] {words}")
    for shipment in summary["left_open"]:
        out.print(f"  [yellow]{escape(shipment['message'])}[/]")


def lines_table(lines: Mapping[str, Any]) -> Table:
    """Returns the lines of a cart or shipment, with their prices."""
    table = Table("line", "SKU", "name")
    for heading in ("quantity", "price", "discount", "tax"):
        table.add_column(heading, justify="right")
    for name, line in lines.items():
        words = f"{line.name} (preorder)" if line.preorder else line.name
        amounts = (str(line.quantity), line.placed_price, line.discount, line.tax)
        table.add_row(name, line.sku, escape(words), *amounts)
    return table


def _print_totals(totals: dict[str, Any], currency: str) -> None:
    if coupons := totals["coupons"]:
        table = Table("coupon", "discount", "not applied because")
        for coupon in coupons:
            why_not = (coupon["why_not"] or {}).get("message", "")
            table.add_row(coupon["code"], f"{coupon['takes_off']} {currency}", escape(why_not))
        out.print(table)
    widest = max(len(str(totals[name])) for name in AMOUNTS)
    for name, words in AMOUNTS.items():
        line = f"{words:<24}{totals[name]:>{widest}} {currency}"
        if name == "shipping" and any(c != "0" for c in totals["shipping_discount"] if c != "."):
            line += f" (after {totals['shipping_discount']} discount)"
        out.print(f"[bold]{line}[/]" if name == "total" else line)
