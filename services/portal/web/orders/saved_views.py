"""Tabs above the order list: views that are built in, a person's own, and shared ones."""

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import Forbidden, SignedIn, check
from services.portal.auth.rights import SHARE_VIEWS, may
from services.portal.auth.sessions import Person
from services.portal.i18n import N_, _
from services.portal.queries import OrderFilter, Queries
from services.portal.queries.models.orders import Count
from services.portal.saved_views import LONGEST_NAME, SavedView
from services.portal.web.frame.rendering import page, redirect, zone_of
from services.portal.web.orders.filters import OrderSearch
from shared.contracts import Malformed
from shared.runtime.ports import Unavailable

COUNT_SECONDS = 10.0  # how long the count of a view is reused
MAX_COUNTS = 1000
GONE = N_("This view was deleted. Reload the page.")


@dataclass(frozen=True)
class Tab:
    """A view as a tab: its text, its query, and the view if it is a saved one."""

    label: str
    query: str
    view: SavedView | None = None

    @property
    def address(self) -> str:
        """The address of the list with this view."""
        return OrderSearch.of_text(self.query).address()


# The views that everybody has.
TABS = (
    Tab(N_("All"), ""),
    Tab(N_("Needs attention"), "status=OnHold"),
    Tab(N_("Awaiting inventory"), "waiting=yes"),
    Tab(N_("Unpaid"), "needs=owed"),
    Tab(N_("Today"), "created=today"),
)

router = APIRouter(include_in_schema=False)
_counts: dict[tuple[int, OrderFilter], tuple[float, Count]] = {}


@router.get("/views")
async def views(request: Request, person: SignedIn) -> Response:
    """The tabs with their counts; the list loads them when it is shown."""
    portal = request.app.state.portal
    own = [Tab(each.name, each.query, each) for each in await portal.views.of(person.account)]
    tabs = [*TABS, *own]
    counts = await asyncio.gather(
        *(_count(portal.queries, each.query, zone_of(request)) for each in tabs[1:])
    )
    return page(request, "order/tabs.html", person, tabs=tabs, counts=[None, *counts])


async def _count(queries: Queries, query: str, zone: ZoneInfo) -> Count | None:
    """How many orders a view has; None if it searches by a text, or can't be counted now."""
    search = OrderSearch.of_text(query)
    if search.q:
        return None
    try:
        order_filter = search.filter(zone)
        key, now = (id(queries), order_filter), monotonic()
        since, known = _counts.get(key, (0.0, None))
        if known is None or now - since > COUNT_SECONDS:
            if len(_counts) >= MAX_COUNTS:
                _counts.clear()
            known = await queries.orders.count(order_filter)
            _counts[key] = now, known
        return known
    except (Malformed, Unavailable):
        return None


@router.get("/views/dialog")
async def dialog(
    request: Request, person: SignedIn, view_id: str = "", search: str = "", based_on: str = ""
) -> Response:
    """The form to save what the list shows as a view, or to change one.

    `based_on` is the view that was opened last: it can be updated instead.
    """
    view = await _own(request, person, view_id) if view_id else None
    shown = OrderSearch.of_text(search).query
    base = await _may_change(request, person, based_on) if based_on and not view else None
    return page(
        request,
        "orders/dialog_view.html",
        person,
        view=view,
        base=base if base and base.query != shown else None,
        query=shown,
        LONGEST_NAME=LONGEST_NAME,
        can_share=may(person.roles, SHARE_VIEWS),
    )


@router.post("/views")
async def save(
    request: Request,
    person: SignedIn,
    name: Annotated[str, Form()],
    view_id: Annotated[str, Form()] = "",
    search: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
    update: Annotated[str, Form()] = "",
) -> Response:
    """Saves a view, or changes the name of one and whether it is shared.

    With `update`, a view that is changed shows from now on what the list shows.
    """
    view = await _own(request, person, view_id) if view_id else None
    is_shared = shared == "yes"
    if is_shared != bool(view and view.shared):
        check(person, SHARE_VIEWS)
    saved_views = request.app.state.portal.views
    query = OrderSearch.of_text(search).query
    if view is None:
        saved = await saved_views.add(person.account, name, query, shared=is_shared)
    else:
        replaced = query if update == "yes" else None
        saved = await saved_views.change(view, name, shared=is_shared, query=replaced)
        if saved is None:
            raise HTTPException(404, _(GONE))
    return redirect(request, Tab(saved.name, saved.query).address, _("View saved."))


@router.post("/views/update")
async def update(
    request: Request,
    person: SignedIn,
    view_id: Annotated[str, Form()],
    search: Annotated[str, Form()] = "",
) -> Response:
    """Makes a view show what the list shows; its name and who sees it stay."""
    view = await _own(request, person, view_id)
    query = OrderSearch.of_text(search).query
    saved_views = request.app.state.portal.views
    saved = await saved_views.change(view, view.name, shared=view.shared, query=query)
    if saved is None:
        raise HTTPException(404, _(GONE))
    return redirect(request, Tab(saved.name, saved.query).address, _("View updated."))


@router.post("/views/duplicate")
async def duplicate(
    request: Request, person: SignedIn, view_id: Annotated[str, Form()]
) -> Response:
    """Saves a view once more for the person, under a name of its own; also one that is shared."""
    saved_views = request.app.state.portal.views
    view = await saved_views.get(view_id, person.account)
    if view is None:
        raise HTTPException(404, _(GONE))
    name = _("%(name)s (copy)") % {"name": view.name}
    copy = await saved_views.duplicate(view, person.account, name)
    said = _("Duplicated as “%(name)s”.") % {"name": copy.name}
    return redirect(request, Tab(copy.name, copy.query).address, said)


@router.post("/views/delete")
async def delete(request: Request, person: SignedIn, view_id: Annotated[str, Form()]) -> Response:
    """Deletes a view; the orders in it stay."""
    view = await _own(request, person, view_id)
    await request.app.state.portal.views.delete(view)
    return redirect(request, "/orders", _("View deleted."))


async def _own(request: Request, person: Person, view_id: str) -> SavedView:
    """The view, if the person may change it: their own, or a shared one if they may share views.

    Raises `Forbidden` or 404.
    """
    found: SavedView | None = await request.app.state.portal.views.get(view_id, person.account)
    if found is None:
        raise HTTPException(404, _(GONE))
    if not _changes(person, found):
        raise Forbidden(_("This view belongs to somebody else. Save one of your own."))
    return found


async def _may_change(request: Request, person: Person, view_id: str) -> SavedView | None:
    """The view, or None if it is gone or the person may not change it."""
    found: SavedView | None = await request.app.state.portal.views.get(view_id, person.account)
    return found if found and _changes(person, found) else None


def _changes(person: Person, view: SavedView) -> bool:
    return view.owner == person.account or may(person.roles, SHARE_VIEWS)
