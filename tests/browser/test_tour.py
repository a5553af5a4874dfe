"""The hints for whoever is new."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.desk import PASSWORD, Desk

pytestmark = pytest.mark.engines


def test_hints_are_put_away_for_an_account_and_come_back(page: Page, desk: Desk) -> None:
    person = Person(page, desk).sign_in("supervisor")
    account = page.get_attribute("body", "data-account") or ""
    hints = page.get_by_role("region", name="Five things to know")
    expect(hints.get_by_role("listitem")).to_have_count(5)
    hints.get_by_role("button", name="See all keys").press("Enter")
    expect(person.dialog).to_contain_text("Go to Orders")
    page.keyboard.press("Escape")
    hints.get_by_role("button", name="Open the search").press("Enter")
    expect(page.get_by_role("combobox", name="Find anything")).to_be_focused()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(hints).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 800})
    person.click("Got it")
    expect(hints).to_be_hidden()

    page.context.clear_cookies()  # as on another machine
    person.go("/sign-in")
    page.get_by_label("Name").fill(account)
    page.get_by_label("Password").fill(PASSWORD)
    person.click("Sign in")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(hints).to_be_hidden()
    person.choose(f"Your account: {account}", "Show the hints")
    expect(hints).to_be_visible()
