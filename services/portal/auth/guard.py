"""Checks each request: who sends it, and whether it comes from a page of the portal."""

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from pymongo.errors import PyMongoError
from starlette.requests import HTTPConnection

from services.portal.auth.rights import OPERATE, READ, may, why_not
from services.portal.auth.sessions import Person
from shared.runtime.ports import Unavailable

SAFE = ("GET", "HEAD", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
COOKIE = "waybill"
SECURE_COOKIE = "__Host-waybill"

_bearer = HTTPBearer(auto_error=False, description="A token from `waybill user token`.")
_cookie = APIKeyCookie(
    name=SECURE_COOKIE, auto_error=False, description="The session of a browser."
)


class NotSignedIn(Exception):
    """The request has no valid session or token."""


class Forbidden(Exception):
    """The person may not do this; the message says why."""


def session_token(request: HTTPConnection) -> str | None:
    """The session token in the request's cookies."""
    return request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE)


async def signed_in(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None,
    _: Annotated[str | None, Depends(_cookie)] = None,
) -> Person:
    """The person who sends the request.

    Raises `NotSignedIn`, or `Forbidden` for a change that doesn't come from the portal's own page.
    """
    person = await _person_of(request, bearer)
    if person is None:
        raise NotSignedIn
    request.state.person = person  # for a page that tells of an error
    if request.method not in SAFE and person.csrf is not None:
        await _check_own_page(request, person.csrf)
    if not may(person.roles, READ):
        raise Forbidden("Your account has no role in this portal. Ask an administrator for one.")
    return person


SignedIn = Annotated[Person, Depends(signed_in)]


def check(person: Person, action: str) -> None:
    """Raises `Forbidden` if the person's roles don't allow the action."""
    if why := why_not(person.roles, action):
        raise Forbidden(why)


async def require_operator(person: SignedIn) -> Person:
    """The person, who has to be an operator. Raises `Forbidden`."""
    check(person, OPERATE)
    return person


Operator = Annotated[Person, Depends(require_operator)]


async def _person_of(
    request: Request, bearer: HTTPAuthorizationCredentials | None
) -> Person | None:
    portal = request.app.state.portal
    if bearer is not None:
        account = await portal.accounts.by_token(bearer.credentials)
        return Person(account.name, account.roles) if account else None
    token = session_token(request)
    found: Person | None = await portal.sessions.find(token) if token else None
    return found


async def known_person(request: Request) -> Person | None:
    """Whose session the request belongs to; None if there is none, or it can't be looked up."""
    token = session_token(request)
    try:
        found: Person | None = await request.app.state.portal.sessions.find(token or "")
    except (PyMongoError, Unavailable):
        return None
    return found


async def _check_own_page(request: Request, csrf: str) -> None:
    """Raises `Forbidden` without the session's CSRF token, which only the portal's pages know."""
    sent = request.headers.get("x-csrf-token")
    if sent is None and request.headers.get("content-type", "").startswith(FORMS):
        form = (await request.form()).get("csrf")
        sent = form if isinstance(form, str) else None
    if sent is None or not hmac.compare_digest(sent.encode(), csrf.encode()):
        raise Forbidden(
            "This request didn't come from your session's page. Reload the page and try again."
        )
