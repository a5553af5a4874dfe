"""Cookies: out of reach for scripts and other sites, and over TLS unless this is one's own desk."""

from fastapi import Request, Response

from services.portal.auth.guard import COOKIE, SECURE_COOKIE

LOCAL = ("localhost", "127.0.0.1", "::1")


def secure(request: Request) -> bool:
    """Whether cookies are for TLS alone. Without it they go to localhost and nowhere else."""
    wanted: bool = request.app.state.portal.settings.portal_secure_cookies
    return wanted or request.url.hostname not in LOCAL


def give(request: Request, response: Response, token: str) -> None:
    """Hands the session to the browser, for as long as the browser is open."""
    safely = secure(request)
    name = SECURE_COOKIE if safely else COOKIE
    response.set_cookie(name, token, secure=safely, httponly=True, samesite="lax", path="/")


def take_back(response: Response) -> None:
    """Lets the browser forget it."""
    for name in (SECURE_COOKIE, COOKIE):
        response.delete_cookie(
            name, secure=name == SECURE_COOKIE, httponly=True, samesite="lax", path="/"
        )
