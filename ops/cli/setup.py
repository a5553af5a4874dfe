"""`waybill setup`."""

from typing import Annotated

import typer

from ops.cli.console import out, run
from ops.demo import example_data
from ops.local.home import find_settings
from ops.local.prepare import prepare
from shared.runtime.settings import Settings


def setup(
    example_stock: Annotated[
        bool,
        typer.Option("--example-stock", help="Add the example stock and catalog, once."),
    ] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for the engines.")] = 120,
) -> None:
    """Prepare a running Kafka and MongoDB for the services. Safe to repeat.

    Waits for Kafka and MongoDB (WAYBILL_KAFKA, WAYBILL_MONGO), initiates the replica set that the
    MongoDB URI names if necessary, and creates missing topics.
    """
    run(_setup(find_settings(), example_stock, timeout))


async def _setup(settings: Settings, example_stock: bool, within: float) -> None:
    await prepare(settings, within, lambda line: out.print(line, markup=False))
    if example_stock:
        count = await example_data.send_stock(settings)
        out.print(f"Stock: {count} receipts sent; repeats have no effect")
        count = await example_data.publish_catalog(settings)
        out.print(f"Catalog: {count} articles added")
