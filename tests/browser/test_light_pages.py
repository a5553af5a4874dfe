"""Pages come in a few kilobytes, and nothing on them jumps when the rest arrives."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession

from tests.browser.person import Person
from tests.e2e.system import System, shipment

pytestmark = pytest.mark.engines

MOST_BYTES = 150 * 1024
MOST_SHIFT = 0.02
WATCH = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def _bytes_of(session: CDPSession) -> list[float]:
    """Collects the bytes of every answer, as they come over the wire."""
    came: list[float] = []
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    return came


@pytest.mark.parametrize("where", ["list", "order"])
def test_page_is_light_and_stays_still(
    system: System, supervisor: Person, order: str, sku: str, where: str
) -> None:
    system.place(order, shipment(sku))
    supervisor.opens(order)
    page = supervisor.page
    page.add_init_script(WATCH)
    came = _bytes_of(page.context.new_cdp_session(page))
    supervisor.go("/orders" if where == "list" else f"/orders/{order}")
    # The stream of live changes never ends: what a page waits for has come when it is quiet.
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert 10_000 < sum(came) < MOST_BYTES
    assert page.evaluate("window.shifted") < MOST_SHIFT
