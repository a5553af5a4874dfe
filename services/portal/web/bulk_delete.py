"""Several of a list deleted at once: asked about first, then said of each what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from services.portal.auth.guard import check
from services.portal.auth.sessions import Person
from services.portal.queries import Queries
from services.portal.web.commands import give, surroundings_of, words_of
from services.portal.web.rendering import page
from shared.contracts.commands import offered

MOST = 100


@dataclass(frozen=True)
class Item:
    """One that could be deleted, as its list calls it."""

    id: str
    name: str
    status: str
    customer: str | None = None


@dataclass(frozen=True)
class Kind:
    """What a list is of.

    name  order or cart, as its command, its forms and the pages call it
    gone  what deleting takes away, for whoever has to confirm it
    look  reads one; None if it isn't there any more
    """

    name: str
    gone: str
    look: Callable[[Queries, str], Awaitable[Item | None]]

    @property
    def action(self) -> str:
        """The command, as the role table calls it."""
        return f"{self.name}.delete"


@dataclass(frozen=True)
class Result:
    """What became of one: deleted, refused or not known yet, and the words for it."""

    id: str
    name: str
    outcome: str | None
    words: list[str]


async def confirm(request: Request, person: Person, kind: Kind, ids: list[str]) -> Response:
    """Which ones would be deleted, one by one, before anything happens.

    Raises `Forbidden` if the person's roles aren't enough.
    """
    check(person, kind.action)
    asked = list(dict.fromkeys(ids))
    now = asked[:MOST]
    found = await asyncio.gather(*(_look(request, kind, each) for each in now))
    values = {
        "items": [item for item in found if item],
        "gone": [each for each, item in zip(now, found, strict=True) if item is None],
        "later": len(asked) - len(now),
    }
    return page(request, "deleting.html", person, kind=kind, results=None, **values)


async def delete(request: Request, person: Person, kind: Kind, ids: list[str]) -> Response:
    """Deletes them, `MOST` at most, each by a command of its own, and tells what became of it.

    Raises `Forbidden` if the person's roles aren't enough.
    """
    check(person, kind.action)
    asked = list(dict.fromkeys(ids))[:MOST]
    results = await asyncio.gather(*(_delete(request, person, kind, each) for each in asked))
    return page(request, "deleting.html", person, kind=kind, results=results)


async def _delete(request: Request, person: Person, kind: Kind, id_: str) -> Result:
    found = await _look(request, kind, id_)
    command = offered()[kind.action].model_validate({f"{kind.name}_id": id_})
    reply = (await give(request, person, command)).reply
    outcome = reply.outcome if reply else None
    words = words_of(request, reply, await surroundings_of(request, command))
    return Result(id_, found.name if found else id_, outcome, words)


async def _look(request: Request, kind: Kind, id_: str) -> Item | None:
    return await kind.look(request.app.state.portal.views, id_)
