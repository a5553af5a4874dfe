"""`waybill down`."""

from ops.cli.console import expected_errors, out
from ops.local.home import Home
from ops.local.supervisor import take_down


def down() -> None:
    """Stop what 'waybill up' started here: services first, then engines. Data stays."""
    home = Home.nearest()
    with expected_errors():
        stopped = take_down(home)
    out.print(f"Stopped. The data stays in {home.folder}." if stopped else "Nothing is running.")
