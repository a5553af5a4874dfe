"""Dead letters: found, looked into, sent again or dropped, each with what became of it."""

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from services.portal.auth.guard import Operator
from services.portal.operations import Operations
from services.portal.queries.cursor import PAGE
from services.portal.web.rendering import go, page
from shared.contracts import TOPICS
from shared.contracts.topics import PROCESSES
from shared.dead_letters.dead_letter import State
from shared.dead_letters.filters import Filter
from shared.runtime.processing.dead_letters import CONTRACT, FAILURE, NO_REPLY_TOPIC, REJECTED

WHERE = "/operations/letters"
CODES = {
    CONTRACT: "breaks the contract",
    FAILURE: "a rule failed",
    NO_REPLY_TOPIC: "no topic for the reply",
    REJECTED: "refused: its id is in use or deleted",
}
STATES: dict[str, tuple[State, ...]] = {
    "open": ("open",),
    "redriven": ("redriven",),
    "dropped": ("dropped",),
    "any": (),
}
NAMES = ("service", "code", "reason", "topic", "order")
MOST = 100
LONGEST = 200
# So much of a content is shown; who needs more has the command and the API.
SHOWN = 50_000

router = APIRouter(prefix="/operations", include_in_schema=False)


@dataclass(frozen=True)
class Asked:
    """What is in the fields of the filter form, as the page's address says it."""

    texts: dict[str, str]
    state: str

    @classmethod
    def of(cls, query: QueryParams) -> "Asked":
        """As it stands in an address."""
        state = query.get("state", "open")
        return cls(
            {name: query.get(name, "").strip()[:LONGEST] for name in NAMES},
            state if state in STATES else "open",
        )

    @property
    def sought(self) -> Filter:
        """The letters that are meant."""
        return Filter(**self.texts, states=STATES[self.state])

    def address(self, **more: str) -> str:
        """The page's address: this and nothing else is looked for."""
        pairs = {name: text for name, text in self.texts.items() if text}
        pairs |= {"state": self.state} if self.state != "open" else {}
        pairs |= {name: value for name, value in more.items() if value}
        return f"{WHERE}?{urlencode(pairs)}" if pairs else WHERE


@router.get("")
async def operations(request: Request, _: Operator) -> Response:
    """Whoever is woken at night begins with the letters."""
    return go(request, WHERE)


@router.get("/letters")
async def letters(request: Request, person: Operator, after: str = "") -> Response:
    """The letters that fit, the latest first; or the table alone for somebody who is typing."""
    asked, operating = Asked.of(request.query_params), _operating(request)
    named = asked.texts["order"]
    order = (await request.app.state.portal.views.orders.id_of(named.upper())) if named else None
    # People know an order by its number.
    sought = asked.sought if order is None else replace(asked.sought, order=order)
    found = await operating.in_time(operating.letters.page(sought, after, PAGE))
    part = request.headers.get("hx-target") == "found"
    answer = page(
        request,
        "letters_found.html" if part else "letters.html",
        person,
        asked=asked,
        found=found,
        after=after,
        codes=CODES,
        states=list(STATES),
        services=PROCESSES,
        topics=sorted(topic.name for topic in TOPICS),
    )
    answer.headers["Vary"] = "HX-Request, HX-Target"
    if part:
        answer.headers["HX-Replace-Url"] = asked.address(after=after)
    return answer


@router.get("/letters/{letter_id}")
async def letter(request: Request, person: Operator, letter_id: str) -> Response:
    """One letter: why it died, where it came from, what is in it."""
    operating = _operating(request)
    found = await operating.in_time(operating.letters.details(letter_id))
    if found is None:
        raise HTTPException(404, "There is no such dead letter, or its topic has forgotten it.")
    text = found.content if isinstance(found.content, str) else _indented(found.content)
    values = {"letter": found.letter, "found": found, "codes": CODES}
    values |= {"text": text[:SHOWN], "more": max(0, len(text) - SHOWN)}
    return page(request, "letter.html", person, **values)


@router.post("/letters/confirm")
async def confirm(
    request: Request,
    person: Operator,
    what: Annotated[Literal["redrive", "drop"], Form()],
    letter: Annotated[list[str], Form()],
) -> Response:
    """What would happen to each of these letters, before anything does."""
    operating, chosen = _operating(request), list(dict.fromkeys(letter))
    now, later = chosen[:MOST], len(chosen) - MOST
    made, there = await operating.in_time(operating.letters.preview(now, with_earlier=True))
    gone = [each for each in now if each not in there]
    values: dict[str, Any] = {"what": what, "results": None, "later": later, "gone": gone}
    if what == "redrive":
        going = [each for step in made.steps for each in step.settles]
        values |= {"going": going, "along": {each.id for each in going} - set(now)}
        values |= {"refused": made.refused, "already": list(made.already.values())}
    else:
        values |= {"going": [each for each in there.values() if each.state == "open"], "along": ()}
        values |= {"refused": {}, "already": [e for e in there.values() if e.state != "open"]}
    return page(request, "letters_deciding.html", person, **values)


@router.post("/letters/redrive")
async def redrive(
    request: Request, person: Operator, letter: Annotated[list[str], Form()]
) -> Response:
    """Sends exactly those again that somebody has confirmed."""
    operating = _operating(request)
    fates = await operating.in_time(operating.letters.redrive(letter, person.actor))
    return page(request, "letters_deciding.html", person, what="redrive", results=fates)


@router.post("/letters/drop")
async def drop(
    request: Request,
    person: Operator,
    letter: Annotated[list[str], Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Settles them without sending anything."""
    operating = _operating(request)
    work = operating.letters.drop(letter, person.actor, note.strip() or None)
    fates = await operating.in_time(work)
    return page(request, "letters_deciding.html", person, what="drop", results=fates)


def _indented(content: object) -> str:
    return "" if content is None else json.dumps(content, indent=2, ensure_ascii=False)


def _operating(request: Request) -> Operations:
    found: Operations = request.app.state.portal.operating
    return found
