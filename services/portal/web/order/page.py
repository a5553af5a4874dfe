"""Pages for one order: details, notes, timeline, and a dialog for each action."""

import asyncio
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn
from services.portal.auth.rights import may, may_release
from services.portal.i18n import N_, _
from services.portal.queries.filters import OrderFilter
from services.portal.queries.models.details import Note, OrderDetails, Tombstone
from services.portal.queries.models.orders import OrderRow
from services.portal.web.forms.addresses import address_book
from services.portal.web.forms.values import shown
from services.portal.web.frame import permissions
from services.portal.web.frame.rendering import page, today, zone_of
from services.portal.web.order.ledger import ledger_of
from services.portal.web.order.next_step import next_step
from services.portal.web.order.timeline import ENTRIES, KINDS, part_of
from shared.contracts.checkout import MAX_LINES
from shared.contracts.commands import offered
from shared.site.hold_texts import roles_to_lift

TABS = {"details": N_("Form Details"), "notes": N_("Notes"), "timeline": N_("Timeline")}
DIALOGS = {
    "hold": N_("Hold"),
    "cancel": N_("Cancel Order"),
    "delete": N_("Delete Order"),
    "reorder": N_("Reorder"),
    "payment": N_("Add Payment"),
    "capture": N_("Capture"),
    "void": N_("Void"),
    "refund": N_("Refund"),
    "edit-shipment": N_("Edit shipment"),
    "release": N_("Release shipment"),
    "complete": N_("Complete shipment"),
    "refund-shipping": N_("Refund shipping"),
    "correct-tracking": N_("Correct tracking"),
    "cancel-shipment": N_("Cancel shipment"),
    "add-line": N_("Add line items"),
    "change-line": N_("Change line"),
    "remove-line": N_("Remove line"),
    "move-line": N_("Move line"),
    "split-line": N_("Move to a new shipment"),
    "discount": N_("Discount"),
}

# Lines of a shipment that are shown at first; the rest is a click away.
LINES = 50
# The same of notes, and of the notes beside the timeline.
NOTES, NOTES_BESIDE = 50, 10
# Of the customer's other orders.
OTHERS = 5
# What an order's page shows of the lines of all its shipments, if each has many.
LINES_OF_ALL = 200
STEPS = {
    "AwaitingInventory": N_("Awaiting inventory"),
    "InventoryAssigned": N_("Inventory assigned"),
    "Released": N_("Released"),
    "Packing": N_("Packing"),
    "Shipped": N_("Shipped"),
}
MONEY = ("payment", "capture", "refund", "void")

router = APIRouter(prefix="/orders/{order_id}", include_in_schema=False)


