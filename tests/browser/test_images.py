"""The screenshots in docs/images: `make images` takes them, every run checks them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.images import IMAGES, MAX_BYTES, SCREENS, Screen, take
from tests.browser.person import Person
from tests.browser.shop_window import BUYERS, GOODS, Shop, open_shop
from tests.desk import PASSWORD, Desk
from tests.e2e.system import System
from tests.processes import PROJECT

pytestmark = pytest.mark.engines

TOUR = PROJECT / "docs" / "portal.md"
MAX_TOGETHER = 2_000_000

PAGES = (
    "home", "orders", "order", "timeline", "dialog",
    "phone-order", "product", "pick-list", "invoice", "job",
)  # fmt: skip
# Taken by the tests of what they show.
TAKEN_ELSEWHERE = ("exchange", "holds", "sourcing", "split")


def addresses(shop: Shop) -> dict[str, str]:
    """Where the pages are, by their names."""
    order = f"/orders/{shop.released}"
    return {
        "home": "/",
        "orders": "/orders",
        "order": order,
        "timeline": f"/orders/{shop.shipped}?tab=timeline",
        "dialog": order,
        "phone-order": f"/carts/{shop.draft}",
        "product": f"/catalog/{GOODS[0][0]}",
        "pick-list": "/warehouse/seattle",
        "invoice": f"/orders/{shop.shipped}/documents/invoice",
        "job": f"/jobs/{shop.job}",
    }


@contextmanager
def looking(browser: Browser, desk: Desk, screen: Screen, account: str) -> Iterator[Page]:
    """A signed-in person's page on a screen."""
    size: Any = {"width": screen.width, "height": screen.height}
    scheme: Any = screen.theme
    context = browser.new_context(
        viewport=size, color_scheme=scheme, locale="en-US", timezone_id="America/New_York"
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{desk.url}/sign-in")
    page.get_by_label("Name").fill(account)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    hints = page.get_by_role("button", name="Got it")
    if hints.is_visible():
        hints.click()
        expect(hints).to_be_hidden()
    yield page
    context.close()


def show(page: Page, desk: Desk, name: str, where: str) -> None:
    """Opens a page, and waits until everything on it has come."""
    page.goto(desk.url + where)
    page.wait_for_load_state("networkidle")
    if name == "dialog":
        page.get_by_role("button", name="Hold", exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()


def test_screenshots_are_taken(
    request: pytest.FixtureRequest, browser: Browser, desk: Desk, tmp_path: Path
) -> None:
    """Only with `--write-images`: it writes into docs/images."""
    if not request.config.getoption("--write-images"):
        pytest.skip("make images takes them")
    system: System = request.getfixturevalue("system")
    shop = open_shop(system, desk, tmp_path)
    for screen in SCREENS:
        with looking(browser, desk, screen, shop.account) as page:
            Person(page, desk).go("/orders")
            expect(page.get_by_role("main")).to_contain_text(BUYERS[-1][0])
            for name, where in addresses(shop).items():
                show(page, desk, name, where)
                take(page, IMAGES / f"{name}-{screen.name}.webp")


@pytest.mark.parametrize("name", [*PAGES, *TAKEN_ELSEWHERE])
def test_a_screenshot_is_small_and_shown_in_the_tour(name: str) -> None:
    tour = TOUR.read_text(encoding="utf-8")
    for screen in SCREENS:
        file = f"{name}-{screen.name}.webp"
        assert (IMAGES / file).stat().st_size < MAX_BYTES, file
        assert f"images/portal/{file}" in tour


def test_screenshots_are_small_together_and_none_is_left_over() -> None:
    files = list(IMAGES.iterdir())
    assert sum(each.stat().st_size for each in files) < MAX_TOGETHER
    assert {each.name for each in files} == {
        f"{name}-{screen.name}.webp" for name in (*PAGES, *TAKEN_ELSEWHERE) for screen in SCREENS
    }
