"""Prints dead letters."""

from collections.abc import Sequence

import orjson
from rich.markup import escape
from rich.table import Table

from ops.cli.console import out
from shared.contracts.commands import short
from shared.dead_letters.dead_letter import DeadLetter
from shared.dead_letters.operations import DeadLetterDetails, RedriveResult

COLOURS = {"redriven": "green", "dropped": "green", "already": "yellow", "refused": "red"}


def dead_letter_table(dead_letters: Sequence[DeadLetter]) -> Table:
    """Returns a row for each dead letter; those that aren't open show who closed them."""
    table = Table("dead letter", "failed (UTC)", "message", "key", "reason")
    for dead_letter in dead_letters:
        closed = f"[dim]({dead_letter.state} by {dead_letter.by})[/] "
        state = "" if dead_letter.state == "open" else closed
        table.add_row(
            dead_letter.id,
            f"{dead_letter.died:%Y-%m-%d %H:%M:%S}",
            escape(short(dead_letter.type) or dead_letter.topic or "?"),
            escape(dead_letter.key or "—"),
            f"{state}{escape(dead_letter.code or '?')}: {escape(dead_letter.reason)}",
        )
    return table


def print_details(found: DeadLetterDetails) -> None:
    """Prints one dead letter: its reason, origin, state and content."""
    dead_letter = found.letter
    origin = dead_letter.topic or "?"
    if dead_letter.offset is not None:
        origin += f"/{dead_letter.partition}@{dead_letter.offset}"
    since = dead_letter.since
    closed = f" by {dead_letter.by}, {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
    service = dead_letter.service
    facts = {
        "dead letter": dead_letter.id,
        "state": dead_letter.state + closed,
        "note": dead_letter.note or "",
        "reason": f"{dead_letter.code or '?'}: {dead_letter.reason}",
        "failed": f"{dead_letter.died:%Y-%m-%d %H:%M:%S} UTC, in the {service} service",
        "came from": origin,
        "key": dead_letter.key or "",
        "order": dead_letter.order,
        "message": f"{dead_letter.type} {dead_letter.message_id}".strip(),
        "can't be redriven": found.refusal or "",
        "waits behind": ", ".join(each.id for each in found.earlier),
    }
    for name, words in facts.items():
        if words:
            out.print(f"[bold]{name:<19}[/]{escape(words)}")
    for name, value in found.headers.items():
        out.print(f"[dim]{escape(name)}: {escape(value)}[/]")
    content = found.content
    text = content if isinstance(content, str) else _indented(content)
    out.print(text, markup=False)


def result_text(result: RedriveResult) -> str:
    """Returns the result for one dead letter, with colours."""
    words = result.message or ""
    code = f" ({result.code})" if result.code else ""
    return f"[{COLOURS[result.outcome]}]{result.outcome}[/] {escape(words)}{escape(code)}".rstrip()


def _indented(content: object) -> str:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()
