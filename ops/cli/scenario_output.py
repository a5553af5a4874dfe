"""Prints the steps and events of a scenario, for people or as lines of JSON."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from ops.cli.console import say_json
from ops.cli.outcome_texts import summary
from shared.contracts.commands import short
from waybill_client import Event

PLAIN = ("status", "total", "currency", "outstanding", "tracking_number", "short", "reason")


class ConsoleOutput:
    """Output for people: steps at the margin, the events that follow indented with their times."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def title(self, words: str) -> None:
        """See `Output`."""
        self._console.print(f"\n[bold]{escape(words)}[/]")

    def step(self, words: str) -> None:
        """See `Output`."""
        self._console.print(f"[yellow]▸[/] {escape(words)}")

    def event(self, seen: Event, since_step: float, since_start: float) -> None:
        """See `Output`."""
        fields = {name: seen.data[name] for name in PLAIN if name in seen.data}
        self._line(short(seen.type), summary(fields, longest=70), since_step, since_start)

    def warehouse(self, seen: Event, since_step: float, since_start: float) -> None:
        """See `Output`."""
        self._line("→ warehouse", _order_to_pack(seen.data), since_step, since_start)

    def _line(self, name: str, words: str, since_step: float, since_start: float) -> None:
        self._console.print(
            f"  [dim]{since_step:6.0f} ms  {since_start:6.0f} ms[/]  "
            f"[cyan]{name:<32}[/] {escape(words)}"
        )


class JsonOutput:
    """Output for programs: one JSON object per line."""

    def title(self, words: str) -> None:
        """See `Output`."""
        say_json({"story": words})

    def step(self, words: str) -> None:
        """See `Output`."""
        say_json({"step": words})

    def event(self, seen: Event, since_step: float, since_start: float) -> None:
        """See `Output`."""
        self._line("event", seen, since_step, since_start)

    def warehouse(self, seen: Event, since_step: float, since_start: float) -> None:
        """See `Output`."""
        self._line("warehouse", seen, since_step, since_start)

    def _line(self, kind: str, seen: Event, since_step: float, since_start: float) -> None:
        say_json(
            {
                kind: seen.type,
                "ms_since_step": round(since_step, 1),
                "ms_since_start": round(since_start, 1),
                "data": seen.data,
            }
        )


def _order_to_pack(data: dict[str, Any]) -> str:
    """Returns the instruction to the warehouse: what to ship where, or not to ship."""
    where = data["warehouse"]
    if "lines" not in data:
        return f"{where}: don't ship {data['order_number']}, it is {data['reason']}"
    goods = ", ".join(f"{line['quantity']} × {line['name']}" for line in data["lines"])
    to = data["address"]
    place = ", ".join(part for part in (to["name"], to["line1"], to["city"], to["country"]) if part)
    return f"{where}: ship {goods} by {data['shipping_method']} to {place}"
