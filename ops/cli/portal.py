"""`waybill portal`."""

import typer
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from ops.cli.console import out, run
from ops.errors import EXIT_CODES, ToolError, kafka_unreachable, mongo_unreachable
from ops.local.home import find_settings
from services.portal.rebuild import PortalsRunError
from services.portal.rebuild import rebuild as rebuild_all
from shared.runtime.mongo.connection import hosts
from shared.runtime.ports import Unavailable
from shared.runtime.settings import Settings

app = typer.Typer(help="What the portal shows.", epilog=EXIT_CODES, no_args_is_help=True)


@app.callback()
def _portal() -> None:
    """So that `rebuild` stays a command of its own, as long as it is the only one."""


@app.command("rebuild", epilog=EXIT_CODES)
def rebuild() -> None:
    """Make the read models again from the topics' beginning. Stop the portals first.

    What the topics keep no longer isn't there afterwards, and what it was about says so. A crash in
    the middle costs nothing: run it again, or start a portal, which goes on.
    """
    records = run(_rebuild(find_settings()))
    out.print(f"The read models are rebuilt, of {records} records.")


async def _rebuild(settings: Settings) -> int:
    try:
        return await rebuild_all(settings)
    except PortalsRunError:
        raise ToolError(
            "A portal runs and reads these topics.", "Stop the portals, then try again."
        ) from None
    except (Unavailable, PyMongoError) as error:
        raise mongo_unreachable(hosts(settings.mongo.get_secret_value()), error) from error
    except (KafkaError, OSError) as error:
        raise kafka_unreachable(settings.kafka, error) from error
