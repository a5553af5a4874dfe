"""`waybill tail [TOPIC…]`."""

from typing import Annotated

import typer
from rich.markup import escape

from ops.cli.console import out, run, say_json
from ops.cli.outcome_texts import summary
from ops.errors import UsageError
from ops.local.home import find_settings
from ops.messaging.reader import reading
from shared.contracts import TOPICS
from shared.contracts.commands import short
from shared.contracts.topics import PROCESSES, dead_letter_topic
from waybill_client import Event

NAMES = [topic.name for topic in TOPICS] + [dead_letter_topic(service) for service in PROCESSES]


def tail(
    topics: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOPIC]...", help="Topics of the contract; all by default."),
    ] = None,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Start with the messages already there.")
    ] = False,
    to_end: Annotated[
        bool, typer.Option("--to-end", help="Stop at the end instead of waiting for new messages.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each message in full, as a line of JSON.")
    ] = False,
) -> None:
    """Print messages as they arrive, one line each, until Ctrl-C."""
    run(_tail(topics or NAMES, from_beginning, to_end, as_json))


async def _tail(topics: list[str], from_beginning: bool, to_end: bool, as_json: bool) -> None:
    unknown = sorted(set(topics) - set(NAMES))
    if unknown:
        raise UsageError(f"There is no topic {', '.join(unknown)}.", f"Topics: {', '.join(NAMES)}")
    async with reading(find_settings(), topics, from_beginning=from_beginning) as reader:
        async for seen in reader.to_end() if to_end else reader.follow():
            if as_json:
                say_json(whole(seen))
            else:
                out.print(line(seen))


def whole(seen: Event) -> dict[str, object]:
    """Returns all of a message, for JSON."""
    return {
        "topic": seen.topic,
        "partition": seen.partition,
        "offset": seen.offset,
        "at": seen.at.isoformat(),
        "key": seen.key,
        "attributes": seen.attributes,
        "headers": {k: v for k, v in seen.headers.items() if not k.startswith("ce_")},
        "data": seen.data,
    }


def line(seen: Event) -> str:
    """Returns a message in one line; a dead letter has its reason."""
    reason = seen.headers.get("waybill_reason")
    words = f"[red]{escape(reason)}[/] " if reason else ""
    return (
        f"[dim]{seen.at:%H:%M:%S}.{seen.at.microsecond // 1000:03d}[/] [cyan]{seen.topic}[/] "
        f"[bold]{escape(short(seen.type) or '(no type)')}[/] {escape(seen.subject)} "
        f"{words}{escape(summary(seen.data, seen.subject))}"
    )
