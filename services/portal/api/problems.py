"""Errors for programs: RFC 9457 problem details."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from shared.contracts.replies import Blocker


class FieldError(BaseModel):
    """A field that violates the contract."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request had no effect."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:waybill:problem:rejected"])
    title: str
    status: int
    detail: str
    code: str | None = None
    errors: list[FieldError] | None = None
    blockers: list[Blocker] | None = None


TITLES = {
    400: ("unreadable", "The request can't be read"),
    401: ("not-signed-in", "You are not signed in"),
    403: ("forbidden", "You don't have permission to do this"),
    404: ("unknown", "Not found"),
    405: ("method", "Method not allowed"),
    409: ("rejected", "This can't be done now"),
    412: ("moved-on", "Changed since you loaded it"),
    413: ("too-large", "The request is too large"),
    422: ("malformed", "A field is wrong"),
    429: ("too-often", "Too many attempts"),
    500: ("failed", "Internal error"),
    503: ("unavailable", "Temporarily unavailable"),
}


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The response with these problem details."""
    kind, title = TITLES.get(status, ("other", "Something went wrong"))
    content = {
        "type": f"urn:waybill:problem:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        **{name: value for name, value in more.items() if value is not None},
    }
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route, for OpenAPI."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {
            "description": TITLES[status][1],
            "content": {"application/problem+json": schema},
        }
        for status in statuses
    }
