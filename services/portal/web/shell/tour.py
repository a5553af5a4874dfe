"""The tour: five hints on the home page, until a person puts them away."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn
from services.portal.web.frame.rendering import redirect

router = APIRouter(include_in_schema=False)


@router.post("/tour")
async def tour(
    request: Request, person: SignedIn, shown: Annotated[Literal["yes", "no"], Form()]
) -> Response:
    """Shows the hints again, or puts them away for this account, on every machine."""
    await request.app.state.portal.tours.show(person.account, shown=shown == "yes")
    return redirect(request, "/")
