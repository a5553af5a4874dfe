"""Dead letters as the command prints them."""

from collections.abc import Sequence

import orjson
from rich.markup import escape
from rich.table import Table

from ops.cli.console import out
from shared.contracts.commands import short
from shared.dead_letters.dead_letter import DeadLetter
from shared.dead_letters.operations import DeadLetterDetails, RedriveResult

COLOURS = {"redriven": "green", "dropped": "green", "already": "yellow", "refused": "red"}


def listed(letters: Sequence[DeadLetter]) -> Table:
    """A line a letter; what was done about those that aren't open."""
    table = Table("letter", "died (UTC)", "message", "key", "why")
    for letter in letters:
        state = "" if letter.state == "open" else f"[dim]({letter.state} by {letter.by})[/] "
        table.add_row(
            letter.id,
            f"{letter.died:%Y-%m-%d %H:%M:%S}",
            escape(short(letter.type) or letter.topic or "?"),
            escape(letter.key or "—"),
            f"{state}{escape(letter.code or '?')}: {escape(letter.reason)}",
        )
    return table


def told(found: DeadLetterDetails) -> None:
    """One letter: why, whence, what became of it, and its content."""
    letter = found.letter
    origin = letter.topic or "?"
    if letter.offset is not None:
        origin += f"/{letter.partition}@{letter.offset}"
    done = f" by {letter.by}, {letter.since:%Y-%m-%d %H:%M:%S} UTC" if letter.since else ""
    facts = {
        "letter": letter.id,
        "state": letter.state + done,
        "note": letter.note or "",
        "why": f"{letter.code or '?'}: {letter.reason}",
        "died": f"{letter.died:%Y-%m-%d %H:%M:%S} UTC, in the {letter.service} service",
        "came from": origin,
        "key": letter.key or "",
        "order": letter.order,
        "message": f"{letter.type} {letter.message_id}".strip(),
        "can't be redriven": found.refusal or "",
        "stands behind": ", ".join(each.id for each in found.earlier),
    }
    for name, words in facts.items():
        if words:
            out.print(f"[bold]{name:<19}[/]{escape(words)}")
    for name, value in found.headers.items():
        out.print(f"[dim]{escape(name)}: {escape(value)}[/]")
    content = found.content
    text = content if isinstance(content, str) else _indented(content)
    out.print(text, markup=False)


def said(fate: RedriveResult) -> str:
    """What became of a letter, in colours."""
    words = fate.message or ""
    code = f" ({fate.code})" if fate.code else ""
    return f"[{COLOURS[fate.outcome]}]{fate.outcome}[/] {escape(words)}{escape(code)}".rstrip()


def _indented(content: object) -> str:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()
