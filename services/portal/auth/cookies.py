"""Session cookies: hidden from scripts and other sites, and sent over TLS except on localhost."""

from fastapi import Request, Response

from services.portal.auth.guard import COOKIE, SECURE_COOKIE

LOCAL = ("localhost", "127.0.0.1", "::1")


def secure(request: Request) -> bool:
    """Whether cookies require TLS. The setting can turn that off for localhost only."""
    wanted: bool = request.app.state.portal.settings.portal_secure_cookies
    return wanted or request.url.hostname not in LOCAL


def set_session(request: Request, response: Response, token: str) -> None:
    """Sets the session cookie, which lasts until the browser is closed."""
    needs_tls = secure(request)
    name = SECURE_COOKIE if needs_tls else COOKIE
    response.set_cookie(name, token, secure=needs_tls, httponly=True, samesite="lax", path="/")


def clear_session(response: Response) -> None:
    """Deletes the session cookie."""
    for name in (SECURE_COOKIE, COOKIE):
        response.delete_cookie(
            name, secure=name == SECURE_COOKIE, httponly=True, samesite="lax", path="/"
        )
