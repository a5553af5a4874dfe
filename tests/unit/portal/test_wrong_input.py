"""Every form and every parameter of the portal, with every kind of wrong value.

Routes, dialogs and fields are collected from the portal itself, so that a new one is tried as well.
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from copy import copy
from typing import Any, NamedTuple, get_args
from unittest.mock import AsyncMock
from urllib.parse import quote

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.portal.app import ROUTERS
from services.portal.bulk.jobs import StepName
from services.portal.command_client import Submission
from services.portal.field_errors import label
from services.portal.projections.carts import CARTS
from services.portal.projections.customers import CUSTOMERS
from services.portal.projections.orders import ORDERS
from services.portal.queries.dashboard import Dashboard
from services.portal.saved_views import SavedView, name_of
from services.portal.web.carts.carts import DIALOGS as CART_DIALOGS
from services.portal.web.customers.customers import DIALOGS as CUSTOMER_DIALOGS
from services.portal.web.forms.conflicts import OPENED
from services.portal.web.order.page import DIALOGS as ORDER_DIALOGS
from services.portal.web.returns.dialogs import DIALOGS as RETURN_DIALOGS
from shared.contracts import Message, customers, shipments
from shared.contracts.replies import Reply
from shared.runtime.ports import Unavailable
from tests.forms import action_of, fields_of, labels_of
from tests.unit.cart.cart.builders import CART, a_cart, add_line, set_shipment
from tests.unit.portal.builders import (
    MERCY,
    PIKE,
    Stream,
    a_return,
    about,
    opened,
    placed,
    recorded,
    shipment,
    shipped,
)
from tests.unit.portal.bulk_memory import MemoryBulkStore
from tests.unit.portal.bulk_runs import new_job, numbered
from tests.unit.portal.fake_database import FakeDatabase, portal_over
from tests.unit.portal.operations.fakes import FIRST, FakePortal
from tests.unit.portal.test_forms import FILLED
from tests.unit.portal.test_shipment_labels import projected
from tests.unit.test_border import assert_plain

WRONG = [
    "", " ", "\x00", "a\u202eb\n", "no such value", "x" * 5000, "9" * 5000, "-1", "5.²", "1e999",
    "2026-02-30", "9999-12-31", "/\u4e2d",
]  # fmt: skip
ANSWERS = {200, 204, 303, 400, 401, 403, 404, 409, 410, 422, 503}
CUSTOMER = str(MERCY.customer_id)
VIEW = SavedView("v-1", "anna", "On hold", "status=OnHold", shared=False)
# A value that is right for each parameter without which a route isn't reached.
RIGHT = {
    "about": "nothing", "cart": CART, "cart_id": CART, "command_id": "m-1", "order": "c-1",
    "customer_id": CUSTOMER, "entry": "order/c-1@1", "letter": FIRST.id, "letter_id": FIRST.id,
    "market": "US", "number": "PO1000001", "order_id": "c-1", "search": "mercy", "shipment": "1",
    "shipment_id": "1", "sku": "SKU-1", "view_id": VIEW.id, "warehouse": "seattle",
    "return_id": "ret-1", "what": "redrive", "action": "hold", "job_id": "job-1", "step": "stop",
    "url": "https://shop.example/waybill", "types": "waybill.order.*",
}  # fmt: skip
NAMES = {
    "/do": "order.hold",
    "/try": "order.hold",
    "/views": "On hold",
    "/orders": "hold",
    "/carts": "delete",
    "/customers": "update",
}
READS_NO_FORM = {
    "/jobs/{job_id}/{step}",
    *(f"/api/bulk-jobs/{{job_id}}/{step}" for step in get_args(StepName)),
    "/api/webhooks/{webhook_id}",
    *(
        f"{place}/webhooks/{{webhook_id}}/{step}"
        for place in ("/api", "/operations")
        for step in ("delete", "resume", "secret", "test", "deliveries/{delivery_id}/resend")
    ),
}
CSRF = {"X-CSRF-Token": "csrf"}


class _Commands:
    """Services that accept everything."""

    async def query(self, _: Message, *__: Any) -> None:
        return None

    async def outcome(self, *_: Any, **__: Any) -> None:
        return None

    async def try_out(self, *_: Any) -> None:
        return None

    async def submit(self, *_: Any, **__: Any) -> Submission:
        return Submission("m-1", Reply(command_id="m-1", outcome="accepted"))


class _NoAccounts:
    """Limits that let everybody try, and nobody in."""

    async def attempt(self, *_: Any) -> None:
        return None


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """The whole portal with an order, a cart and a customer."""
    addresses = (
        customers.Created(customer_id=CUSTOMER, name=MERCY.name, email=MERCY.email),
        customers.AddressAdded(customer_id=CUSTOMER, address_id="a-1", address=PIKE),
    )
    order = placed(shipments=(shipment("1"), shipment("2"), shipment("3")))
    sent = (about(shipments.AwaitingInventory, "AwaitingInventory"), shipped("3"))
    streams = ((order, *a_return("3")), (opened(), recorded()), sent)
    told = [fact for stream in streams for fact in Stream().tell(*stream).facts]
    database = FakeDatabase(
        orders=[projected(ORDERS, *told)],
        carts=[projected(CARTS, *Stream().tell(*a_cart(set_shipment(), add_line()).past).facts)],
        customers=[projected(CUSTOMERS, *Stream().tell(*addresses).facts)],
    )
    figures = AsyncMock(side_effect=Unavailable)
    monkeypatch.setattr(Dashboard, "now", figures)  # its figures are counted by MongoDB
    parts = {"operations": FakePortal(), "limits": _NoAccounts(), "views": _Views()}
    async with portal_over(database, _Commands(), **parts) as made:
        portal = made._transport.app.state.portal
        portal.bulk = jobs = copy(portal.bulk)
        jobs.store, jobs.rights = MemoryBulkStore(), AsyncMock()
        jobs.rights.known.return_value = False
        await jobs.store.create(new_job("hold", 1, job_id="job-1"), numbered(["c-1"]), None, "")
        yield made


class _Views:
    """Views of anna's, who is the person here."""

    async def of(self, _: str) -> list[SavedView]:
        return [VIEW]

    async def get(self, view_id: str, _: str) -> SavedView | None:
        return VIEW if view_id == VIEW.id else None

    async def add(self, owner: str, name: str, query: str, *, shared: bool) -> SavedView:
        return SavedView("v-2", owner, name_of(name), query, shared)

    async def change(
        self, view: SavedView, name: str, *, shared: bool, query: str | None = None
    ) -> SavedView:
        return SavedView(view.id, view.owner, name_of(name), query or view.query, shared)

    async def duplicate(self, view: SavedView, owner: str, name: str) -> SavedView:
        return SavedView("v-2", owner, name_of(name), view.query, shared=False)

    async def delete(self, _: SavedView) -> None:
        return None


