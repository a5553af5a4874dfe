"""An operator connects another system: creates a webhook, tries it, and finds what went wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.cluster import Cluster
from tests.desk import Desk
from tests.engines import AnyEngines
from tests.polling import eventually
from tests.processes import until_ready
from tests.receiver import Answer, Receiver

pytestmark = pytest.mark.engines

# Where to put screenshots of the pages, to look at; none unless set.
SHOTS = os.environ.get("WEBHOOK_SHOTS")


class Hooks(Desk):
    """A portal that may deliver to this machine.

    It is the only one of its cluster: any other would deliver too, but not to this machine.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.portals = [cluster.start("portal", WAYBILL_PORTAL_WEBHOOK_LOOPBACK="true")]
        until_ready(*self.portals)


@pytest.fixture
def operator(engines: AnyEngines, page: Page, tmp_path: Path) -> Iterator[Person]:
    cluster = Cluster(engines, tmp_path)
    yield Person(page, Hooks(cluster)).sign_in("operator")
    cluster.close()


def _look(page: Page, name: str) -> None:
    if not SHOTS:
        return
    for width in (1440, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.wait_for_timeout(400)
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_a_webhook_is_created_tried_and_repaired(operator: Person) -> None:
    page = operator.page
    with Receiver() as receiver:
        operator.go("/operations/webhooks")
        operator.sees("No webhooks yet")
        _look(page, "empty")
        operator.click("Create webhook")
        dialog = operator.dialog
        dialog.get_by_label("Name").fill("Shop newsletter")
        dialog.get_by_label("Address").fill("http://intranet.example/hook")
        operator.click("Create webhook", dialog)
        expect(dialog).to_contain_text("https://")
        _look(page, "refused")
        dialog.get_by_label("Address").fill(receiver.url)
        operator.click("Create webhook", dialog)
        expect(dialog.get_by_label("Secret")).to_have_value(re.compile(r"^whsec_.{40,}"))
        _look(page, "secret")
        dialog.get_by_role("button", name="Done").click()

        operator.sees("Nothing sent yet")
        with page.expect_navigation():
            operator.click("Send test event")
        eventually(lambda: receiver.accepted(), within=20)
        eventually(lambda: "Delivered" in operator.reads(_path(page)))
        page.reload()
        operator.sees("Healthy", "Delivered")
        _look(page, "healthy")

        receiver.answer = lambda _: Answer(500, body=b"The shop is closed for the night.")
        with page.expect_navigation():
            operator.click("Send test event")
        eventually(lambda: "Retrying" in operator.reads(_path(page)), within=20)
        page.reload()
        operator.sees("Retrying", "The shop is closed for the night.")
        _look(page, "retrying")

        receiver.answer = lambda _: Answer()
        with page.expect_navigation():
            operator.click("Try all again now")
        eventually(lambda: len(receiver.accepted()) == 2, within=20)
        page.get_by_role("table").get_by_role("link").first.click()
        operator.sees("waybill.webhook.test.v1")
        _look(page, "delivery")

        page.get_by_role("link", name="Shop newsletter").click()
        operator.click("Delete")
        operator.click("Delete webhook", operator.dialog)
        operator.sees("No webhooks yet")


def _path(page: Page) -> str:
    """The path of the page that is open."""
    return "/" + page.url.split("/", 3)[3]
