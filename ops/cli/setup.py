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
        typer.Option("--example-stock", help="Put the example stock and catalog in, once."),
    ] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for the engines.")] = 120,
) -> None:
    """Prepare engines that run already, for the services to start on; safe to repeat.

    Waits for Kafka and MongoDB (WAYBILL_KAFKA, WAYBILL_MONGO), initiates MongoDB's replica set if
    the URI names one that isn't initiated, and creates the topics that are missing.
    """
    run(_setup(find_settings(), example_stock, timeout))


async def _setup(settings: Settings, example_stock: bool, within: float) -> None:
    await prepare(settings, within, lambda line: out.print(line, markup=False))
    if example_stock:
        count = await example_data.put_in_stock(settings)
        out.print(f"Stock: sent {count} receipts; a repeat of them has no effect")
        count = await example_data.put_in_catalog(settings)
        out.print(f"Catalog: {count} articles that it didn't have")
