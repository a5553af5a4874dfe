"""How long the list of orders and an order's page take to settle in a browser.

Needs a headless Chromium from PATH. Fills the portal's read model (default 100,000 orders), then
clicks and types `TIMES` times each. The time is measured in the page: from the event of the click
or of the last key until the last change of what is laid out. A line that shows progress, which is
laid over the page, and toasts don't count. The time includes the pause after which typing searches.
"""

import os
import random
import shutil
from collections.abc import Awaitable
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient
from playwright.async_api import Page, async_playwright

from bench import search
from bench.own_change import NAMES, place, sign_in
from bench.percentiles import percentiles
from bench.system import System
from services.portal.projections.store import Store
from shared.contracts.topics import PORTAL

TIMES = 30  # each way
QUIET_MS = 500  # without a change: the page has settled
TARGET_MS = 500

# Runs in every page before its own scripts. Times are those of the machine's clock, since a click
# may lead to another page.
WATCH = """(() => {
  const clock = (time) => performance.timeOrigin + time;
  const floating = "#loading, #said, head, [data-age]";
  window.settling = { changed: clock(performance.now()) };
  const changed = (time) => {
    window.settling.changed = Math.max(window.settling.changed, clock(time));
  };
  const isInPage = ({ target }) => {
    const at = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    return at && !at.closest(floating);
  };
  new MutationObserver((list) => {
    // It is laid out in the next frame.
    if (list.some(isInPage)) requestAnimationFrame(() => changed(performance.now()));
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ["class", "hidden", "open", "style"] });
  for (const type of ["layout-shift", "paint", "largest-contentful-paint"]) {
    new PerformanceObserver((list) => {
      for (const each of list.getEntries()) changed(each.startTime);
    }).observe({ type, buffered: true });
  }
  for (const type of ["click", "input"]) {
    addEventListener(type, (event) => {
      if (event.isTrusted) sessionStorage.setItem("bench-began", clock(event.timeStamp));
    }, true);
  }
})()"""
SETTLED = """(quiet) => {
  const now = performance.timeOrigin + performance.now();
  const loading = document.querySelector("#loading");
  // Typing searches after a pause: until then, nothing has changed and nothing is loading.
  const began = Number(sessionStorage.getItem("bench-began"));
  return document.readyState === "complete" && loading && loading.hidden
    && now - Math.max(window.settling.changed, began) > quiet;
}"""
TOOK = "window.settling.changed - Number(sessionStorage.getItem('bench-began'))"


async def settled(page: Page) -> float:
    """Waits until the page has settled; returns the milliseconds since the last click or key."""
    await page.wait_for_function(SETTLED, arg=QUIET_MS)
    return float(await page.evaluate(TOOK))


async def go_through(page: Page, url: str, order: str, times: int) -> dict[str, list[float]]:
    """Returns the milliseconds of every way, by what was clicked or typed."""
    took: dict[str, list[float]] = {}
    chance = random.Random(7)
    bar = page.get_by_role("navigation", name="Sections")
    tabs = page.get_by_role("navigation", name="Views")
    box = page.get_by_label("Search orders")

    async def act(what: str, does: Awaitable[Any]) -> None:
        await does
        took.setdefault(what, []).append(await settled(page))

    async def type_name() -> None:
        name = chance.choice(search.LAST.split())
        await box.press_sequentially(name[: chance.randint(3, 5)], delay=60)

    for _ in range(times):
        await page.goto(f"{url}/")
        await settled(page)
        await act("open_list", bar.get_by_role("link", name="Orders").click())
        await act("type_in_search", type_name())
        await act("open_view", tabs.get_by_role("link", name="Needs attention").click())
        await act("clear_filters", page.get_by_role("link", name="Clear all").first.click())
        await act("next_page", page.get_by_role("link", name="Older").click())
        await page.goto(f"{url}/orders?name=mercy")
        await settled(page)
        await act("sort", page.get_by_role("link", name="Created").click())
        # An order that all services know: its page asks them what may be done with it.
        await page.goto(f"{url}/orders?sku=BENCH-1")
        await settled(page)
        await act("open_order", page.locator(f"#rows a[href='/orders/{order}']").click())
        await act("open_timeline", page.get_by_role("link", name="Timeline").click())
    return took


async def measure(system: System, orders: int = search.COUNT, times: int = TIMES) -> dict[str, Any]:
    """Milliseconds from each click until the page has settled. Raises `RuntimeError`."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        raise RuntimeError("no Chromium on PATH; install: sudo apt-get install -y chromium")
    settings = system.settings
    url = next(each.url for each in system.state.instances if each.service == PORTAL)
    mongo: AsyncIOMotorClient = AsyncIOMotorClient(settings.mongo.get_secret_value(), tz_aware=True)
    try:
        await search.fill(Store(mongo[settings.database_of(PORTAL)]), orders)
    finally:
        mongo.close()
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser, args=options)
        page = await chromium.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        await page.add_init_script(WATCH)
        await sign_in(page, settings, url)
        order = await place(settings, url, page)
        await go_through(page, url, order, 2)  # reads what is searched every day
        took = await go_through(page, url, order, times)
    took["everything"] = [each for every in took.values() for each in every]
    return {"orders": orders, "times": times, "target_p95_ms": TARGET_MS} | {
        what: percentiles(found, 50, 95) for what, found in took.items()
    }
