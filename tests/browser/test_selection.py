"""Selecting orders in the list: what moves, and how several are selected at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.person import Person
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

# Also what moves right after a click counts, though the browser's own sum leaves that out.
WATCH = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.moved += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def boxes(system: System, supervisor: Person, order: str, sku: str) -> Locator:
    """The boxes of a list of five orders, newest first."""
    for each in range(5):
        system.place(f"{order}-{each}", shipment(sku, 1))
    for each in range(5):
        eventually(lambda each=each: supervisor.desk.knows(f"{order}-{each}"))
    supervisor.page.add_init_script(WATCH)
    supervisor.go(f"/orders?sku={sku}")
    found = supervisor.page.locator("[data-choose]")
    expect(found).to_have_count(5)
    supervisor.page.wait_for_load_state("networkidle")
    return found


def ticked(boxes: Locator) -> list[int]:
    """The rows that are selected, counted from 0."""
    script = "all => all.flatMap((each, row) => each.checked ? [row] : [])"
    return [int(row) for row in boxes.evaluate_all(script)]


def moved(page: Page, act: str, box: Locator) -> float:
    """How much moves on the page when a box is ticked or cleared."""
    page.evaluate(FRAMES)
    page.evaluate("window.moved = 0")
    getattr(box, act)()
    page.evaluate(FRAMES)
    return float(page.evaluate("window.moved"))


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_moves_when_orders_are_selected_and_cleared(
    supervisor: Person, boxes: Locator, width: int
) -> None:
    page = supervisor.page
    page.set_viewport_size({"width": width, "height": 800})
    before = boxes.evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().top + scrollY)"
    )
    assert moved(page, "check", boxes.first) == 0
    expect(page.get_by_text("1 order selected")).to_be_in_viewport()
    assert moved(page, "check", boxes.nth(1)) == 0
    after = boxes.evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().top + scrollY)"
    )
    assert after == before
    assert moved(page, "uncheck", boxes.nth(1)) == 0
    assert moved(page, "uncheck", boxes.first) == 0
    expect(page.get_by_role("button", name="Clear selection")).to_be_hidden()


def test_shift_and_a_click_select_everything_between(supervisor: Person, boxes: Locator) -> None:
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert ticked(boxes) == [1, 2, 3]
    expect(supervisor.page.locator("#chosen-count")).to_have_text("3 orders selected")
    boxes.nth(0).click(modifiers=["Shift"])  # upwards, from the box that was used last
    assert ticked(boxes) == [0, 1, 2, 3]
    boxes.nth(2).click(modifiers=["Shift"])  # a box that is cleared clears the others too
    assert ticked(boxes) == [3]
    assert supervisor.page.evaluate("String(getSelection())") == ""


def test_shift_and_a_click_without_a_box_before_select_one(boxes: Locator) -> None:
    boxes.nth(2).click(modifiers=["Shift"])
    assert ticked(boxes) == [2]


def test_shift_and_space_select_everything_between(supervisor: Person, boxes: Locator) -> None:
    page = supervisor.page
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    boxes.nth(2).focus()
    page.keyboard.press("Shift+Space")
    assert ticked(boxes) == [0, 1, 2]
    page.locator("#rows th a").nth(4).focus()  # where j and k go
    page.keyboard.press("Shift+Space")
    assert ticked(boxes) == [0, 1, 2, 3, 4]
    assert page.evaluate("scrollY") == 0
    boxes.nth(1).focus()
    page.keyboard.press("Space")  # without Shift: this one alone
    assert ticked(boxes) == [0, 2, 3, 4]


def test_clearing_the_selection_gives_the_focus_to_the_list(
    supervisor: Person, boxes: Locator
) -> None:
    boxes.first.check()
    supervisor.click("Clear selection")
    assert ticked(boxes) == []
    expect(supervisor.page.locator("#choose-all")).to_be_focused()
