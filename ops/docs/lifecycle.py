"""Writes `docs/lifecycle.md` from the tables that decide: `python -m ops.docs.lifecycle`."""

from collections.abc import Iterator
from pathlib import Path

from services.order.returns import lifecycle as returns
from services.shipment.fulfilment.lifecycle import (
    COMMANDS,
    FINAL,
    GUARDS,
    MOVES,
    START,
    STATUSES,
    Move,
    Trigger,
    is_done,
    move,
)
from shared.contracts.shipments import ShipmentStatus

PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"

_EVERYWHERE = {Trigger.EDIT, Trigger.HOLD, Trigger.LIFT_HOLD, Trigger.CANCEL}

_TEXT = """\
# The lifecycle of a shipment

<!-- Written by `python -m ops.docs.lifecycle`; don't edit. -->

An order has one or more shipments, each with its own status. This page is generated from the table
that decides, `services/shipment/fulfilment/lifecycle.py`.

```mermaid
{diagram}
```

A hold moves a shipment from any open status to OnHold, and lifting it restores exactly that status.
That is a hold which stops releasing, picking, packing and shipping, or several that do so together.
While the order's holds stop less, its shipments keep their status and go on as far as they may: the
guards of the other rows say which step waits for which hold.
Any open shipment can be canceled, except the last open one of a held order. {final} are final; only
the tracking number and the carrier of a shipped one can be corrected.

An edit of the address or the shipping method keeps every open status. If the warehouse was told to
send the shipment, it is told to stop, and then to send the edited one. If the shipment is held, the
warehouse gets the edit when the hold is lifted.

An edit of the lines moves a shipment with assigned stock back to AwaitingInventory until the stock
has answered for the new lines. An edit that changes only prices keeps the status.

## Transitions

{moves}

## Commands in every status

{commands}

*Done*: the shipment has that status already; the command is accepted and does nothing.
An empty cell: the command is rejected with all its blockers. A fact that is in no row changes
nothing.

## Conditions

{conditions}

# The lifecycle of a return

From `services/order/returns/lifecycle.py`.

```mermaid
{return_diagram}
```

{return_moves}

- **everything accounted for**: each piece was received, is lost, missing, or another article.
- A return that was refunded in part can be completed again; only what is missing is refunded then.

{return_conditions}
"""


def page() -> str:
    """Returns the page's text."""
    return _TEXT.format(
        diagram="\n".join(_diagram()),
        final=" and ".join(status for status in STATUSES if status in FINAL),
        moves=_table(["from", "trigger", "to", "only if"], [_in_words(row) for row in MOVES]),
        commands=_table(
            ["", *COMMANDS],
            [[status, *(_cell(status, command) for command in COMMANDS)] for status in STATUSES],
        ),
        conditions="\n".join(f"- **{name}**: {words}." for name, words in GUARDS.items()),
        return_diagram="\n".join(_return_diagram()),
        return_moves=_table(
            ["from", "trigger", "to", "only if"],
            [
                [row.source, row.trigger, row.target, "; ".join(_return_guards(row))]
                for row in returns.MOVES
            ],
        ),
        return_conditions="\n".join(
            f"- **{name}**: {words}." for name, words in returns.GUARDS.items()
        ),
    )


def _return_guards(row: returns.Move) -> list[str]:
    return [returns.GUARDS[name] for name in row.guards]


def _return_diagram() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {returns.START}: return created"
    for row in returns.MOVES:
        yield f"    {row.source} --> {row.target}: {row.trigger}"
    for status in sorted(returns.FINAL):
        yield f"    {status} --> [*]"


def _diagram() -> Iterator[str]:
    """A state diagram; what is possible everywhere, such as a hold, is drawn once."""
    yield "stateDiagram-v2"
    yield f"    [*] --> {START}: order placed"
    for row in MOVES:
        if _is_drawn(row):
            yield f"    {row.source} --> {row.target}: {row.trigger}"
    yield '    state "any open status" as Open'
    yield "    Open --> OnHold: hold"
    yield "    OnHold --> Open: lift hold"
    yield "    Open --> Canceled: cancel"
    yield "    Open --> Open: edit"
    for status in STATUSES:
        if status in FINAL:
            yield f"    {status} --> [*]"


def _is_drawn(row: Move) -> bool:
    return row.trigger not in _EVERYWHERE and row.source != "OnHold"


def _in_words(row: Move) -> list[str]:
    return [row.source, row.trigger, row.target, "; ".join(GUARDS[name] for name in row.guards)]


def _cell(status: ShipmentStatus, command: Trigger) -> str:
    row = move(status, command)
    if row is None:
        return "*done*" if is_done(status, command) else ""
    return row.target + (" *if*" if row.guards else "")


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
