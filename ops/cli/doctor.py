"""`waybill doctor`."""

from typing import Annotated

import typer

from ops.cli.console import out, run, say_json
from ops.doctor import Examined, examine
from ops.doctor.system import System
from ops.errors import Exit
from ops.local.home import Home, find_settings

MARKS = {"broken": "[red]broken [/]", "warning": "[yellow]warning[/]"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find what is wrong here, causes first, with the command that mends each.

    Changes nothing. Exit code 1 if something is broken; warnings alone give 0.
    """
    home = Home.nearest()
    found = run(examine(System(find_settings(home), home, home.state())))
    findings = [finding for each in found for finding in each.findings]
    broken = any(f.level == "broken" for f in findings) or any(e.skipped for e in found)
    if as_json:
        say_json({"healthy": not broken, "examined": [each.model_dump() for each in found]})
    else:
        _print(found)
        out.print("Nothing is wrong." if not findings and not broken else "")
    raise typer.Exit(Exit.FAILED if broken else Exit.OK)


def _print(found: list[Examined]) -> None:
    for each in found:
        if each.skipped:
            out.print(f"[dim]skipped[/]  {each.name}: ", end="")
            out.print(each.skipped, markup=False)
        elif not each.findings:
            out.print(f"[green]fine   [/]  {each.name}")
        for finding in each.findings:
            out.print(f"{MARKS[finding.level]}  ", end="")
            out.print(finding.what, markup=False)
            out.print(f"         -> {finding.mend}", markup=False)
