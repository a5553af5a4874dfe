"""Prints the actions that are possible now as a table."""

from collections.abc import Iterable

from rich.markup import escape
from rich.table import Table

from shared.contracts.error_texts import said
from shared.contracts.replies import Action


def table(actions: Iterable[Action], whole: str) -> Table:
    """Returns a row for each action; `whole` is the id of the order or cart in question."""
    rows = Table("action", "on", "allowed")
    for action in actions:
        rows.add_row(_name(action), _about(action, whole), _answer(action))
    return rows


def _name(action: Action) -> str:
    given = " ".join(f"{name}={value}" for name, value in (action.given or {}).items())
    return escape(f"{action.action} {given}".strip())


def _about(action: Action, whole: str) -> str:
    """Returns the action's subject in words, such as `line 2 of shipment 1`."""
    kind = action.action.partition(".")[0]
    if action.subject == whole:
        return "cart" if kind == "cart" else "order"
    shipment, slash, line = action.subject.partition("/")
    words = f"line {line} of shipment {shipment}" if slash else f"{kind} {action.subject}"
    return escape(words)


def _answer(action: Action) -> str:
    if action.done:
        return "[dim]already done[/]"
    if action.allowed:
        return "[green]yes[/]"
    return "\n".join(escape(said(blocker, {})) for blocker in action.blockers)
