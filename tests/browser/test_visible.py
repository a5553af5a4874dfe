"""What people see, in pixels: legible, inside the window, under the mouse, never sideways.

The quick form looks at every view once, each at another width, in another scheme and with other
data, at every menu light and dark, and at every dialog on a phone; `--every-look` looks at all
combinations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import cycle, product
from pathlib import Path
from typing import Any, get_args

import pytest
from playwright.sync_api import Browser, Page, expect

from services.portal.app import ROUTERS
from tests.browser.conftest import PATIENCE
from tests.browser.pages import Created, Data, View, create, views
from tests.browser.person import Person
from tests.browser.visible import faults
from tests.desk import Desk
from tests.e2e.system import System

pytestmark = pytest.mark.engines

WIDTHS = (1440, 1024, 390)
SCHEMES = ("light", "dark")
LOOKS = list(product(WIDTHS, SCHEMES, get_args(Data)))
# Most of the specification is behind menus: they are looked at in both schemes, always.
MENUS = [(1440, scheme, "ordinary") for scheme in SCHEMES]
# Dialogs have the least room on a phone, with the longest texts and largest sums.
DIALOGS = (390, "dark", "extreme")
# What no page of its own shows: parts, files, streams, and ways in and out.
NO_PAGES = {
    "/assets/{name}", "/products", "/orders/{order_id}/lines", "/live", "/operations",
    "/orders.csv", "/order-news", "/views", "/customers/{customer_id}/addresses",
    "/orders/{order_id}/entries", "/palette", "/scan", "/home/letters",
    "/sign-in/oidc", "/sign-in/oidc/back",
    "/jobs/{job_id}/progress", "/jobs/{job_id}/results.csv",
    "/sign-out", "/metrics", "/health/live", "/health/ready", "/sign-in",
}  # fmt: skip


@pytest.fixture(scope="module")
def told(system: System, desk: Desk) -> dict[Data, Created]:
    """Something for every view, ordinary and extreme."""
    return {data: create(system, desk, data) for data in get_args(Data)}


@pytest.fixture(scope="module")
def session(browser: Browser, desk: Desk) -> Iterator[dict[str, Any]]:
    """The cookies of somebody who may see everything."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    Person(context.new_page(), desk).sign_in("supervisor", "warehouse", "operator")
    yield {"cookies": context.cookies()}
    context.close()


@pytest.mark.parametrize("data", get_args(Data))
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_everything_that_is_meant_to_be_seen_is(
    browser: Browser,
    desk: Desk,
    told: dict[Data, Created],
    session: dict[str, Any],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    width: int,
    scheme: Any,
    data: Data,
) -> None:
    here = (width, scheme, data)
    every = request.config.getoption("--every-look")
    mine = [
        view
        for view, look in zip(views(told[data]), cycle(LOOKS), strict=False)
        if every
        or look == here
        or (view.menu and here in MENUS)
        or (view.dialog and here == DIALOGS)
    ]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        device_scale_factor=2,
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-US",
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies(session["cookies"])
    page = context.new_page()
    wrong: dict[str, list[str]] = {}
    for view in mine:
        show(page, desk, view)
        if found := faults(page):
            picture = tmp_path / f"{re.sub('[^a-z]+', '-', view.name)}.png"
            page.screenshot(path=picture)
            wrong[f"{view.name} ({picture})"] = [str(fault) for fault in found]
    context.close()
    assert wrong == {}


def show(page: Page, desk: Desk, view: View) -> None:
    """Opens the page, unless it is there with another dialog, and on it the dialog or the menu."""
    if view.dialog and page.url == desk.url + view.path:
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    else:
        page.goto(desk.url + view.path)
    if view.dialog:
        page.evaluate(f"htmx.ajax('GET', {view.dialog!r}, {{target: '#dialog-content'}})")
        expect(page.get_by_role("dialog")).to_be_visible()
    elif view.menu:
        if view.menu == "Status" and page.locator("#show-filters").is_visible():
            page.locator("#show-filters").click()
        summary = page.locator("summary").filter(has_text=re.compile(view.menu))
        labelled = page.locator(f"summary[aria-label={view.menu!r}]")
        first = labelled if labelled.count() else summary
        if first.count():
            first.first.click()


def test_every_page_is_looked_at() -> None:
    """A new route needs a view, or a reason above."""
    named = Created(*(field.name for field in fields(Created)))
    shown = [view.path.partition("?")[0] for view in views(named)]
    shown += [view.dialog.partition("?")[0] for view in views(named)]
    missing = []
    for router in ROUTERS:
        for route in router.routes:
            path, schema = getattr(route, "path", ""), getattr(route, "include_in_schema", True)
            if schema or "GET" not in getattr(route, "methods", ()) or path in NO_PAGES:
                continue
            pattern = re.compile(re.sub(r"\{[a-z_:]+\}", "[^/]+", path))
            if not any(pattern.fullmatch(each) for each in shown):
                missing.append(path)
    # The order as it was is reached by an entry of its timeline.
    assert set(missing) <= {"/orders/{order_id}/as-of"}
