"""Error responses: a page for browsers, problem details for programs."""

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import quote

import structlog
from aiokafka.errors import KafkaError
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from pymongo.errors import PyMongoError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from services.portal import i18n
from services.portal.api.commands import TooLarge
from services.portal.api.problems import problem
from services.portal.auth.guard import Forbidden, NotSignedIn, known_person
from services.portal.bulk.jobs import WrongPhase
from services.portal.command_client import IdempotencyKeyReused
from services.portal.field_errors import field_error_texts, field_errors
from services.portal.operations import TOO_MANY_TEXT
from services.portal.web.frame import error_pages
from services.portal.web.frame.failed_requests import AnswerFailures
from services.portal.web.frame.rendering import page
from shared.contracts import Malformed
from shared.dead_letters.reader import TooMany
from shared.runtime.ports import Unavailable

log = structlog.get_logger()

Handler = Callable[[Request, Exception], Awaitable[Response]]
RETRY = {"Retry-After": "3"}
MAX_LISTED = 10


def error_response(request: Request, status: int, detail: str, **more: object) -> Response:
    """The error as a page, a part of a page for htmx, or problem details under `/api`."""
    headers = RETRY if status == 503 else {}
    if request.url.path.startswith("/api"):
        if status == 401:
            headers = {"WWW-Authenticate": "Bearer"}
        return problem(status, detail, headers, **more)
    name = "frame/error_part.html" if "hx-request" in request.headers else "frame/error.html"
    values = {
        "title": error_pages.title_of(status),
        "detail": i18n._(detail),
        "drawing": error_pages.drawing_of(status),
        "repeats": request.method == "GET" and status >= 500,
    }
    person = getattr(request.state, "person", None)
    answer = page(request, name, person, status, code=status, **values)
    answer.headers.update(headers)
    return answer


async def _not_signed_in(request: Request, _: Exception) -> Response:
    if request.url.path.startswith("/api") or request.url.path == "/live":
        return error_response(request, 401, "Sign in, or send a token.")
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    where = "/sign-in" if request.method != "GET" else f"/sign-in?next={quote(here, safe='')}"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse(where, 303)


async def _forbidden(request: Request, error: Exception) -> Response:
    return error_response(request, 403, str(error))


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError | ValidationError | Malformed):
        raise error
    errors = field_errors(error)
    texts = [f"{field}: {message}" for field, message in errors]
    if not request.url.path.startswith("/api"):
        texts = field_error_texts(error)
    more = [each._asdict() for each in errors]
    return error_response(request, 422, "; ".join(texts[:MAX_LISTED]), errors=more)


async def _reused(request: Request, error: Exception) -> Response:
    return error_response(request, 422, str(error), code="idempotency-key-reused")


async def _wrong_phase(request: Request, error: Exception) -> Response:
    return error_response(request, 409, str(error), code="wrong-phase")


async def _too_large(request: Request, _: Exception) -> Response:
    return error_response(request, 413, error_pages.TOO_LARGE)


async def _too_many(request: Request, error: Exception) -> Response:
    return error_response(request, 409, f"{error}: {TOO_MANY_TEXT}", code="too-many")


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    detail = error.detail
    if error.status_code == 400:
        detail = error_pages.NO_FORM
    elif detail == "Not Found":
        detail = error_pages.NO_PAGE
        request.state.person = await known_person(request)
    answer = error_response(request, error.status_code, detail)
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer


def _methods(request: Request) -> set[str]:
    """The methods of all routes of this address's path; Starlette tells the first one's alone."""
    routes: list[Route] = request.app.state.routes
    path = next((r.path for r in routes if r.path_regex.match(request.url.path)), None)
    return {method for r in routes if r.path == path for method in r.methods or ()}


async def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("engine unavailable", error=repr(error)[:500])
    return error_response(request, 503, error_pages.UNAVAILABLE)


async def _failed(request: Request, error: Exception) -> Response:
    log.error("a request failed", path=request.url.path, exc_info=error)
    return error_response(request, 500, error_pages.FAILED)


HANDLERS: dict[type[Exception], Handler] = {
    NotSignedIn: _not_signed_in,
    Forbidden: _forbidden,
    RequestValidationError: _invalid,
    ValidationError: _invalid,
    Malformed: _invalid,
    IdempotencyKeyReused: _reused,
    WrongPhase: _wrong_phase,
    TooLarge: _too_large,
    TooMany: _too_many,
    HTTPException: _http,
    PyMongoError: _unavailable,
    KafkaError: _unavailable,
    Unavailable: _unavailable,
    ConnectionError: _unavailable,
}


def handle_errors(app: FastAPI, routers: Iterable[APIRouter] = ()) -> None:
    """Registers these error handlers with the app, which has these routers."""
    routes = [route for router in routers for route in router.routes]
    app.state.routes = [route for route in routes if isinstance(route, Route)]
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(AnswerFailures, answer=_failed)
