"""When a CSR's page shows their own change.

Needs a headless Chromium from PATH. Holds an order, releases it, adds a note and edits a line,
`CLICKS` times each. The time is measured in the page, from the click until its text shows the
change; on an idle system, or while orders arrive at half of what the system can carry.
"""

import asyncio
import os
import shutil
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClient
from playwright.async_api import Page, async_playwright

from bench import lifecycle
from bench.orders import carts
from bench.percentiles import percentiles
from bench.soak import Soak
from bench.system import System
from ops.messaging.command_client import CommandClient
from services.portal.auth.accounts import Accounts
from shared.contracts.topics import PORTAL
from shared.runtime.settings import Settings

CLICKS = 50
TARGET_MS = 150
BUSY_TARGET_MS = 1000
SHARE = 0.5  # of the capacity, when the system is busy
LONGEST = 900.0  # seconds of load, at most
ATTEMPTS = 600
PASSWORD = "nobody else signs in here"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

# The heading of the order's page, which has its status. The page also shows those of other orders.
HEADING = "main h1"
# Clicks, waits until a place has the words, and returns the milliseconds that this took.
CLICK = """async ([button, words, where]) => {
  const main = document.querySelector("main");
  // The open dialog comes first: its button has the name of the one that opened it.
  const places = () => [...document.querySelectorAll("dialog[open]"), main];
  const find = () => places().flatMap((place) => [...place.querySelectorAll("button")])
    .find((each) => each.textContent.trim() === button);
  // The page may be redrawn just now.
  const until = performance.now() + 60000;
  while (!find() && performance.now() < until) await new Promise(requestAnimationFrame);
  return await new Promise((done, failed) => {
    const began = performance.now();
    const watching = new MutationObserver(() => {
      const found = [...document.querySelectorAll(where)];
      if (!found.some((each) => each.textContent.includes(words))) return;
      watching.disconnect();
      done(performance.now() - began);
    });
    watching.observe(main, {subtree: true, childList: true, characterData: true});
    setTimeout(() => failed(`not within a minute: ${words}`), 60000);
    find().click();
  });
}"""


async def click_through(page: Page, url: str, order: str, clicks: int) -> dict[str, list[float]]:
    """Returns the milliseconds of every click, by action."""
    took: dict[str, list[float]] = {"hold": [], "release_hold": [], "note": [], "line_edit": []}

    async def click(what: str, button: str, words: str, where: str = "main") -> None:
        took[what].append(await page.evaluate(CLICK, [button, words, where]))

    async def open_dialog(button: str) -> None:
        await page.get_by_role("button", name=button, exact=True).locator("visible=true").click()
        await page.get_by_role("dialog").wait_for()

    await page.goto(f"{url}/orders/{order}")
    for n in range(clicks):
        await open_dialog("Hold")
        await click("hold", "Hold", "On Hold", HEADING)
        await click("release_hold", "Release OnHold", "In Progress", HEADING)
        await page.get_by_label("Options of line BENCH-1").click()
        await open_dialog("Change")
        price = f"{n + 100}.25"
        await page.get_by_role("dialog").get_by_label("Placed Price").fill(price)
        await click("line_edit", "Save", price)
    await page.goto(f"{url}/orders/{order}?tab=notes")
    for n in range(clicks):
        await page.get_by_label("New note").fill(f"Called back, {n} times.")
        await click("note", "Add Note", f"Called back, {n} times.")
    return took


async def sign_in(page: Page, settings: Settings, url: str) -> None:
    """Signs in as a new supervisor."""
    mongo: AsyncIOMotorClient = AsyncIOMotorClient(settings.mongo.get_secret_value())
    name = f"bench-{uuid4().hex[:6]}"
    await Accounts(mongo[settings.database_of(PORTAL)]).add(name, PASSWORD, ["supervisor"])
    mongo.close()
    await page.goto(f"{url}/sign-in")
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="Today").wait_for()


async def place(settings: Settings, url: str, page: Page) -> str:
    """Places an order, waits until the portal shows it, and returns its id."""
    order = f"own-{uuid4().hex[:6]}"
    async with CommandClient(settings) as client:
        ((cart, _),) = carts(order, 1, settings.site)
        await client.send(cart)
    for _ in range(ATTEMPTS):
        if (await page.request.get(f"{url}/orders/{cart.key}")).status == 200:
            return cart.key
        await asyncio.sleep(0.1)
    raise RuntimeError("the portal doesn't show the order")


async def measure_busy(system: System, clicks: int = CLICKS) -> dict[str, Any]:
    """The same, while orders arrive at half of the capacity. Raises `RuntimeError`."""
    capacity = float(str((await lifecycle.measure(system))["per_second"]))
    load = asyncio.create_task(Soak(system).run(capacity * SHARE, LONGEST))
    try:
        took = await measure(system, clicks)
    finally:
        load.cancel()
        (end,) = await asyncio.gather(load, return_exceptions=True)
    if isinstance(end, Exception):
        raise end
    busy = {"per_second": round(capacity * SHARE, 1), "target_p95_ms": BUSY_TARGET_MS}
    return took | busy


async def measure(system: System, clicks: int = CLICKS) -> dict[str, Any]:
    """Milliseconds until the page shows each kind of change. Raises `RuntimeError`."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        raise RuntimeError("no Chromium on PATH; install: sudo apt-get install -y chromium")
    settings = system.settings
    url = next(each.url for each in system.state.instances if each.service == PORTAL)
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=options)
        page = await chromium.new_page()
        page.set_default_timeout(60_000)
        await sign_in(page, settings, url)
        took = await click_through(page, url, await place(settings, url, page), clicks)
    took["everything"] = [each for times in took.values() for each in times]
    return {"clicks": clicks, "target_p95_ms": TARGET_MS} | {
        what: percentiles(times, 50, 95) for what, times in took.items()
    }
