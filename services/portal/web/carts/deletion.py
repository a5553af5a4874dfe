"""Deletion of several carts: a confirmation first, then the result for each.

Orders are deleted by bulk jobs (`services.portal.bulk`).
"""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn, check
from services.portal.auth.sessions import Person
from services.portal.queries.models.carts import CartDetails
from services.portal.web.forms.commands import page_context, reply_texts, submit
from services.portal.web.frame.rendering import page
from shared.contracts.carts import Delete

MAX_ITEMS = 100
ACTION = "cart.delete"

router = APIRouter(prefix="/carts/delete", include_in_schema=False)

CartIds = Annotated[list[str], Form()]


@dataclass(frozen=True)
class Result:
    """The result for one cart: accepted, rejected, or None while it isn't known, with the texts."""

    cart_id: str
    outcome: str | None
    texts: list[str]


@router.post("/confirm")
async def confirm(request: Request, person: SignedIn, cart: CartIds) -> Response:
    """Shows the carts that would be deleted, before anything happens."""
    check(person, ACTION)
    selected = list(dict.fromkeys(cart))
    now = selected[:MAX_ITEMS]
    queries = request.app.state.portal.queries
    found: list[CartDetails | None] = await asyncio.gather(*(queries.carts.get(c) for c in now))
    values = {
        "carts": [(id_, each) for id_, each in zip(now, found, strict=True) if each],
        "gone": [id_ for id_, each in zip(now, found, strict=True) if each is None],
        "later": len(selected) - len(now),
    }
    return page(request, "carts/carts_delete.html", person, results=None, **values)


@router.post("")
async def delete(request: Request, person: SignedIn, cart: CartIds) -> Response:
    """Deletes up to `MAX_ITEMS` carts with one command each, and shows the result for each."""
    check(person, ACTION)
    selected = list(dict.fromkeys(cart))[:MAX_ITEMS]
    results = await asyncio.gather(*(_delete(request, person, each) for each in selected))
    return page(request, "carts/carts_delete.html", person, results=results)


async def _delete(request: Request, person: Person, cart_id: str) -> Result:
    command = Delete(cart_id=cart_id)
    reply = (await submit(request, person, command)).reply
    outcome = reply.outcome if reply else None
    texts = reply_texts(request, reply, await page_context(request, command))
    return Result(cart_id, outcome, texts)