class Input(NamedTuple):
    """A field or parameter of a route, the others of which are right."""

    method: str
    path: str
    kind: str  # path, query or form
    name: str
    required: bool


def _inputs(of: Dependant) -> Iterator[tuple[str, str, bool]]:
    for kind, params in (("path", of.path_params), ("query", of.query_params)):
        yield from ((kind, each.alias, each.field_info.is_required()) for each in params)
    yield from (("form", each.alias, each.field_info.is_required()) for each in of.body_params)
    for inner in of.dependencies:
        yield from _inputs(inner)


INPUTS = [
    Input(method, route.path, *each)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods)
    for each in _inputs(route.dependant)
    if not route.path.startswith("/api/commands/") or method != "POST"
]


def sent(one: Input, value: str | None) -> dict[str, Any]:
    """The request with this value, or without one; every other input that it needs is right."""
    others = [i for i in INPUTS if (i.method, i.path) == (one.method, one.path) and i.required]
    values: dict[str, dict[str, str]] = {"path": {}, "query": {}, "form": {}}
    for each in others:
        values[each.kind][each.name] = RIGHT.get(each.name) or next(
            (name for prefix, name in NAMES.items() if each.path.startswith(prefix)), "receive"
        )
    values[one.kind].pop(one.name, None)
    if value is not None:
        values[one.kind][one.name] = value
    path = re.sub(r"{(\w+)[^}]*}", lambda m: quote(values["path"][m[1]], safe=""), one.path)
    form = {"data": values["form"]} if one.method == "POST" else {}
    return {"method": one.method, "url": path, "params": values["query"], "headers": CSRF, **form}


def text_of(answer: httpx.Response) -> str:
    """What a person reads in an answer."""
    if "json" in answer.headers.get("content-type", ""):
        return str(answer.json().get("detail", ""))
    return html.unescape(re.sub(r"(?s)<head.*?</head>|<[^>]+>", "", answer.text))


def row_of(name: str) -> str:
    """The row of a table that a field is in: `lines.0.`; empty for any other field."""
    found = re.match(r".*\.\d+\.", name)
    return found[0] if found else ""


def check(answer: httpx.Response, field: str, form: str = "", row: Iterable[str] = ()) -> None:
    """A wrong value is refused in plain words that name its field, or it does no harm.

    In a table, a value may make others of its `row` necessary, which are named then.
    """
    assert answer.status_code in ANSWERS, text_of(answer)
    if answer.status_code < 400:
        return
    text = text_of(answer)
    assert_plain(text)
    if answer.status_code == 422:
        api = answer.request.url.path.startswith("/api")
        names = [field, *row]
        said = "|".join(each if api else label(each, form) for each in names)
        assert re.search(rf"\b({said})\b", text, re.I), text


