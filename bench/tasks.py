"""How much work ten tasks of customer service are: clicks, keystrokes and seconds.

Needs a headless Chromium from PATH. A script does each task `TIMES` times with a mouse, on new data
each time. It reads and aims faster than a person does: the seconds are those that the system takes.
"""

import asyncio
import os
import shutil
import statistics
from time import perf_counter
from uuid import uuid4

import httpx
from motor.motor_asyncio import AsyncIOMotorClient
from playwright.sync_api import Page, sync_playwright

from bench.hand import Hand
from bench.own_change import NAMES, PASSWORD
from bench.results import Figures
from bench.system import System
from bench.task_data import prepare
from bench.ten_tasks import TASKS
from services.portal.auth.accounts import Accounts
from shared.contracts.topics import PORTAL
from shared.runtime.settings import Settings

TIMES = 3
ROLES = ("supervisor", "warehouse")


async def measure(system: System) -> Figures:
    """Clicks, keystrokes and the median of the seconds, by task. Raises `RuntimeError`."""
    name, token = await _account(system.settings)
    url = next(each.url for each in system.state.instances if each.service == PORTAL)
    return await asyncio.to_thread(_measure, url, name, token)


async def _account(settings: Settings) -> tuple[str, str]:
    """The name and the token of a new account."""
    mongo: AsyncIOMotorClient = AsyncIOMotorClient(settings.mongo.get_secret_value())
    try:
        name = f"bench-{uuid4().hex[:6]}"
        accounts = Accounts(mongo[settings.database_of(PORTAL)])
        await accounts.add(name, PASSWORD, ROLES)
        return name, await accounts.issue_token(name)
    finally:
        mongo.close()


def _measure(url: str, name: str, token: str) -> Figures:
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        raise RuntimeError("no Chromium on PATH; install: sudo apt-get install -y chromium")
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    headers = {"Authorization": f"Bearer {token}"}
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=browser, args=options) as chromium,
        httpx.Client(base_url=url, headers=headers, timeout=60) as tool,
    ):
        page = chromium.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
        page.set_default_timeout(60_000)
        _sign_in(page, url, name)
        return _all(page, url, tool)


def _sign_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today").wait_for()


def _all(page: Page, url: str, tool: httpx.Client) -> Figures:
    """Does every task, and does all of them again."""
    moves: dict[str, tuple[int, int]] = {}
    took: dict[str, list[float]] = {task.name: [] for task in TASKS}
    for _ in range(TIMES):
        data = prepare(tool)
        for task in TASKS:
            page.goto(url + task.start(data))
            hand, began = Hand(page), perf_counter()
            task.steps(hand, data)
            took[task.name].append(perf_counter() - began)
            moves[task.name] = hand.clicks, hand.strokes
    return {
        name: {
            "clicks": clicks,
            "keystrokes": strokes,
            "seconds": round(statistics.median(took[name]), 2),
        }
        for name, (clicks, strokes) in moves.items()
    }
