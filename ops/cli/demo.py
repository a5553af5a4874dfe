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
        bool, typer.Option("--json", help="One JSON object a line: stories, steps, events.")
    ] = False,
    patience: Annotated[
        float, typer.Option(min=1, help="Seconds to wait for each thing to happen.")
    ] = 10,
) -> None:
    """Carry two orders from checkout to shipped, and time every event.

    One finds its article in stock; the other waits for it and moves on by itself when it comes.
    The times are those since the step that caused an event, and since the order's story began.
    Every run has ids and articles of its own. Exit code 0 only if both took less than 10 s.
    """
    output = JsonOutput() if as_json else ConsoleOutput(out)
    seconds = run(playing.play(find_settings(), output, patience))
    if as_json:
        say_json({"shipped": 2, "seconds": round(seconds, 3)})
    else:
        out.print(f"\nBoth orders shipped, in {seconds:.1f} s.")
    raise typer.Exit(Exit.OK if seconds < IN_TIME else Exit.FAILED)