@pytest.mark.parametrize("one", INPUTS, ids=lambda one: f"{one.method}{one.path}:{one.name}")
async def test_wrong_value_of_a_parameter_or_field(client: httpx.AsyncClient, one: Input) -> None:
    for value in WRONG:
        if one.kind != "path" or value:
            check(await client.request(**sent(one, value)), one.name)
    if one.kind != "path":
        missing = await client.request(**sent(one, None))
        check(missing, one.name)
        assert (missing.status_code == 422) == one.required
        assert not one.required or "is missing (example: " in text_of(missing)


@pytest.mark.parametrize("one", [i for i in INPUTS if i.kind == "form"], ids=lambda one: one.name)
async def test_file_in_place_of_text(client: httpx.AsyncClient, one: Input) -> None:
    request = sent(one, None)
    check(await client.request(**request, files={one.name: b"\x00"}), one.name)


@pytest.mark.parametrize(
    ("header", "wrong", "words"),
    [
        ("If-Match", "x", 'must be in the form of its example (example: "3")'),
        ("Idempotency-Key", "x" * 201, "is longer than 200 characters"),
        ("Idempotency-Key", "", "must not be empty (example: 2026-11-23-17)"),
        ("Prefer", b"wait=\xb2", None),  # a digit that isn't a number
    ],
)
async def test_wrong_header(
    client: httpx.AsyncClient, header: str, wrong: str | bytes, words: str | None
) -> None:
    headers: dict[str, Any] = {**CSRF, header: wrong}
    content = b'{"order_id": "c-1"}'
    answer = await client.post("/api/commands/order.hold", content=content, headers=headers)
    assert answer.status_code == (422 if words else 200)
    assert words is None or text_of(answer) == f"{header.lower()}: {words}"


async def test_wrong_dry_run_of_a_command(client: httpx.AsyncClient) -> None:
    content = b'{"order_id": "c-1"}'
    answer = await client.post(
        "/api/commands/order.hold?dry_run=perhaps", content=content, headers=CSRF
    )
    check(answer, "dry_run")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path", sorted({i.path for i in INPUTS if i.method == "POST"} - READS_NO_FORM)
)
async def test_form_that_cannot_be_read(client: httpx.AsyncClient, path: str) -> None:
    headers = {**CSRF, "Content-Type": "multipart/form-data"}
    answer = await client.post(path, content=b"no boundary", headers=headers)
    assert answer.status_code == 400
    assert "The form can't be read. Reload the page and try again." in text_of(answer)


LINE = "shipment=1&line=1"
DIALOGS = [
    "/create",
    "/customers/dialog/new",
    "/orders/c-1?tab=notes",
    *(f"/orders/c-1/dialog/{name}?{LINE}&payment=p-1" for name in ORDER_DIALOGS),
    *(f"/carts/{CART}/dialog/{name}?{LINE}" for name in CART_DIALOGS),
    *(f"/customers/{CUSTOMER}/dialog/{name}?address=a-1" for name in CUSTOMER_DIALOGS[1:]),
    *(f"/orders/c-1/returns/dialog/{name}?return=ret-1" for name in RETURN_DIALOGS),
    "/returns/c-1/ret-1",
    *(f"/warehouse/seattle/stock/dialog/{name}" for name in ("receive", "count")),
]
FORMS = {"/create": "cart.create-draft", "/customers": "customer.create"}
# What a form sends beside the fields of its command: nothing there is wrong, or nobody sees it.
BESIDE = {"key", "said", "then", "search", "expectedversion"}


def main_of(html: str) -> str:
    """A page without the dialogs that every page has; a dialog as it is."""
    return html.partition("<main")[2].partition("</main>")[0] or html


@pytest.mark.parametrize("path", DIALOGS)
async def test_wrong_value_in_a_form(client: httpx.AsyncClient, path: str) -> None:
    page = main_of((await client.get(path)).text)
    action, labels = action_of(page), labels_of(page)
    form = FORMS.get(action, action.removeprefix("/do/"))
    for name in labels.keys() - BESIDE:
        # The fields of a table say of which row they are.
        shown = labels[name] if "." not in name or name.startswith("address.") else ""
        assert label(name, form) == shown or labels[name].startswith(label(name, form))
    right = {name: text or FILLED.get(name, "") for name, text in fields_of(page).items()}
    right |= {"customer_id": CUSTOMER} if action == "/create" else {}
    accepted = await client.post(action, data=right, headers=CSRF)
    assert accepted.status_code in (200, 204, 303), text_of(accepted)
    for name in [name for name in right if not name.startswith(OPENED)]:
        others = {other: text for other, text in right.items() if other != name}
        some = WRONG if name in labels else WRONG[::4]
        row = [each for each in right if row_of(name) and row_of(each) == row_of(name)]
        for values in (others, *({**others, name: wrong} for wrong in some)):
            answer = await client.post(action, data=values, headers=CSRF)
            check(answer, "version" if name == "expectedversion" else name, form, row)
