"""Pages for dead letters: search, details, redrive and drop."""

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from services.portal.auth.guard import Operator
from services.portal.i18n import N_
from services.portal.operations import Operations
from services.portal.queries.cursor import PAGE
from services.portal.web.frame.rendering import page, redirect
from shared.contracts import TOPICS
from shared.contracts.topics import PROCESSES
from shared.dead_letters.dead_letter import State
from shared.dead_letters.filters import Filter
from shared.runtime.processing.dead_letters import (
    CONTRACT,
    FAILURE,
    NO_REPLY_TOPIC,
    NOT_SENT,
    REJECTED,
)

PATH = "/operations/letters"
CODES = {
    CONTRACT: N_("breaks the contract"),
    FAILURE: N_("a rule failed"),
    NO_REPLY_TOPIC: N_("no topic for the reply"),
    NOT_SENT: N_("an email wasn't sent"),
    REJECTED: N_("refused: its id is in use or deleted"),
}
STATES: dict[str, tuple[State, ...]] = {
    "open": ("open",),
    "redriven": ("redriven",),
    "dropped": ("dropped",),
    "any": (),
}
FIELDS = ("service", "code", "reason", "topic", "order")
MAX_ITEMS = 100
MAX_LENGTH = 200
# Characters of a content that are shown; the command line and the API show all of it.
MAX_SHOWN = 50_000

router = APIRouter(prefix="/operations", include_in_schema=False)


@dataclass(frozen=True)
class DeadLetterSearch:
    """The fields of the filter form, as the page's address holds them."""

    texts: dict[str, str]
    state: str

    @classmethod
    def of(cls, query: QueryParams) -> "DeadLetterSearch":
        """Parses the query of an address."""
        state = query.get("state", "open")
        return cls(
            {name: query.get(name, "").strip()[:MAX_LENGTH] for name in FIELDS},
            state if state in STATES else "open",
        )

    @property
    def filter(self) -> Filter:
        """The filter for the query."""
        return Filter(**self.texts, states=STATES[self.state])

    @property
    def narrow(self) -> bool:
        """Whether any filter is set, or another state than open is chosen."""
        return self.address() != PATH

    def address(self, **more: str) -> str:
        """The address of the page with this search; `more` adds parameters."""
        pairs = {name: text for name, text in self.texts.items() if text}
        pairs |= {"state": self.state} if self.state != "open" else {}
        pairs |= {name: value for name, value in more.items() if value}
        return f"{PATH}?{urlencode(pairs)}" if pairs else PATH


@router.get("")
async def index(request: Request, _: Operator) -> Response:
    """Redirects to the dead letters: the first thing that an operator on call needs."""
    return redirect(request, PATH)


@router.get("/letters")
async def letters(request: Request, person: Operator, after: str = "") -> Response:
    """Dead letters that match, the latest first: the whole page, or the table alone for htmx."""
    search, operations = DeadLetterSearch.of(request.query_params), _operations(request)
    text = search.texts["order"]
    order = (await request.app.state.portal.queries.orders.id_of(text.upper())) if text else None
    # People know an order by its number, dead letters by its id.
    filter_ = search.filter if order is None else replace(search.filter, order=order)
    found = await operations.with_timeout(operations.dead_letters.page(filter_, after, PAGE))
    part = request.headers.get("hx-target") == "found"
    answer = page(
        request,
        "operations/dead_letters_found.html" if part else "operations/dead_letters.html",
        person,
        search=search,
        found=found,
        after=after,
        codes=CODES,
        states=list(STATES),
        services=PROCESSES,
        topics=sorted(topic.name for topic in TOPICS),
    )
    answer.headers["Vary"] = "HX-Request, HX-Target"
    if part:
        answer.headers["HX-Replace-Url"] = search.address(after=after)
    return answer


@router.get("/letters/{letter_id}")
async def letter(request: Request, person: Operator, letter_id: str) -> Response:
    """One dead letter: the reason, its origin and its content."""
    operations = _operations(request)
    found = await operations.with_timeout(operations.dead_letters.details(letter_id))
    if found is None:
        raise HTTPException(404, "Dead letter not found. Its topic may no longer keep it.")
    text = found.content if isinstance(found.content, str) else _indented(found.content)
    values = {"letter": found.letter, "found": found, "codes": CODES}
    values |= {"text": text[:MAX_SHOWN], "more": max(0, len(text) - MAX_SHOWN)}
    return page(request, "operations/dead_letter.html", person, **values)


@router.post("/letters/confirm")
async def confirm(
    request: Request,
    person: Operator,
    what: Annotated[Literal["redrive", "drop"], Form()],
    letter: Annotated[list[str], Form()],
) -> Response:
    """Asks for confirmation: shows what would happen to each of these dead letters."""
    operations, selected = _operations(request), list(dict.fromkeys(letter))
    now, later = selected[:MAX_ITEMS], len(selected) - MAX_ITEMS
    plan, found = await operations.with_timeout(
        operations.dead_letters.preview(now, with_earlier=True)
    )
    gone = [each for each in now if each not in found]
    values: dict[str, Any] = {"what": what, "results": None, "later": later, "gone": gone}
    if what == "redrive":
        going = [each for step in plan.steps for each in step.settles]
        values |= {"going": going, "along": {each.id for each in going} - set(now)}
        values |= {"refused": plan.refused, "already": list(plan.already.values())}
    else:
        values |= {"going": [each for each in found.values() if each.state == "open"], "along": ()}
        values |= {"refused": {}, "already": [e for e in found.values() if e.state != "open"]}
    return page(request, "operations/dead_letters_confirm.html", person, **values)


@router.post("/letters/redrive")
async def redrive(
    request: Request, person: Operator, letter: Annotated[list[str], Form()]
) -> Response:
    """Redrives exactly those dead letters that were confirmed."""
    operations = _operations(request)
    results = await operations.with_timeout(operations.dead_letters.redrive(letter, person.actor))
    return page(
        request, "operations/dead_letters_confirm.html", person, what="redrive", results=results
    )


@router.post("/letters/drop")
async def drop(
    request: Request,
    person: Operator,
    letter: Annotated[list[str], Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Drops dead letters: settles them without publishing anything."""
    operations = _operations(request)
    work = operations.dead_letters.drop(letter, person.actor, note.strip() or None)
    results = await operations.with_timeout(work)
    return page(
        request, "operations/dead_letters_confirm.html", person, what="drop", results=results
    )


def _indented(content: object) -> str:
    return "" if content is None else json.dumps(content, indent=2, ensure_ascii=False)


def _operations(request: Request) -> Operations:
    found: Operations = request.app.state.portal.operations
    return found
