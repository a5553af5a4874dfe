"""Session cookies: hidden from scripts and other sites, and sent over TLS except on localhost."""

from datetime import timedelta

from fastapi import Request, Response

from services.portal.auth.guard import COOKIE, SECURE_COOKIE

LOCAL = ("localhost", "127.0.0.1", "::1")


def secure(request: Request) -> bool:
    """Whether cookies require TLS. The setting can turn that off for localhost only."""
    wanted: bool = request.app.state.portal.settings.portal_secure_cookies
    return wanted or request.url.hostname not in LOCAL


def set_session(
    request: Request, response: Response, token: str, life: timedelta | None = None
) -> None:
    """Sets the session cookie; without a `life` it lasts until the browser is closed."""
    needs_tls = secure(request)
    response.set_cookie(
        SECURE_COOKIE if needs_tls else COOKIE,
        token,
        max_age=int(life.total_seconds()) if life else None,
        secure=needs_tls,
        httponly=True,
        samesite="lax",
        path="/",
    )


def clear_session(response: Response) -> None:
    """Deletes the session cookie."""
    for name in (SECURE_COOKIE, COOKIE):
        response.delete_cookie(
            name, secure=name == SECURE_COOKIE, httponly=True, samesite="lax", path="/"
        )
