"""Every form, however incomplete or garbled, becomes a command or a list of errors."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from services.portal.field_errors import field_error_texts
from services.portal.web.forms.parsing import parse_command
from services.portal.web.frame.errors import handle_errors
from shared.contracts import Malformed, Message
from shared.contracts.commands import offered
from shared.contracts.customers import Update
from shared.contracts.returns import CreateReturn
from tests.unit.given import SITE
from tests.unit.portal.builders import PAGES

GARBLED = ["", " ", "\x00", "1e999", "9" * 5000, "-1", "{}", "[]", "null", "x" * 10_000, "\u0663"]
GARBLED += ["\ud800"]
FILLED = {
    "quantity": "2", "placed_price": "5.00", "amount": "5.00", "discount": "1.00", "text": "Hello",
    "shipping_cost": "4.90", "currency": "USD", "market": "US", "code": "TEN", "name": "Mercy",
    "email": "mercy@example.com", "method": "check", "transaction_type": "Sale",
    "address.name": "Mercy", "address.line1": "1 Elm", "address.city": "Seattle",
    "address.country": "US", "warehouse": "seattle", "sku": "TEA-MUG", "phone": "1",
}  # fmt: skip


def filled(model: type[Message]) -> dict[str, str]:
    """A form with every field filled in."""
    ids = {name: "c-1" for name in model.model_fields if name.endswith("_id")}
    return ids | {
        name: text
        for name, text in FILLED.items()
        if name.partition(".")[0] in model.model_fields or name == "currency"
    }


def outcome(model: type[Message], form: dict[str, str]) -> Message | list[str]:
    """The command, or the error texts, as the page's route handles them."""
    try:
        return parse_command(model, form)
    except (ValidationError, Malformed) as error:
        return field_error_texts(error)


@pytest.mark.parametrize("model", offered().values(), ids=list(offered()))
def test_missing_or_garbled_fields_never_cause_an_exception(model: type[Message]) -> None:
    form = filled(model)
    for name in form:
        without = {other: text for other, text in form.items() if other != name}
        found = [outcome(model, without)]
        found += [outcome(model, {**form, name: text}) for text in GARBLED]
        found += [outcome(model, {**form, f"{name}.{name}.x": "1"})]
        for each in found:
            assert isinstance(each, Message) or all(isinstance(text, str) for text in each)


def test_an_amount_without_a_currency_says_so() -> None:
    model = offered()["payment.add"]
    form = {name: text for name, text in filled(model).items() if name != "currency"}
    texts = outcome(model, form)
    assert texts == ["Currency: is missing; choose the currency of the amount (example: USD)"]


def test_a_field_that_is_emptied_clears() -> None:
    form = {"customer_id": "cu-1", "name": "Mercy", "phone": " "}
    update = parse_command(Update, form)
    assert isinstance(update, Update)
    assert update.cleared == {"phone"}


@pytest.fixture
def port() -> Any:
    """The port of a server with two pages, one of which always fails."""
    app = FastAPI()
    app.state.portal = SimpleNamespace(site=SITE, settings=PAGES)
    handle_errors(app)

    @app.get("/fails")
    async def fails() -> None:
        raise ZeroDivisionError

    @app.get("/works")
    async def works() -> str:
        return "well"

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def test_connection_stays_open_after_a_page_fails(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for path, status in (("/works", 200), ("/fails", 500), ("/works", 200), ("/fails", 500)):
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == status
        assert b"its log has the details" in body or status == 200
        assert connection.sock is not None, "kept alive"
    connection.close()


ROW = {"shipment_id": "1", "reason": "other"}


def table(*quantities: str) -> dict[str, str]:
    """A form with a table: each row says what it is about, and the quantity that was entered."""
    form = {"order_id": "c-1", "return_id": "r-1", "currency": "USD"}
    for at, quantity in enumerate(quantities):
        row = {**ROW, "line_id": str(at), "quantity": quantity}
        form |= {f"lines.{at}.{name}": value for name, value in row.items()}
    return form


def test_rows_of_a_table_count_if_something_is_entered() -> None:
    made = parse_command(CreateReturn, table("", "2", "0", *[""] * 8, "1"))
    assert isinstance(made, CreateReturn)
    assert [(line.line_id, line.quantity) for line in made.lines] == [("1", 2), ("11", 1)]


def test_empty_table_says_what_is_needed() -> None:
    with pytest.raises(Malformed) as wrong:
        parse_command(CreateReturn, table("", "0"))
    assert (wrong.value.field, wrong.value.message) == (
        "lines.0.quantity",
        "is needed in at least one row",
    )
