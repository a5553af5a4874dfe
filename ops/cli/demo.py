"""`waybill demo`."""

from typing import Annotated

import typer

from ops.cli.console import out, run, say_json
from ops.cli.scenario_output import ConsoleOutput, JsonOutput
from ops.demo import demo as playing
from ops.errors import Exit
from ops.local.home import find_settings

IN_TIME = 10.0


def demo(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per title, step and event.")
    ] = False,
    patience: Annotated[float, typer.Option(min=1, help="Seconds to wait for each event.")] = 10,
) -> None:
    """Take two orders from checkout to shipped and time every event.

    The first order's article is in stock; the second is backordered until its article arrives.
    Each event shows the time since the step that caused it, and since the order began. Every run
    uses new ids and articles. Exit code 0 only if both orders took less than 10 s.
    """
    output = JsonOutput() if as_json else ConsoleOutput(out)
    seconds = run(playing.play(find_settings(), output, patience))
    if as_json:
        say_json({"shipped": 2, "seconds": round(seconds, 3)})
    else:
        out.print(f"\nBoth orders shipped, in {seconds:.1f} s.")
    raise typer.Exit(Exit.OK if seconds < IN_TIME else Exit.FAILED)
