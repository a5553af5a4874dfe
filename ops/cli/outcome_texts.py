"""Prints outcomes of commands."""

from decimal import Decimal
from typing import Any

from rich.markup import escape
from rich.table import Table

from ops.cli.actions_output import table
from ops.cli.console import out, say_json
from ops.cli.stock_output import print_stock
from ops.errors import Exit
from shared.contracts import Message
from shared.contracts.error_texts import said
from shared.contracts.money import owed as balance
from shared.contracts.replies import Amounts, DryRun, Owed, Reply


def outcome(command: Message, reply: Reply, *, as_json: bool) -> Exit:
    """Prints the outcome of `command`; returns the matching exit code."""
    if as_json:
        say_json(reply.model_dump(mode="json", exclude_none=True))
    elif reply.outcome == "accepted":
        word = "Would be accepted." if reply.dry_run else "Accepted."
        out.print(f"[green]{word}[/] {escape(_status(command, reply))}")
        if reply.dry_run is not None:
            _print_dry_run(reply.dry_run)
        if reply.actions is not None:
            out.print(table(reply.actions, command.key))
        if reply.owed is not None:
            out.print(escape(owed(reply.owed)))
        if reply.stock is not None:
            print_stock([(command.key, reply.stock)])
    else:
        word = "Would be rejected." if reply.dry_run else "Rejected."
        out.print(f"[red]{word}[/] {escape(_reason(reply))}")
        for blocker in reply.reason.blockers if reply.reason else ():
            out.print(f"  - {escape(said(blocker, {}))} ({escape(blocker.code)})")
        if reply.status:
            out.print(escape(_status(command, reply)))
    return Exit.OK if reply.outcome == "accepted" else Exit.REJECTED


def _print_dry_run(run: DryRun) -> None:
    """Prints the events and the amounts that a command would have."""
    for event in run.events:
        out.print(f"  {event.type}: {summary(event.data)}", markup=False)
    if run.deferred:
        out.print("  Other services would have to agree first.", markup=False)
    if run.before is None and run.after is None:
        return
    amounts = Table("", "Before", "After")
    for name in Amounts.model_fields:
        values = [getattr(each, name, None) for each in (run.before, run.after)]
        if name != "currency" and any(value is not None for value in values):
            amounts.add_row(name.capitalize(), *map(_amount, values))
    out.print(amounts)


def _amount(value: Decimal | None) -> str:
    return "-" if value is None else f"{value:f}"


def owed(money: Owed) -> str:
    """Returns a sentence with an order's total, payments and balance."""
    words = f"Total {money.total:f} {money.currency}, paid {money.paid:f} {money.currency}"
    return f"{words}: {balance(money.outstanding, money.currency)}."


def sent(message_id: str, *, as_json: bool) -> Exit:
    """Prints the id of a command whose outcome isn't awaited."""
    if as_json:
        say_json({"command_id": message_id, "outcome": None})
    else:
        out.print(f"Sent with id {message_id}.", markup=False)
    return Exit.OK


def _reason(reply: Reply) -> str:
    return f"{reply.reason.message} ({reply.reason.code})" if reply.reason else "No reason given."


def _status(command: Message, reply: Reply) -> str:
    kind = command.topic.name.split(".")[0].replace("stock", "warehouse").capitalize()
    words = f"{kind} {reply.subject or command.key}"
    if reply.status:
        words += f" is {reply.status}"
    return words + (f" (version {reply.version})." if reply.version is not None else ".")


def summary(data: Any, known: str = "", longest: int = 100) -> str:
    """Returns a message's fields in one line of at most `longest` characters.

    A list is shown as its length. Fields whose value is `known` are left out.
    """
    if not isinstance(data, dict):
        return "" if data is None else str(data)[:longest]
    parts = []
    for name, value in data.items():
        if isinstance(value, dict):
            value = value.get("name") or value.get("message") or "{…}"
        elif isinstance(value, list):
            value = len(value)
        if value not in (None, "", 0, known):
            parts.append(f"{name}={value}")
    text = " ".join(parts)
    return text if len(text) <= longest else text[: longest - 1] + "…"
