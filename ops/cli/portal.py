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

app = typer.Typer(
    help="Maintain the portal's read models.", epilog=EXIT_CODES, no_args_is_help=True
)


@app.callback()
def _portal() -> None:
    """Makes Typer keep `rebuild` as a subcommand although it is the only one."""


@app.command("rebuild", epilog=EXIT_CODES)
def rebuild() -> None:
    """Rebuild the read models from the beginning of the topics. Stop all portals first.

    Data older than the topics' retention is missing afterwards, and the pages say so. After a
    crash, run the command again or start a portal, which continues the rebuild.
    """
    records = run(_rebuild(find_settings()))
    out.print(f"Read models rebuilt from {records} records.")


async def _rebuild(settings: Settings) -> int:
    try:
        return await rebuild_all(settings)
    except PortalsRunError:
        raise ToolError(
            "A portal is running and reads these topics.", "Stop all portals, then try again."
        ) from None
    except (Unavailable, PyMongoError) as error:
        raise mongo_unreachable(hosts(settings.mongo.get_secret_value()), error) from error
    except (KafkaError, OSError) as error:
        raise kafka_unreachable(settings.kafka, error) from error
