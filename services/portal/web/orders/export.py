"""The order list as a file for spreadsheets: what is filtered, or what is chosen."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response, StreamingResponse

from services.portal.auth.guard import SignedIn
from services.portal.i18n import _
from services.portal.queries import OrderFilter
from services.portal.queries.cursor import LONGEST_PAGE
from services.portal.queries.models.orders import MatchedPage, OrderPage, OrderRow
from services.portal.queries.order_search import search_text
from services.portal.queries.orders import Orders
from services.portal.queries.sorting import Sorting
from services.portal.web.frame.rendering import zone_of
from services.portal.web.orders.columns import COLUMNS, COOKIE, Columns, Value, columns_of, exported
from services.portal.web.orders.filters import OrderSearch
from shared.contracts import Malformed

MAX_CHOSEN = 1000
BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets don't read a file as UTF-8
# What makes spreadsheets take a text for a formula, or may once they have removed blanks.
FORMULA = ("=", "+", "-", "@")
BREAKS = ("\t", "\r", "\n")

Rows = Sequence[OrderRow]

router = APIRouter(include_in_schema=False)


@router.get("/orders.csv")
async def export(request: Request, _person: SignedIn, every: str = "") -> Response:
    """All orders of a search, however many, with the columns that are shown, or all columns.

    Raises `Malformed` before anything is sent.
    """
    search = OrderSearch.of(request.query_params)
    zone = zone_of(request)
    order_filter, sorting = search.filter(zone), search.sorting
    found = _orders(request.app.state.portal.queries.orders, search.q, order_filter, sorting)
    return _file(found, _columns(request, search, every), zone)


@router.post("/orders.csv")
async def export_chosen(
    request: Request, _person: SignedIn, order: Annotated[list[str], Form()]
) -> Response:
    """The orders that are chosen. Raises `Malformed` for more than `MAX_CHOSEN`."""
    chosen = list(dict.fromkeys(order))
    if len(chosen) > MAX_CHOSEN:
        raise Malformed(
            "order", f"has more than {MAX_CHOSEN} choices; choose fewer, such as one page at a time"
        )
    found = await request.app.state.portal.queries.orders.rows(chosen)
    rows = sorted(found.values(), key=lambda row: (row.created, row.number), reverse=True)

    async def pages() -> AsyncIterator[Rows]:
        yield rows

    search = OrderSearch.of(request.query_params)
    return _file(pages(), _columns(request, search, ""), zone_of(request))


def _columns(request: Request, search: OrderSearch, every: str) -> Columns:
    shown = columns_of(search.columns or request.cookies.get(COOKIE, ""))
    return COLUMNS if every == "yes" else exported(shown)


async def _orders(
    orders: Orders, text: str, order_filter: OrderFilter, sorting: Sorting
) -> AsyncIterator[Rows]:
    """The orders, a page at a time: memory doesn't grow with their number."""
    cursor: str | None = None
    while True:
        page: OrderPage | MatchedPage
        if text:
            page = await search_text(orders, text, order_filter, cursor, LONGEST_PAGE, sorting)
        else:
            page = await orders.search(order_filter, cursor, LONGEST_PAGE, sorting)
        yield page.orders
        cursor = page.after
        if cursor is None:
            return


def _file(
    pages: AsyncIterator[Rows],
    columns: Columns,
    zone: ZoneInfo,
) -> Response:
    day = datetime.now(UTC).astimezone(zone).date()
    # Translated here: what streams runs after the request's language is gone.
    heads = [_(each.label) for each in columns]
    headers = {"Content-Disposition": f'attachment; filename="orders-{day}.csv"'}

    async def lines() -> AsyncIterator[str]:
        yield BYTE_ORDER_MARK + _lines([heads])
        async for rows in pages:
            if rows:
                yield _lines(cells(row, columns, zone) for row in rows)

    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def cells(row: OrderRow, columns: Columns, zone: ZoneInfo) -> list[str]:
    """The cells of an order: texts that are no formulas, plain numbers, times with their zone."""
    return [
        _number(each.value(row)) if each.is_number else text_of(each.value(row), zone)
        for each in columns
    ]


def text_of(value: Value, zone: ZoneInfo) -> str:
    """A text as a cell holds it; an apostrophe keeps spreadsheets from calculating it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    text = str(value)
    is_formula = text.lstrip().startswith(FORMULA) or text.startswith(BREAKS)
    return f"'{text}" if is_formula else text


def _number(value: Value) -> str:
    return "" if value is None else str(value)


def _lines(rows: Iterable[list[str]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
