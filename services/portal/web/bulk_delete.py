"""Bulk deletion from a list: a confirmation first, then the result for each item."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from services.portal.auth.guard import check
from services.portal.auth.sessions import Person
from services.portal.queries import Queries
from services.portal.web.commands import page_context, reply_texts, submit
from services.portal.web.rendering import page
from shared.contracts.commands import offered

MAX_ITEMS = 100


@dataclass(frozen=True)
class Item:
    """An item that was selected, as its list shows it."""

    id: str
    name: str
    status: str
    customer: str | None = None


@dataclass(frozen=True)
class Kind:
    """The kind of items in a list.

    name     order or cart, as in its command, its forms and its pages
    warning  what deleting removes, for the confirmation
    load     reads one item; returns None if it no longer exists
    """

    name: str
    warning: str
    load: Callable[[Queries, str], Awaitable[Item | None]]

    @property
    def action(self) -> str:
        """The name of the command, as in the table of rights."""
        return f"{self.name}.delete"


@dataclass(frozen=True)
class Result:
    """The result for one item: accepted, rejected, or None while it isn't known, with the texts."""

    id: str
    name: str
    outcome: str | None
    texts: list[str]


async def confirm(request: Request, person: Person, kind: Kind, ids: list[str]) -> Response:
    """Shows the items that would be deleted, before anything happens.

    Raises `Forbidden` if the person's roles aren't enough.
    """
    check(person, kind.action)
    selected = list(dict.fromkeys(ids))
    now = selected[:MAX_ITEMS]
    found = await asyncio.gather(*(_load(request, kind, each) for each in now))
    values = {
        "items": [item for item in found if item],
        "gone": [each for each, item in zip(now, found, strict=True) if item is None],
        "later": len(selected) - len(now),
    }
    return page(request, "deleting.html", person, kind=kind, results=None, **values)


async def delete(request: Request, person: Person, kind: Kind, ids: list[str]) -> Response:
    """Deletes up to `MAX_ITEMS` items with one command each, and shows the result for each.

    Raises `Forbidden` if the person's roles aren't enough.
    """
    check(person, kind.action)
    selected = list(dict.fromkeys(ids))[:MAX_ITEMS]
    results = await asyncio.gather(*(_delete(request, person, kind, each) for each in selected))
    return page(request, "deleting.html", person, kind=kind, results=results)


async def _delete(request: Request, person: Person, kind: Kind, id_: str) -> Result:
    found = await _load(request, kind, id_)
    command = offered()[kind.action].model_validate({f"{kind.name}_id": id_})
    reply = (await submit(request, person, command)).reply
    outcome = reply.outcome if reply else None
    texts = reply_texts(request, reply, await page_context(request, command))
    return Result(id_, found.name if found else id_, outcome, texts)


async def _load(request: Request, kind: Kind, id_: str) -> Item | None:
    return await kind.load(request.app.state.portal.queries, id_)
