"""What all tests share: the engines, and a word at the end about which ones they were."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tests.engines import AnyEngines, missing_for_apache, start
from tests.examples import load_profile

FEW = 15
FEW_REQUESTS = 3

load_profile()

# Tracebacks with every local variable take half a second each to draw.
_console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _console])

_used = pytest.StashKey[str]()
_ENGINES = "waybill-engines"


def pytest_addoption(parser: pytest.Parser) -> None:
    """How often races are run and operations of the API are called, and from which seed."""
    parser.addoption("--races", type=int, default=FEW, help="how often each race is run")
    of_each = "how many requests each operation of the API gets, fit and unfit ones"
    parser.addoption("--requests", type=int, default=FEW_REQUESTS, help=of_each)
    long = "also what takes minutes: engines that are gone, and fail over, under load"
    parser.addoption("--chaos", action="store_true", help=long)
    looks = "also every page at every width, light and dark, with ordinary and extreme data"
    parser.addoption("--every-look", action="store_true", help=looks)
    pictures = "also take the screenshots of docs/images"
    parser.addoption("--write-images", action="store_true", help=pictures)
    parser.addoption("--seed", type=int, default=0, help="the seed of all that is drawn")


@pytest.fixture(scope="session")
def engines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AnyEngines]:
    """Kafka and MongoDB for the whole run, started when the first test asks for them.

    Tests share them: use topics, groups and databases of your own, and leave them running.
    """
    found = start(tmp_path_factory.mktemp("engines"))
    request.config.stash[_used] = found.why
    yield found
    found.stop()


@pytest.fixture(scope="session")
def survivors(engines: AnyEngines) -> None:
    """For tests in which a process dies and another takes over what it had.

    The embedded broker doesn't settle who reads what when members of a group come and go.
    """
    if engines.kafka_kind == "embedded":
        pytest.skip("the embedded broker doesn't settle a group whose members come and go")


def pytest_configure(config: pytest.Config) -> None:
    """Takes away the width that a process of tests gets from the one that prints.

    Commands that tests run would take it for that of a terminal.
    """
    if hasattr(config, "workerinput"):
        os.environ.pop("COLUMNS", None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tells the process that prints the summary what the tests of this one ran on."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_ENGINES] = session.config.stash.get(_used, "")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Remembers what a process of tests ran on; each has engines of its own."""
    if used := getattr(node, "workeroutput", {}).get(_ENGINES):
        node.config.stash[_used] = used


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Says what the tests ran on, and what they left out for want of Java or Maven."""
    terminalreporter.section("engines")
    terminalreporter.line(config.stash.get(_used, "None: no test of this run asked for any."))
    if missing := missing_for_apache():
        terminalreporter.line(f"Left out: the tests of a local Apache Kafka ({missing}).")
