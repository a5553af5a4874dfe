"""Signing in and out."""

import hmac
import secrets
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.auth import cookies
from services.portal.auth.guard import SignedIn, session_token
from services.portal.auth.limits import TooManyTries
from services.portal.auth.oidc import CALLBACK, Oidc, SignInRefused
from services.portal.i18n import _
from services.portal.web.frame.rendering import local_path, page, redirect

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

STATE_COOKIE = "elsewhere"  # proves that this browser started the sign-in at the issuer
FORM_COOKIE = "trying"  # proves that the form was sent to this browser


def _form(
    request: Request,
    name: str = "",
    where: str = "/",
    message: str = "",
    status: int = 200,
    *,
    stays: bool = False,
) -> Response:
    token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    settings = request.app.state.portal.settings
    sso = settings.portal_oidc_label if settings.portal_oidc_issuer else None
    values = {
        "name": name,
        "next": where,
        "message": message,
        "token": token,
        "sso": sso,
        "stays": stays,
        "stay_days": settings.portal_stay_days,
    }
    # In a dialog of a page whose session has ended, or as a page.
    template = "shell/signin_form.html" if "hx-request" in request.headers else "shell/signin.html"
    answer = page(request, template, None, status, **values)
    answer.set_cookie(
        FORM_COOKIE,
        token,
        secure=cookies.secure(request),
        httponly=True,
        samesite="strict",
        path="/",
    )
    return answer


@router.get("/sign-in")
async def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the link
    """The sign-in form."""
    return _form(request, where=local_path(next))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    token: Annotated[str, Form(max_length=100)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002
    stay: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Starts a session, or shows why not, without reporting whether name or password was wrong.

    With `stay`, the session lasts for days and outlives the browser, if the portal offers that.
    """
    portal = request.app.state.portal
    stays = stay == "yes" and portal.settings.portal_stay_days > 0
    where, name = local_path(next), name.strip().lower()
    if not hmac.compare_digest(token.encode(), request.cookies.get(FORM_COOKIE, "-").encode()):
        return _form(
            request, name, where, _("This form has expired. Please try again."), 400, stays=stays
        )
    address = request.client.host if request.client else "?"
    try:
        account = await portal.limits.attempt(
            name, address, lambda: portal.accounts.authenticate(name, password)
        )
    except TooManyTries:
        log.warning("too many failed tries to sign in", account=name[:40])
        words = _("Too many failed tries. Please wait a quarter of an hour.")
        return _form(request, name, where, words, 429, stays=stays)
    if account is None:
        return _form(request, name, where, _("Name or password is wrong."), 401, stays=stays)
    return await start_session(request, account.name, account.roles, where, stays=stays)


@router.get("/sign-in/oidc")
async def start_oidc(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Redirects to the sign-in page of the OpenID Connect issuer."""
    try:
        address, state = await _oidc(request).begin(local_path(next))
    except SignInRefused as error:
        return _form(request, where=local_path(next), message=str(error), status=502)
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        STATE_COOKIE,
        state,
        max_age=600,
        secure=cookies.secure(request),
        httponly=True,
        samesite="lax",
        path=CALLBACK,
    )
    return answer


@router.get(CALLBACK)
async def finish_oidc(request: Request, state: str = "", code: str = "") -> Response:
    """Handles the redirect back from the issuer."""
    try:
        found = await _oidc(request).finish(state, request.cookies.get(STATE_COOKIE, ""), code)
    except SignInRefused as error:
        return _form(request, message=str(error), status=401)
    answer = await start_session(request, found.account, found.roles, found.where)
    answer.delete_cookie(STATE_COOKIE, path=CALLBACK)
    return answer


def _oidc(request: Request) -> Oidc:
    oidc: Oidc | None = request.app.state.portal.oidc
    if oidc is None:
        raise HTTPException(404, "Page not found.")
    return oidc


async def start_session(
    request: Request, name: str, roles: tuple[str, ...], where: str, *, stays: bool = False
) -> Response:
    """Starts a session, which replaces the one that the browser had."""
    sessions = request.app.state.portal.sessions
    token = await sessions.start(name, roles, session_token(request), stays=stays)
    log.info("signed in", account=name, stays=stays)
    answer: Response = RedirectResponse(local_path(where), 303)
    if "hx-request" in request.headers:  # the page stays, and needs the new session's token
        person = await sessions.find(token)
        answer = Response(status_code=204, headers={"X-CSRF-Token": person.csrf if person else ""})
    cookies.clear_session(answer)
    cookies.set_session(request, answer, token, sessions.life(stays=True) if stays else None)
    answer.delete_cookie(FORM_COOKIE, path="/")
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, _person: SignedIn) -> Response:
    """Ends the session."""
    if token := session_token(request):
        await request.app.state.portal.sessions.end(token)
    answer = redirect(request, "/sign-in")
    cookies.clear_session(answer)
    return answer
