"""Reads a page's HTML: text, links, tables, and active content."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"input", "img", "br", "hr", "meta", "link", "source", "wbr", "col", "area", "base"}
CONTROLS = {"input", "button", "a", "select", "textarea", "svg", "img", "form"}
CELLS = {"td", "th", "dd"}
LINKS = ("href", "hx-get")
SAFE = ("/", "?", "#", "https://", "http://")


def squeezed(text: str) -> str:
    """Returns text as a browser shows it, with each run of white space as one blank."""
    return " ".join(text.split())


class Page(HTMLParser):
    """Reads a page or a part of one.

    text    its text, without scripts and styles
    fields  the values of its attributes, including form fields
    links   its links within the portal
    blank   the number of empty cells in tables and descriptions
    active  event handlers, unsafe links and injected scripts
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._texts: list[str] = []
        self._cells: list[tuple[str, list[str]]] = []
        self._hidden = 0
        self.fields: set[str] = set()
        self.links: list[str] = []
        self.blank = 0
        self.active: list[str] = []
        self.feed(html)
        self.close()
        self.text = squeezed("".join(self._texts))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        for name, value in attrs:
            self.fields.add(squeezed(value or ""))
            leads = name in (*LINKS, "src", "action", "formaction")
            if name.startswith("on") or (leads and not (value or "").startswith(SAFE)):
                self.active.append(f"<{tag} {name}={value!r}>")
            if name in LINKS and (value or "").startswith("/"):
                self.links.append(value or "")
        if tag in ("script", "style"):
            self._hidden += 1
        if tag in CELLS:
            self._cells.append((tag, []))
        elif tag in CONTROLS and self._cells:
            self._cells[-1][1].append(tag)
        if tag not in ("span", "b", "strong", "small", "em", "a"):
            self._texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """See `HTMLParser`."""
        if tag in ("script", "style"):
            self._hidden -= 1
        if tag in CELLS and self._cells and self._cells[-1][0] == tag:
            _, content = self._cells.pop()
            self.blank += not "".join(content).strip()
        if tag not in ("span", "b", "strong", "small", "em", "a"):
            self._texts.append(" ")

    def handle_data(self, data: str) -> None:
        """See `HTMLParser`."""
        if self._hidden:
            if "alert(" in data:
                self.active.append(f"<script>{data[:80]}")
            return
        self._texts.append(data)
        if self._cells:
            self._cells[-1][1].append(data)
