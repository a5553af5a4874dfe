"""A portal without its engines, whose routes are built once for all tests.

FastAPI builds the routes of an app at its first request, which takes half a second.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry
from starlette.datastructures import State

from services.portal.app import Portal
from services.portal.settings import PortalSettings
from services.portal.web.frame.headers import Headers
from tests.unit.given import SITE


@cache
def _built() -> Any:
    return Portal(PortalSettings(portal_secure_cookies=False), SITE)


def unconnected_portal(**settings: Any) -> Any:
    """Returns a portal with these settings, whose parts a test may replace."""
    portal = copy(_built())
    app = copy(portal.http._app)
    app.state = State({**app.state._state, "portal": portal})
    app.middleware_stack = None  # it has the app in it
    portal.settings = PortalSettings(portal_secure_cookies=False, **settings)
    portal.http = Headers(app, CollectorRegistry())
    return portal
