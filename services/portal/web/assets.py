"""Serves the assets of the pages: our own style and script, and the npm files listed here."""

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
    """An asset, cached by the browser for good: its address changes with its content."""
    folder = request.app.state.portal.settings.portal_assets
    kind, npm_path = NAMES.get(name, ("", None))
    file = folder / npm_path if npm_path else OURS / name
    if not kind or not file.is_file():
        return Response("Asset not found.", 404, media_type="text/plain")
    return FileResponse(file, media_type=kind, headers=LONG)


def missing(folder: Path) -> list[str]:
    """The npm files that are missing in `folder`."""
    return [path for _, path in NAMES.values() if path and not (folder / path).is_file()]


@cache
def address(name: str) -> str:
    """The address of an asset, with a version: a hash of our own file, or of npm's lock file."""
    file = OURS / name
    version = sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else _lock_hash()
    return f"/assets/{name}?{version}"


@cache
def _lock_hash() -> str:
    """A hash of npm's lock file, which stands for the versions of all npm files."""
    lock = Path(__file__).resolve().parents[3] / "package-lock.json"
    return sha256(lock.read_bytes()).hexdigest()[:12] if lock.is_file() else "1"
