"""The portal's settings, beside those that every process has: `WAYBILL_PORTAL_…`."""

from pathlib import Path

from pydantic import Field

from shared.runtime.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]


class PortalSettings(Settings):
    """What the portal must know about its browsers and its people.

    portal_secure_cookies  False lets cookies go over plain HTTP, to localhost and nowhere else.
    portal_assets          where `npm ci` put what the pages load.
    """

    portal_secure_cookies: bool = True
    portal_session_hours: int = Field(default=12, ge=1, le=24 * 7)
    portal_wait_seconds: float = Field(default=5.0, gt=0, le=60)
    portal_assets: Path = PROJECT / "node_modules"
