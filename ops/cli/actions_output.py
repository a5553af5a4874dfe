"""What may be done now, as a table for people."""

from collections.abc import Iterable

from rich.markup import escape
from rich.table import Table

from shared.contracts.error_texts import said
from shared.contracts.replies import Action


def table(actions: Iterable[Action], whole: str) -> Table:
    """A row for each action; `whole` is the id of the order or cart that was asked about."""
    rows = Table("action", "on", "allowed")
    for action in actions:
        rows.add_row(_name(action), _about(action, whole), _answer(action))
    return rows


def _name(action: Action) -> str:
    given = " ".join(f"{name}={value}" for name, value in (action.given or {}).items())
    return escape(f"{action.action} {given}".strip())


def _about(action: Action, whole: str) -> str:
    """In words: `shipment 1`, `line 2 of shipment 1`; what it is part of stands in the action."""
    kind = action.action.partition(".")[0]
    if action.subject == whole:
        return "cart" if kind == "cart" else "order"
    shipment, slash, line = action.subject.partition("/")
    words = f"line {line} of shipment {shipment}" if slash else f"{kind} {action.subject}"
    return escape(words)


def _answer(action: Action) -> str:
    if action.done:
        return "[dim]done already[/]"
    if action.allowed:
        return "[green]yes[/]"
    return "\n".join(escape(said(blocker, {})) for blocker in action.blockers)
