"""Lets a request in, or doesn't: whose it is, and whether their own page has sent it."""

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from services.portal.auth.rights import OPERATE, READ, may, why_not
from services.portal.auth.sessions import Person

SAFE = ("GET", "HEAD", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
COOKIE = "waybill"
SECURE_COOKIE = "__Host-waybill"

_bearer = HTTPBearer(auto_error=False, description="A token of `waybill user token`.")
_cookie = APIKeyCookie(name=SECURE_COOKIE, auto_error=False, description="A browser's session.")


class NotSignedIn(Exception):
    """Nobody, or nobody any more."""


class Forbidden(Exception):
    """Somebody, but not somebody who may do this; the words say why."""


def session_token(request: HTTPConnection) -> str | None:
    """What the browser holds of its session."""
    return request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE)


async def signed_in(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None,
    _: Annotated[str | None, Depends(_cookie)] = None,
) -> Person:
    """Who asks. Raises `NotSignedIn`, or `Forbidden` for a change that another site has sent."""
    person = await _whose(request, bearer)
    if person is None:
        raise NotSignedIn
    if request.method not in SAFE and person.csrf is not None:
        await _check_own_page(request, person.csrf)
    if not may(person.roles, READ):
        raise Forbidden("Your account has no role of this portal.")
    return person


Signed = Annotated[Person, Depends(signed_in)]


def check(person: Person, action: str) -> None:
    """Raises `Forbidden` if the person's roles aren't enough for the action."""
    if why := why_not(person.roles, action):
        raise Forbidden(why)


async def operating(person: Signed) -> Person:
    """Somebody who may look after the system. Raises `Forbidden`."""
    check(person, OPERATE)
    return person


Operator = Annotated[Person, Depends(operating)]


async def _whose(request: Request, bearer: HTTPAuthorizationCredentials | None) -> Person | None:
    portal = request.app.state.portal
    if bearer is not None:
        account = await portal.accounts.of_token(bearer.credentials)
        return Person(account.name, account.roles) if account else None
    token = session_token(request)
    found: Person | None = await portal.sessions.find(token) if token else None
    return found


async def _check_own_page(request: Request, csrf: str) -> None:
    """A page of ours sends the session's own secret along; no other site can read it."""
    sent = request.headers.get("x-csrf-token")
    if sent is None and request.headers.get("content-type", "").startswith(FORMS):
        form = (await request.form()).get("csrf")
        sent = form if isinstance(form, str) else None
    if sent is None or not hmac.compare_digest(sent.encode(), csrf.encode()):
        raise Forbidden("This request didn't come from a page of yours; load the page again.")
