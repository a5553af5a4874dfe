"""What pages load: our own style and script, and the few files of npm's that we name here."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

OURS = Path(__file__).parent / "static"
NAMES = {
    "app.css": ("text/css", None),
    "app.js": ("text/javascript", None),
    "icon.svg": ("image/svg+xml", None),
    "pico.css": ("text/css", "@picocss/pico/css/pico.min.css"),
    "htmx.js": ("text/javascript", "htmx.org/dist/htmx.min.js"),
}
LONG = {"Cache-Control": "public, max-age=31536000, immutable"}

router = APIRouter(include_in_schema=False)


@router.get("/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    """One of these files, for the browser to keep: its address changes when it does."""
    folder = request.app.state.portal.settings.portal_assets
    kind, theirs = NAMES.get(name, ("", None))
    file = folder / theirs if theirs else OURS / name
    if not kind or not file.is_file():
        return Response("There is no such asset.", 404, media_type="text/plain")
    return FileResponse(file, media_type=kind, headers=LONG)


def missing(folder: Path) -> list[str]:
    """Those of npm's files that aren't there."""
    return [theirs for _, theirs in NAMES.values() if theirs and not (folder / theirs).is_file()]


@cache
def address(name: str) -> str:
    """Where a page loads it; another one once our own code has changed."""
    file = OURS / name
    mark = sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else _lock()
    return f"/assets/{name}?{mark}"


@cache
def _lock() -> str:
    """The versions of npm's files, as one word."""
    lock = Path(__file__).resolve().parents[3] / "package-lock.json"
    return sha256(lock.read_bytes()).hexdigest()[:12] if lock.is_file() else "1"
