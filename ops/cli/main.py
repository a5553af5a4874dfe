"""Joins the commands into `waybill`."""

import typer

from ops.cli import (
    catalog,
    demo,
    down,
    order,
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
from ops.cli.console import quiet_libraries
from ops.errors import EXIT_CODES

app = typer.Typer(
    name="waybill",
    help="Order management as message-driven microservices: run it, ask it, watch it.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

app.command("up", epilog=EXIT_CODES)(up.up)
app.command("down", epilog=EXIT_CODES)(down.down)
app.command("status", epilog=EXIT_CODES)(status.status)
app.command("demo", epilog=EXIT_CODES)(demo.demo)
app.add_typer(send.app, name="send")
app.command("show", epilog=EXIT_CODES)(show.show)
app.add_typer(order.app, name="order")
app.command("tail", epilog=EXIT_CODES)(tail.tail)
app.add_typer(stock.app, name="stock")
app.add_typer(user.app, name="user")
app.add_typer(catalog.app, name="catalog")
app.command("replay", epilog=EXIT_CODES)(replay.replay)
app.command("setup", epilog=EXIT_CODES)(setup.setup)


def main() -> None:
    """The entry point of the `waybill` command."""
    quiet_libraries()
    app()


if __name__ == "__main__":
    main()
