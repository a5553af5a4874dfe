"""Joins the commands into `waybill`."""

import sys

import typer

from ops.cli import (
    acls,
    backup,
    catalog,
    customer,
    dead_letters,
    demo,
    doctor,
    down,
    order,
    portal,
    replay,
    send,
    setup,
    show,
    status,
    stock,
    tail,
    up,
    user,
)
from ops.cli.console import fail, quiet_libraries
from ops.errors import EXIT_CODES, ToolError
from shared.runtime.secrets import SettingsError

app = typer.Typer(
    name="waybill",
    help="Run and operate Waybill: order management as message-driven microservices.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

app.command("up", epilog=EXIT_CODES)(up.up)
app.command("doctor", epilog=EXIT_CODES)(doctor.doctor)
app.command("down", epilog=EXIT_CODES)(down.down)
app.command("status", epilog=EXIT_CODES)(status.status)
app.command("demo", epilog=EXIT_CODES)(demo.demo)
app.add_typer(send.app, name="send")
app.command("show", epilog=EXIT_CODES)(show.show)
app.add_typer(order.app, name="order")
app.add_typer(customer.app, name="customer")
app.command("tail", epilog=EXIT_CODES)(tail.tail)
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(stock.app, name="stock")
app.add_typer(user.app, name="user")
app.add_typer(portal.app, name="portal")
app.add_typer(catalog.app, name="catalog")
app.command("replay", epilog=EXIT_CODES)(replay.replay)
app.command("setup", epilog=EXIT_CODES)(setup.setup)
app.add_typer(backup.app, name="backup")
app.command("acls", epilog=EXIT_CODES)(acls.acls)


def main() -> None:
    """The entry point of the `waybill` command."""
    quiet_libraries()
    try:
        app()
    except (ToolError, SettingsError) as error:
        sys.exit(fail(error))


if __name__ == "__main__":
    main()
