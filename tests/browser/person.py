"""What a person does at a page: signs in, clicks what the specification says, and reads."""

from __future__ import annotations

import re
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.desk import PASSWORD, Desk
from tests.polling import eventually


class Person:
    """Somebody in front of a browser."""

    def __init__(self, page: Page, desk: Desk) -> None:
        self.page = page
        self.desk = desk

    def sign_in(self, *roles: str) -> Self:
        """Signs in, as a new account with these roles."""
        self.go("/sign-in")
        self.page.get_by_label("Name").fill(self.desk.account(*roles))
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Today")).to_be_visible()
        return self

    def go(self, path: str) -> None:
        """Opens a page of the portal."""
        self.page.goto(self.desk.url + path)

    def reads(self, path: str) -> str:
        """What the portal answers at an address, in this person's session."""
        return self.page.request.get(self.desk.url + path).text()

    def opens(self, order: str, tab: str = "details") -> None:
        """Opens Order Details, as soon as the portal has heard of the order."""
        eventually(lambda: self.desk.knows(order))
        self.go(f"/orders/{order}?tab={tab}")

    def click(self, words: str, within: Locator | None = None) -> None:
        """Clicks the button that is called exactly this."""
        (within or self.page).get_by_role("button", name=words, exact=True).click()

    def choose(self, menu: str, words: str) -> None:
        """Opens an options menu (…) and clicks what it offers."""
        self.page.get_by_label(menu, exact=True).click()
        self.page.get_by_role("button", name=words, exact=True).locator("visible=true").click()

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def confirm(self, words: str) -> None:
        """Clicks a dialog's button, and sees the dialog go."""
        self.click(words, self.dialog)
        expect(self.dialog).to_be_hidden()

    def fill(self, **fields: str) -> None:
        """Fills fields of the open dialog by their labels; `_` stands for a space."""
        for label, text in fields.items():
            words = re.compile(f"^{label.replace('_', ' ')}", re.IGNORECASE)
            self.dialog.get_by_label(words).first.fill(text)

    def sees(self, *words: str) -> None:
        """The page's content says so, sooner or later."""
        for each in words:
            expect(self.page.get_by_role("main")).to_contain_text(each)
