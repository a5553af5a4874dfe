"""`waybill down`."""

from ops.cli.console import expected_errors, out
from ops.local.home import Home
from ops.local.supervisor import take_down


def down() -> None:
    """Stop what 'waybill up' started here, services before engines. Data is kept."""
    home = Home.nearest()
    with expected_errors():
        stopped = take_down(home)
    out.print(f"Stopped. Data is kept in {home.folder}." if stopped else "Nothing is running.")