@router.get("")
async def order(
    request: Request,
    person: SignedIn,
    order_id: str,
    tab: str = "details",
    lines: str = "",
    entries: str = "",
    notes: str = "",
    show: str = "all",
) -> Response:
    """Order Details. `order_id` may be a number as well.

    `lines` of a shipment and `entries` of the timeline are how many to show at least, or `all`;
    `notes=all` shows every one. `show` is a kind of timeline entries.
    """
    queries = request.app.state.portal.queries
    tab = tab if tab in TABS else "details"
    found = await queries.orders.get(order_id)
    if found is None and (by_number := await queries.orders.id_of(order_id.upper())):
        return RedirectResponse(f"/orders/{by_number}", 303)
    if isinstance(found, Tombstone):
        return page(request, "order/tombstone.html", person, 410, stone=found)
    if found is None:
        cart = await queries.carts.get(order_id)
        if cart is None or cart.status != "CheckedOut":
            raise HTTPException(404, "Order not found.")
        return page(request, "forms/placing.html", person)
    queue = await queries.stock.queue_positions(found)
    timeline, can, others = await asyncio.gather(
        _no_entries() if tab != "timeline" else queries.timeline.of(order_id),
        permissions.for_order(request, person, found, queue),
        _others(request, found),
    )
    values = {"order": found, "can": can, "tab": tab, "tabs": TABS, "queue": queue}
    each = max(5, min(LINES, LINES_OF_ALL // max(len(found.shipments), 1)))
    most = _most(lines, each)
    values |= {"LINES": most or 0, "whole": most is None, "others": others, "KINDS": KINDS}
    values["STEPS"] = STEPS
    values |= {"notes": _notes(found, tab, notes == "all"), "ledger": ledger_of(found)}
    values["next"] = next_step(found, queue, can.possible)
    values |= {"may_hold": may(person.roles, "order.hold"), "today": today(request)}
    site = request.app.state.portal.site
    values["liftable"] = {
        hold.hold_id
        for hold in found.holds
        if may(person.roles, "order.release-hold")
        and may_release(person.roles, hold.hold_type, site)
    }
    values["lifters"] = {hold.hold_id: roles_to_lift(hold.hold_type, site) for hold in found.holds}
    most = _most(entries, ENTRIES)
    values["part_of_timeline"] = part_of(timeline, show, zone_of(request), 0, most)
    return page(request, "order/page.html", person, **values, new_id=permissions.new_id)


@router.get("/entries")
async def more_entries(
    request: Request,
    person: SignedIn,
    order_id: str,
    show: str = "all",
    begin: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """More entries of the timeline, as items of its list."""
    timeline = await request.app.state.portal.queries.timeline.of(order_id)
    if not timeline:
        raise HTTPException(404, "Order not found.")
    part = part_of(timeline, show, zone_of(request), begin)
    values = {"order_id": order_id, "part_of_timeline": part}
    answer = page(request, "order/entries.html", person, **values)
    return _at(answer, order_id, tab="timeline", show=part.kind, entries=part.end)


@router.get("/lines")
async def more_lines(
    request: Request,
    person: SignedIn,
    order_id: str,
    shipment: str,
    begin: Annotated[int, Query(ge=0, le=MAX_LINES)] = 0,
) -> Response:
    """More lines of a shipment, as rows of its table: an order may have thousands."""
    found = await request.app.state.portal.queries.orders.get(order_id)
    whole = found.shipments if isinstance(found, OrderDetails) else []
    wanted = _find(whole, "shipment_id", shipment)
    if wanted is None:
        raise HTTPException(404, "Shipment not found.")
    can = await permissions.for_order(request, person, found, {})
    values = {"order": found, "shipment": wanted, "sid": shipment, "can": can, "begin": begin}
    values |= {"base": f"/orders/{order_id}/dialog", "LINES": LINES, "whole": False}
    return _at(page(request, "order/lines.html", person, **values), order_id, lines=begin + LINES)


@router.get("/as-of")
async def as_of(request: Request, person: SignedIn, order_id: str, entry: str) -> Response:
    """The order as it was right after an entry of its timeline."""
    found = await request.app.state.portal.queries.timeline.order_as_of(order_id, entry)
    if not isinstance(found, OrderDetails):
        raise HTTPException(404, "The order didn't exist at that time.")
    return page(request, "order/as_of.html", person, order=found, entry=entry)


@router.get("/dialog/{name}")
async def dialog(request: Request, person: SignedIn, order_id: str, name: str) -> Response:
    """The dialog for one action. The query parameters name the shipment, line or payment;
    `address` is the id of an address in the customer's address book, or `new`."""
    found = await request.app.state.portal.queries.orders.get(order_id)
    if name not in DIALOGS or not isinstance(found, OrderDetails):
        raise HTTPException(404, "Page not found.")
    params = request.query_params
    shipment = _find(found.shipments, "shipment_id", params.get("shipment"))
    line = _find(shipment.lines, "line_id", params.get("line")) if shipment else None
    payment = _find(found.payments, "payment_id", params.get("payment"))
    market = request.app.state.portal.site.markets.get(found.market)
    book = await address_book(request, found.customer, params.get("address"))
    can = None
    if name in MONEY:
        can = await permissions.for_payments(request, person, order_id)
    elif name == "refund-shipping":
        can = await permissions.for_order(request, person, found, {})
    return page(
        request,
        "order/dialog_order.html",
        person,
        name=name,
        title=_(DIALOGS[name]),
        order=found,
        shows=shown(found, shipment_id=params.get("shipment"), line_id=params.get("line")),
        shipment=shipment,
        line=line,
        payment=payment,
        can=can,
        market=market,
        book=book,
        ledger=ledger_of(found),
        offered=offered(),
        new_id=permissions.new_id,
    )


def _find(items: list[Any], field: str, value: str | None) -> Any:
    return next((each for each in items if getattr(each, field) == value), None)


async def _others(request: Request, found: OrderDetails) -> list[OrderRow]:
    """The customer's newest other orders, and one more if there are more than are shown."""
    customer = found.customer
    if customer is None or not (customer.customer_id or customer.email):
        return []
    wanted = (
        OrderFilter(customer_id=customer.customer_id)
        if customer.customer_id
        else OrderFilter(email=customer.email or "")
    )
    orders = request.app.state.portal.queries.orders
    rows = (await orders.search(wanted, None, OTHERS + 2)).orders
    return [row for row in rows if row.order_id != found.order_id][: OTHERS + 1]


def _notes(found: OrderDetails, tab: str, whole: bool) -> list[Note]:
    """The notes that a tab shows, newest first: beside the timeline only those of people."""
    newest = found.notes[::-1]
    if tab == "notes":
        return newest if whole else newest[:NOTES]
    return [note for note in newest if note.kind == "staff"][:NOTES_BESIDE]


def _most(asked: str, usual: int) -> int | None:
    """How many of a list the page shows; None: all."""
    if asked == "all":
        return None
    return max(usual, int(asked)) if asked.isdecimal() and len(asked) < 7 else usual


def _at(answer: Response, order_id: str, **shown: object) -> Response:
    """The answer, and the address that shows as much: what reads the page again reads it all."""
    answer.headers["HX-Replace-Url"] = f"/orders/{quote(order_id, safe='')}?{urlencode(shown)}"
    return answer


async def _no_entries() -> list[Any]:
    return []
