"""`waybill status`."""

from typing import Annotated

import typer
from rich.table import Table

from ops.cli.console import out, run, say_json
from ops.errors import Exit
from ops.local.health import Health, check_all
from ops.local.home import Home, find_settings
from shared.monitoring import probe


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the health of services and engines. Exit code 1 unless all are healthy."""
    home = Home.nearest()
    state = home.state()
    settings = find_settings(home)
    services = run(check_all(state.instances)) if state else []
    engines = run(probe.engines(settings))
    well = all(h.ready for h in services) and all(e.answers for e in engines)
    well = well and (state is None or state.running())
    restarts = state.due_restarts() if state and state.running() else {}
    if as_json:
        say_json(
            {
                "healthy": well and state is not None,
                "supervisor": state.supervisor.pid if state and state.running() else None,
                "services": [h.model_dump() for h in services],
                "engines": [e.model_dump() for e in engines],
                "restarts": {name: due.when for name, due in restarts.items()},
            }
        )
    else:
        out.print(_engines(engines))
        if state:
            out.print(_services(services))
            for name, due in restarts.items():
                out.print(f"{name} {due.when}.")
            if not state.running():
                out.print("Their supervisor is no longer running: run 'waybill up' again.")
        elif home.damaged:
            out.print(f"{home.folder}/state.json can't be read: run 'waybill down', then 'up'.")
        else:
            out.print("No system was started here with 'waybill up'.")
    raise typer.Exit(Exit.OK if well and state else Exit.FAILED)


def _services(services: list[Health]) -> Table:
    table = Table("service", "process", "address", "live", "ready", "lag", "not ready because")
    for health in services:
        table.add_row(
            health.name,
            str(health.pid or "—"),
            f"http://127.0.0.1:{health.port}",
            _mark(health.live),
            _mark(health.ready),
            "—" if health.lag is None else str(health.lag),
            ", ".join(health.because),
        )
    return table


def _engines(engines: list[probe.Engine]) -> Table:
    table = Table("engine", "address", "answers", "details")
    for engine in engines:
        table.add_row(engine.name, engine.address, _mark(engine.answers), engine.says)
    return table


def _mark(good: bool) -> str:
    return "[green]yes[/]" if good else "[red]no[/]"
