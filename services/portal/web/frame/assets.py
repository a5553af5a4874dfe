"""Serves the assets of the pages: style sheet, scripts, and the icons that pages contain."""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

OURS = Path(__file__).parent.parent / "static"
# The parts of our script, in the order in which they run.
SCRIPTS = (
    "page.js", "choices.js", "messages.js", "dialogs.js", "refresh.js", "commands.js",
    "menus.js", "customers.js", "addresses.js", "returns.js", "selection.js", "filters.js",
    "live.js", "orders.js",
    "copying.js", "neighbours.js", "presence.js", "ages.js",
    "scanning.js",
    "drafts.js",
    "palette.js", "keys.js", "focus.js", "sign_in.js",
    "jobs.js",
)  # fmt: skip
BUILT = ".built/portal.css"
HTMX = "htmx.org/dist/htmx.min.js"
ICONS = "@tabler/icons/icons/outline"
LONG = {"Cache-Control": "public, max-age=31536000, immutable"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Asset:
    """A file as it is served. `version` is a hash of its content."""

    kind: str
    content: bytes

    @property
    def version(self) -> str:
        return sha256(self.content).hexdigest()[:12]


@router.get("/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    """An asset, cached by the browser for good: its address changes with its content."""
    found = load(request.app.state.portal.settings.portal_assets).get(name)
    if found is None:
        return Response("Asset not found.", 404, media_type="text/plain")
    return Response(found.content, media_type=found.kind, headers=LONG)


@cache
def load(folder: Path) -> dict[str, Asset]:
    """The assets by their names, of ours and of the npm packages in `folder`."""
    assets = {
        "portal.js": Asset("text/javascript", _script()),
        "icon.svg": Asset("image/svg+xml", (OURS / "icon.svg").read_bytes()),
    }
    for name, kind, path in (
        ("portal.css", "text/css", BUILT),
        ("htmx.js", "text/javascript", HTMX),
    ):
        if (folder / path).is_file():
            assets[name] = Asset(kind, (folder / path).read_bytes())
    return assets


def _script() -> bytes:
    """Our script: its parts share one scope, which no other script reaches."""
    parts = "".join((OURS / "js" / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'.encode()


def missing(folder: Path) -> list[str]:
    """What `make setup` should have put into `folder`, and hasn't."""
    return [path for path in (BUILT, HTMX, ICONS) if not (folder / path).exists()]


def address(folder: Path, name: str) -> str:
    """The address of an asset, with its version."""
    found = load(folder).get(name)
    return f"/assets/{name}?{found.version if found else 0}"


@cache
def icon(folder: Path, name: str) -> Markup:
    """An icon of Tabler, to stand beside a text; nothing if no icons are installed.

    Raises `LookupError` for a name that none of them has.
    """
    file = folder / ICONS / f"{name}.svg"
    if not file.is_file():
        if file.parent.is_dir():
            raise LookupError(f"no icon is called {name}")
        return Markup()
    drawing = re.sub(r"\s+", " ", file.read_text(encoding="utf-8").partition(">")[2]).strip()
    drawing = drawing.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    return Markup(  # noqa: S704 - a file of a package that the lock pins
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f"{drawing.replace('> <', '><')}"
    )
