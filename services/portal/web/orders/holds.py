"""The page of holds: by type and age, those whose review date has passed first."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn
from services.portal.web.frame.rendering import page, today

router = APIRouter(include_in_schema=False)


@router.get("/holds")
async def holds(
    request: Request,
    person: SignedIn,
    hold_type: Annotated[str | None, Query(alias="type", max_length=64)] = None,
) -> Response:
    """The holds of all types, or of one; `type=` is those without a type."""
    found = await request.app.state.portal.queries.holds.page(today(request), hold_type)
    return page(request, "orders/holds.html", person, found=found, chosen=hold_type)
