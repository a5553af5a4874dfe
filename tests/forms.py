"""The forms of a page, as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    """The fields of every form of a page, and which of them a person can see."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.visible: set[str] = set()
        self.labels: dict[str, str] = {}
        self.action = ""
        self._select = self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.action = given.get("hx-post", self.action)
        if tag == "label":
            self._label = ""
        elif tag in ("input", "select", "textarea"):
            self.labels.setdefault(name, given.get("aria-label") or self._label)
        if tag == "select":
            self._select, self.values[name] = name, ""
            self.visible.add(name)
        elif tag == "option" and (not self.values[self._select] or "selected" in given):
            self.values[self._select] = given.get("value", "")
        elif tag in ("input", "textarea") and given.get("type") != "checkbox":
            self.values[name] = given.get("value", "")
            if given.get("type") != "hidden":
                self.visible.add(name)

    def handle_data(self, data: str) -> None:
        self._label += data


def fields_of(html: str) -> dict[str, str]:
    """What the form of a page or dialog sends if nobody changes anything, by field."""
    return _read(html).values


def visible_fields(html: str) -> dict[str, str]:
    """Of these, what a person sees and can change."""
    found = _read(html)
    return {name: value for name, value in found.values.items() if name in found.visible}


def labels_of(html: str) -> dict[str, str]:
    """The labels of what a person sees, without the notes in brackets behind them."""
    found = _read(html)
    return {name: found.labels[name].partition("(")[0].strip() for name in found.visible}


def action_of(html: str) -> str:
    """The address that the last form is sent to by htmx."""
    return _read(html).action


def _read(html: str) -> _Fields:
    parser = _Fields()
    parser.feed(html)
    return parser
