"""An operator, woken at night: sees what died and why, mends the cause, sends it again."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


@pytest.fixture
def operator(desk: Desk, page: Page) -> Person:
    """Somebody who looks after the system, signed in."""
    return Person(page, desk).sign_in("operator")


def test_letter_is_found_with_its_cause_and_redriven_once_that_is_gone(
    system: System, operator: Person
) -> None:
    page, order = operator.page, f"c-{uuid4().hex[:8]}"
    theirs = f"replies-of-{order}"
    system.place(order, shipment(f"SKU-{order}"), paid=False)
    system.event(order, "order.placed")
    # A tool that wants its answers where there is no topic; and a command that makes no sense.
    about = {"order_id": order, "text": "Called back"}
    system.post("order.add-note", order, about, replyto=system.cluster.prefix + theirs)
    system.post("order.add-note", order, {"order_id": order, "text": 7})
    found = f"/operations/letters?order={order}"
    eventually(lambda: "2 dead letters" in operator.reads(found), within=60)

    operator.go("/")
    page.get_by_role("link", name="Operations").click()
    page.get_by_label("Order or key").fill(order)
    operator.sees("2 dead letters", "text: must be text in quotes", theirs)
    page.get_by_label("Code").select_option("no-reply-topic: no topic for the reply")
    operator.sees("1 dead letter ")
    page.get_by_role("link", name=re.compile("^order-")).click()
    operator.sees(f"there is no topic {system.cluster.prefix}{theirs}", '"outcome": "accepted"')

    operator.click("Redrive")
    expect(operator.dialog).to_contain_text("Redrive this dead letter?")
    operator.click("Redrive", operator.dialog)
    expect(operator.dialog).to_contain_text("not redriven.")
    operator.dialog.get_by_role("button", name="Close").click()

    system.cluster.create(theirs)
    operator.go(f"{found}&code=no-reply-topic")
    page.get_by_label("Select every").check()
    operator.sees("1 dead letter selected")
    operator.click("Redrive")
    operator.click("Redrive", operator.dialog)
    expect(operator.dialog).to_contain_text(": redriven")
    operator.dialog.get_by_role("button", name="Close").click()
    (reply,) = system.cluster.read(theirs)
    assert reply.data["outcome"] == "accepted"

    operator.go(found)
    operator.sees("1 dead letter ", "text: must be text in quotes")
    page.get_by_label("Select every").check()
    operator.click("Drop")
    operator.dialog.get_by_label(re.compile("^Reason .optional")).fill("The tool is mended")
    operator.click("Drop", operator.dialog)
    expect(operator.dialog).to_contain_text(": dropped")
    operator.dialog.get_by_role("button", name="Close").click()
    operator.go(found)
    operator.sees("0 dead letters", "No dead letters match these filters.")
    operator.go(f"{found}&state=any")
    operator.sees("redriven by csr:operator", "dropped by csr:operator")


def test_health_and_lag_of_everything_are_on_one_page(system: System, operator: Person) -> None:
    operator.go("/operations/health")
    operator.sees("Kafka", "MongoDB", f"{system.cluster.prefix}waybill-order")
    for service in ("cart", "order", "payment", "shipment"):
        port = system.of(service)[0].port
        row = operator.page.get_by_role("row", name=re.compile(f"127.0.0.1:{port}"))
        expect(row).to_contain_text("ready")


def test_nobody_else_is_offered_that(supervisor: Person) -> None:
    expect(supervisor.page.get_by_role("link", name="Operations")).to_have_count(0)
    supervisor.go("/operations/letters")
    supervisor.sees("operate is for the role operator")
