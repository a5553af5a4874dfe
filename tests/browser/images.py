"""The screenshots of docs/images: on which screens they are taken, and where they go."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from tests.processes import PROJECT

IMAGES = PROJECT / "docs" / "images" / "portal"
MAX_BYTES = 60_000
QUALITIES = (72, 60, 48)  # of WebP: the first that is small enough; letters are still sharp


@dataclass(frozen=True)
class Screen:
    """How a page is looked at."""

    name: str
    width: int
    height: int
    theme: str = "light"


SCREENS = (
    Screen("light", 1440, 900),
    Screen("dark", 1440, 900, "dark"),
    Screen("phone", 390, 844),
)


def take(page: Page, file: Path) -> None:
    """Writes what the screen shows."""
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    for quality in QUALITIES:
        picture.convert("RGB").save(file, quality=quality, method=6)
        if file.stat().st_size < MAX_BYTES:
            return


class Photographer:
    """Takes a page as it is now on every screen, if images are to be written; else does nothing."""

    def __init__(self, *, writes: bool) -> None:
        self._writes = writes

    def __call__(self, page: Page, name: str, at: str = "main") -> None:
        """Writes the images `name`-light, -dark and -phone; `at` is what they show at the top."""
        if not self._writes:
            return
        before: Any = page.viewport_size
        for screen in SCREENS:
            theme: Any = screen.theme
            page.set_viewport_size({"width": screen.width, "height": screen.height})
            page.emulate_media(color_scheme=theme)
            page.locator(at).first.evaluate("each => each.scrollIntoView({block: 'start'})")
            page.wait_for_load_state("networkidle")
            take(page, IMAGES / f"{name}-{screen.name}.webp")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(before)
