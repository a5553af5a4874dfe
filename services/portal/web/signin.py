"""Signing in and out."""

import hmac
import secrets
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from services.portal.auth import cookies
from services.portal.auth.guard import Signed, session_token
from services.portal.web.rendering import go, page

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

TRY = "trying"  # proves that the form which comes back is one that this browser was given


def inside(where: str | None) -> str:
    """`where` if it is a page of ours, else the first page: a link from elsewhere leads nowhere."""
    if where and where.startswith("/") and not where.startswith("//"):
        return where if where.isprintable() and "\\" not in where else "/"
    return "/"


def _form(
    request: Request, name: str = "", where: str = "/", said: str = "", status: int = 200
) -> Response:
    token = request.cookies.get(TRY) or secrets.token_urlsafe(32)
    values = {"name": name, "next": where, "said": said, "token": token}
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
    if not await portal.limits.allow(name, address):
        log.warning("too many tries to sign in", account=name[:40])
        words = "Too many tries. Please wait a quarter of an hour."
        return _form(request, name, where, words, 429)
    account = await portal.accounts.authenticate(name, password)
    if account is None:
        return _form(request, name, where, "Name or password is wrong.", 401)
    await portal.limits.forgive(name, address)
    return await let_in(request, account.name, account.roles, where)


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
