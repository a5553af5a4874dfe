"""A person's hand at a page: with the mouse or by keyboard alone, and how often it moved."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

MOST_TABS = 250
HAS_FOCUS = "element => element === document.activeElement"


class Unreachable(RuntimeError):
    """Tab never came to an element."""


@dataclass
class Hand:
    """Clicks and keystrokes on a page. By keyboard alone, every element is reached with Tab."""

    page: Page
    keyboard_only: bool = False
    clicks: int = 0
    strokes: int = 0

    def press(self, target: Locator) -> None:
        """Presses a button, link or menu."""
        self._use(target, "Enter")

    def tick(self, box: Locator) -> None:
        """Ticks a box."""
        self._use(box, "Space")

    def type(self, field: Locator, text: str) -> None:
        """Writes into a field instead of what is there."""
        self._go_to(field)
        if field.input_value():
            self._key("Control+a")
        self.page.keyboard.type(text)
        self.strokes += len(text)

    def choose(self, menu: Locator, option: str) -> None:
        """Chooses an option of a `select` by its first letters."""
        if menu.evaluate("menu => menu.selectedOptions[0]?.text") == option:
            return
        if self.keyboard_only:
            self._go_to(menu)
            self.page.keyboard.type(option)
            self.strokes += len(option)
        else:
            menu.select_option(option)
            self.clicks += 2  # opens the list, and takes one

    def _use(self, target: Locator, key: str) -> None:
        if self.keyboard_only:
            self._go_to(target)
            self._key(key)
        else:
            target.click(force=True)  # a disabled button says why
            self.clicks += 1

    def _go_to(self, target: Locator) -> None:
        target.wait_for(state="visible")
        if not self.keyboard_only:
            if not target.evaluate(HAS_FOCUS):
                target.click()
                self.clicks += 1
            return
        for _ in range(MOST_TABS):
            if target.evaluate(HAS_FOCUS):
                return
            self._key("Tab")
        raise Unreachable(str(target))

    def _key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.strokes += 1
