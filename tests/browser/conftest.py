"""A Chromium from PATH, and one running system for all of these tests."""

import os
import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import polling
from tests.browser.images import Photographer
from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import System
from tests.engines import AnyEngines
from tests.processes import PROJECT

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ASSETS = PROJECT / "node_modules" / ".ready"
# What never comes is a failure; what comes late, on a loaded machine, isn't one.
PATIENCE = polling.PATIENCE * 1000  # milliseconds
INSTALL = "no Chromium on PATH; install: sudo apt-get install -y chromium"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium. Without one, these tests are left out, and say so."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(INSTALL)
    if not ASSETS.is_file():
        pytest.skip("no scripts for the pages; install npm, then: make setup")
    # Root may not run Chromium's sandbox; CI often is root.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=options)
        yield running
        running.close()


@pytest.fixture(scope="package")
def system(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """All services, ready."""
    with System(engines, tmp_path_factory.mktemp("system")) as running:
        yield running


@pytest.fixture(scope="package")
def desk(system: System) -> Desk:
    """A portal on it."""
    return Desk(system.cluster)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of one's own, as wide as a small screen."""
    fresh = browser.new_context(
        viewport={"width": 1280, "height": 800}, timezone_id="America/Los_Angeles", locale="en-US"
    )
    fresh.set_default_timeout(PATIENCE)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that tolerates no mistake of a script, and nothing that its own policy forbids."""
    fresh = context.new_page()
    wrong: list[str] = []
    fresh.on("pageerror", lambda error: wrong.append(str(error)))
    fresh.on(
        "console",
        lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield fresh
    assert wrong == []


@pytest.fixture
def supervisor(desk: Desk, page: Page) -> Person:
    """Somebody who may do everything that customer service does, signed in."""
    return Person(page, desk).sign_in("supervisor")


@pytest.fixture
def photograph(request: pytest.FixtureRequest) -> Photographer:
    """Writes images for the docs, with `--write-images`."""
    return Photographer(writes=request.config.getoption("--write-images"))


@pytest.fixture
def sku(system: System) -> str:
    """A new article, with ten units in Seattle."""
    name = f"SKU-{uuid4().hex[:8]}"
    system.receive(name, 10)
    return name


@pytest.fixture
def order() -> str:
    """A new order id."""
    return f"c-{uuid4().hex[:8]}"
