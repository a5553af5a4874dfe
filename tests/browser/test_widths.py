"""The bar at the top has room for its sections and buttons at every width, in every language."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from services.portal.i18n import languages
from tests.browser.person import Person
from tests.desk import Desk

pytestmark = pytest.mark.engines

WIDTHS = range(320, 1801, 40)
# What reaches beyond the window, or lies over its neighbour.
CROWDED = """() => {
  const parts = [...document.querySelectorAll(".bar > *, .bar nav li, .bar .ends > *")]
    .filter((part) => part.checkVisibility() && !part.matches(".ends, nav"));
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const wrong = [];
  boxes.forEach((box, one) => {
    if (box.left < 0 || box.right > innerWidth) wrong.push(parts[one].innerText);
    boxes.slice(one + 1).forEach((other, more) => {
      const over = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const level = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (over > 1 && level > 1) {
        wrong.push(`${parts[one].innerText} / ${parts[one + 1 + more].innerText}`);
      }
    });
  });
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page scrolls sideways");
  return wrong;
}"""


@pytest.mark.parametrize("language", languages())
def test_bar_has_room_at_every_width(browser: Browser, desk: Desk, language: str) -> None:
    with browser.new_context() as english:
        person = Person(english.new_page(), desk).sign_in("supervisor", "warehouse", "operator")
        cookies: list[Any] = person.page.context.cookies()
    context = browser.new_context(locale=language)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{desk.url}/jobs")
    assert page.locator("html").get_attribute("lang") == language
    crowded = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if found := page.evaluate(CROWDED):
            crowded[width] = found
    context.close()
    assert crowded == {}
