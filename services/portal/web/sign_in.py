"""Signing in and out."""

import hmac
import secrets
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.auth import cookies
from services.portal.auth.guard import Signed, session_token
from services.portal.auth.limits import TooManyTries
from services.portal.auth.oidc import CALLBACK, NotVouched, Oidc
from services.portal.web.rendering import go, inside, page

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

STATE = "elsewhere"  # proves the same of a sign-in at the issuer
TRY = "trying"  # proves that the form which comes back is one that this browser was given


def _form(
    request: Request, name: str = "", where: str = "/", said: str = "", status: int = 200
) -> Response:
    token = request.cookies.get(TRY) or secrets.token_urlsafe(32)
    settings = request.app.state.portal.settings
    sso = settings.portal_oidc_label if settings.portal_oidc_issuer else None
    values = {"name": name, "next": where, "said": said, "token": token, "sso": sso}
    answer = page(request, "signin.html", None, status, **values)
    answer.set_cookie(
        TRY, token, secure=cookies.secure(request), httponly=True, samesite="strict", path="/"
    )
    return answer


@router.get("/sign-in")
async def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the link's own word
    """The form."""
    return _form(request, where=inside(next))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    token: Annotated[str, Form(max_length=100)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002
) -> Response:
    """Begins a session, or says why not; never which of name and password was wrong."""
    portal = request.app.state.portal
    where, name = inside(next), name.strip().lower()
    if not hmac.compare_digest(token.encode(), request.cookies.get(TRY, "-").encode()):
        return _form(request, name, where, "That form was out of date. Please try again.", 400)
    address = request.client.host if request.client else "?"
    try:
        account = await portal.limits.attempt(
            name, address, lambda: portal.accounts.authenticate(name, password)
        )
    except TooManyTries:
        log.warning("too many failed tries to sign in", account=name[:40])
        words = "Too many failed tries. Please wait a quarter of an hour."
        return _form(request, name, where, words, 429)
    if account is None:
        return _form(request, name, where, "Name or password is wrong.", 401)
    return await let_in(request, account.name, account.roles, where)


@router.get("/sign-in/oidc")
async def elsewhere(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Goes to the issuer's own page."""
    try:
        address, state = await _oidc(request).begin(inside(next))
    except NotVouched as error:
        return _form(request, where=inside(next), said=str(error), status=502)
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        STATE,
        state,
        max_age=600,
        secure=cookies.secure(request),
        httponly=True,
        samesite="lax",
        path=CALLBACK,
    )
    return answer


@router.get(CALLBACK)
async def back(request: Request, state: str = "", code: str = "") -> Response:
    """Comes back from there."""
    try:
        found = await _oidc(request).finish(state, request.cookies.get(STATE, ""), code)
    except NotVouched as error:
        return _form(request, said=str(error), status=401)
    answer = await let_in(request, found.account, found.roles, found.where)
    answer.delete_cookie(STATE, path=CALLBACK)
    return answer


def _oidc(request: Request) -> Oidc:
    oidc: Oidc | None = request.app.state.portal.oidc
    if oidc is None:
        raise HTTPException(404, "There is no such page.")
    return oidc


async def let_in(request: Request, name: str, roles: tuple[str, ...], where: str) -> Response:
    """A new session in place of whatever the browser had."""
    token = await request.app.state.portal.sessions.start(name, roles, session_token(request))
    log.info("signed in", account=name)
    answer = RedirectResponse(inside(where), 303)
    cookies.take_back(answer)
    cookies.give(request, answer, token)
    answer.delete_cookie(TRY, path="/")
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, _: Signed) -> Response:
    """Ends the session."""
    if token := session_token(request):
        await request.app.state.portal.sessions.end(token)
    answer = go(request, "/sign-in")
    cookies.take_back(answer)
    return answer
