"""`waybill backup`: creates, verifies and restores backups of the whole system."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError
from rich.progress import TaskID

from ops.backup import creation, reconciliation, restoration, verification
from ops.backup.restoration import SKIP_NUMBERS
from ops.backup.verification import Progress
from ops.cli import backup_output as output
from ops.cli.console import expected_errors, progress, run
from ops.errors import EXIT_CODES, Exit, ToolError, kafka_unreachable, mongo_unreachable
from ops.local.home import find_settings
from ops.messaging.client_errors import missing_topics
from shared.runtime.kafka.topic_reader import NoTopicError
from shared.runtime.mongo.connection import hosts
from shared.runtime.ports import Unavailable
from shared.runtime.settings import Settings

app = typer.Typer(
    help="Back up and restore the databases and topics of all services.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
)
T = TypeVar("T")
Folder = Annotated[Path, typer.Argument(help="The folder of the backup.")]
AFTERWARDS = "A folder without manifest.json is no backup: delete it. A restore can be repeated."
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("create", epilog=EXIT_CODES)
def create(folder: Folder, as_json: AsJson = False) -> None:
    """Write a backup into a new folder, while the system runs.

    It contains personal data: only you may read the folder. Keep it as safe as the databases.
    """
    settings = _settings()
    with _bars() as report:
        found = run(_reaching(settings, creation.create(settings, folder, report)))
    output.created(found, folder, as_json=as_json)


@app.command("verify", epilog=EXIT_CODES)
def verify(folder: Folder, as_json: AsJson = False) -> None:
    """Read a whole backup, and name every damaged file and chunk. Needs no engines.

    Exit code 0 only if every byte is what was written.
    """
    with _bars() as report, expected_errors():
        try:
            found = verification.verify(folder, report)
        except OSError as error:
            raise _disk_error(error) from error
    output.verified(found, as_json=as_json)
    raise typer.Exit(Exit.FAILED if found.damage else Exit.OK)


@app.command("restore", epilog=EXIT_CODES)
def restore(
    folder: Folder,
    skip_numbers: Annotated[
        int,
        typer.Option(min=0, help="Order numbers to skip: more than were drawn since the backup."),
    ] = SKIP_NUMBERS,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty MongoDB and empty topics, then compare what is there.

    Run 'waybill setup' first, and start no service before the end. Checks the whole backup before
    it writes anything. If it is interrupted, repeat it. Exit code 0 only if nothing is different.
    """
    settings = _settings()
    with _bars() as report:
        found = run(
            _reaching(settings, restoration.restore(settings, folder, skip_numbers, report))
        )
        compared = run(_reaching(settings, reconciliation.reconcile(settings, report)))
    output.restored(found, compared, as_json=as_json)
    raise typer.Exit(Exit.OK if compared.sound else Exit.FAILED)


@app.command("reconcile", epilog=EXIT_CODES)
def reconcile(as_json: AsJson = False) -> None:
    """Compare orders, payments, stock and the portal, as at the end of a restore. Changes nothing.

    Orders that change meanwhile may seem different: repeat it, or stop the senders first. Exit code
    0 only if nothing is different.
    """
    settings = _settings()
    with _bars() as report:
        compared = run(_reaching(settings, reconciliation.reconcile(settings, report)))
    output.reconciled(compared, as_json=as_json)
    raise typer.Exit(Exit.OK if compared.sound else Exit.FAILED)


def _settings() -> Settings:
    with expected_errors():
        return find_settings()


@contextmanager
def _bars() -> Iterator[Progress]:
    """A bar for each step that reports progress."""
    tasks: dict[str, TaskID] = {}
    with progress() as bars:

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


async def _reaching(settings: Settings, work: Coroutine[Any, Any, T]) -> T:
    """Turns failures of engines and disks into errors that say what to do."""
    try:
        return await work
    except NoTopicError as error:
        raise missing_topics(settings, error.topics) from None
    except Unavailable as error:
        cause = error.__cause__
        if isinstance(cause, PyMongoError):
            raise mongo_unreachable(hosts(settings.mongo.get_secret_value()), cause) from error
        raise kafka_unreachable(settings.kafka, cause or error) from error
    except KafkaError as error:
        raise kafka_unreachable(settings.kafka, error) from error
    except OSError as error:
        raise _disk_error(error) from error
    except asyncio.CancelledError:
        raise ToolError("Interrupted.", AFTERWARDS) from None


def _disk_error(error: OSError) -> ToolError:
    return ToolError(
        f"{error.filename or 'A file'} can't be read or written: {error.strerror}.",
        f"Check the disk, its free space and who may use it. {AFTERWARDS}",
    )
