"""Plain pages of source files for the docs site, with an anchor for each line.

They have no navigation and aren't searched: there are hundreds, and they are read from a link.
"""

import html
import os
from pathlib import Path, PurePosixPath

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

STYLE_FILE = "source/source.css"
_ANCHOR = "L"
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{name}</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<p><a href="{front}">Waybill</a></p>
<h1>{name}</h1>
{content}
</body>
</html>
"""
_OWN_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.2rem; overflow-wrap: anywhere; }
.highlight { overflow-x: auto; padding: .5rem; }
.highlight pre { font: 14px/1.5 ui-monospace, monospace; margin: 0; }
.highlight span:has(> :target), :target + span { background: Highlight; }
"""


def source_page(file: Path, name: str, uri: str) -> str:
    """Returns the page of a file or folder.

    name  of the file within the project
    uri   of the page within the site, to which its own links are relative
    """
    start = PurePosixPath(uri).parent
    return _PAGE.format(
        name=html.escape(name),
        style=os.path.relpath(STYLE_FILE, start),
        front=os.path.relpath("index.html", start),
        content=_listed(file) if file.is_dir() else _highlighted(file),
    )


def line_anchor(line: str) -> str:
    """Returns the anchor of a line on its page."""
    return f"{_ANCHOR}-{line}"


def styles() -> str:
    """Returns the style sheet of all these pages."""
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    return f"{_OWN_STYLE}{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def _highlighted(file: Path) -> str:
    try:
        lexer = get_lexer_for_filename(file.name)
    except ClassNotFound:
        lexer = TextLexer()
    formatter = HtmlFormatter(linenos="inline", lineanchors=_ANCHOR)
    text: str = highlight(file.read_text(encoding="utf-8"), lexer, formatter)
    return text


def _listed(folder: Path) -> str:
    inside = sorted(each for each in folder.iterdir() if not each.name.startswith(("_", ".")))
    names = [f"{each.name}/" if each.is_dir() else each.name for each in inside]
    return "<ul>" + "".join(f"<li>{html.escape(name)}</li>" for name in names) + "</ul>"
