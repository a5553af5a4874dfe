"""The trace of an order across all services, as OpenTelemetry's SDK has written it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from ops.docs.spans import Span, read_spans, trace_of, unconnected
from tests.cluster import command
from tests.desk import Desk
from tests.e2e.system import ADDRESS, System, shipment
from tests.engines import AnyEngines
from tests.polling import eventually

pytestmark = pytest.mark.engines
ARTICLE = {"name": "Linen dress", "placed_price": "10.00"}
PROCESSES = {f"waybill-{name}" for name in ("cart", "order", "payment", "shipment", "portal")}


@dataclass
class TracedSystem:
    """A system whose processes write their spans to a folder."""

    system: System
    desk: Desk
    folder: Path

    def trace(self, trace: str) -> list[Span]:
        return trace_of(read_spans(self.folder), trace)


@pytest.fixture(scope="module")
def traced(engines: AnyEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TracedSystem]:
    logs = tmp_path_factory.mktemp("traced")
    folder = logs / "spans"
    environment = {"WAYBILL_TRACE_FOLDER": str(folder), "OTEL_BSP_SCHEDULE_DELAY": "100"}
    with System(engines, logs, environment=environment) as system:
        yield TracedSystem(system, Desk(system.cluster, **environment), folder)


class Program:
    """A program beside Waybill that takes part in traces."""

    def __init__(self, system: System, order: str) -> None:
        self.system, self.order = system, order

    def send(self, name: str, traceparent: str, **data: Any) -> None:
        """Sends a command in a trace."""
        topic = name.partition(".")[0] + ".commands"
        sent = command(f"{name}-{self.order}", f"waybill.{name}.v1", topic, self.order, data)
        header = ("traceparent", traceparent.encode())
        self.system.cluster.produce([replace(sent, headers=(*sent.headers, header))])

    def answer(self, event: str, name: str, **data: Any) -> None:
        """Waits for an event of the order; answers with a command that continues its trace."""
        got = self.system.event(self.order, event)
        self.send(name, got.headers["traceparent"], order_id=self.order, **data)

    def draft(self, sku: str) -> None:
        """Fills a cart."""
        for name, data in (
            ("create-draft", {"market": "US"}),
            ("set-shipment", {"address": ADDRESS, "shipping_method": "standard"}),
            ("add-line", {"line_id": "1", "quantity": 2, **ARTICLE, "sku": sku}),
        ):
            about = {} if name == "create-draft" else {"shipment_id": "1"}
            data = {"cart_id": self.order, **about, **data}
            sent = self.system.post(f"cart.{name}", self.order, data)
            assert self.system.reply(sent)["outcome"] == "accepted"


def check_out_and_ship(system: System, order: str, trace: str, checkout: str) -> None:
    """A checkout converts a cart; a cashier and a warehouse that trace as well do the rest."""
    sku = f"SKU-{order}"
    system.receive(sku, 5)
    program = Program(system, order)
    program.draft(sku)
    program.send("cart.convert", f"00-{trace}-{checkout}-01", cart_id=order)
    program.answer(
        "order.placed",
        "payment.add",
        payment_id="p-1",
        method="credit-card",
        transaction_type="Sale",
    )
    for event, name in (
        ("shipment.inventory-assigned", "shipment.release"),
        ("shipment.released", "shipment.add-to-picklist"),
        ("shipment.packing", "shipment.complete"),
    ):
        program.answer(event, name, shipment_id="1")
    system.event(order, "order.completed")


def what(span: Span) -> tuple[str, Any]:
    return span.service, span.attributes.get("cloudevents.event_type")


def test_order_is_one_connected_trace_from_its_checkout_to_completed(traced: TracedSystem) -> None:
    trace, checkout = uuid4().hex, uuid4().hex[:16]
    check_out_and_ship(traced.system, "c-traced", trace, checkout)

    def is_written() -> bool:
        found = traced.trace(trace)
        return ("waybill-portal", "waybill.order.completed.v1") in map(what, found)

    eventually(is_written, within=30)
    found = traced.trace(trace)
    assert {span.service for span in found} == PROCESSES
    assert unconnected(found, [checkout]) == []
    assert [what(span) for span in found if span.parent == checkout] == [
        ("waybill-cart", "waybill.cart.convert.v1"),
    ]
    kinds = {what(span) for span in found if span.kind == "CONSUMER"}
    assert {
        ("waybill-order", "waybill.shipment.shipped.v1"),
        ("waybill-payment", "waybill.payment.add.v1"),
        ("waybill-payment", "waybill.payment.settle.v1"),  # the answer of the payment provider
        ("waybill-payment", "waybill.order.placed.v1"),
        ("waybill-shipment", "waybill.payment.order-paid.v1"),
        ("waybill-shipment", "waybill.stock.allocated.v1"),
    } <= kinds
    assert {span.kind for span in found} == {"CONSUMER", "PRODUCER"}


def test_each_message_is_linked_with_its_batch_and_that_with_mongodb(traced: TracedSystem) -> None:
    trace, checkout = uuid4().hex, uuid4().hex[:16]
    check_out_and_ship(traced.system, "c-linked", trace, checkout)

    def batch() -> list[Span]:
        spans = read_spans(traced.folder)
        messages = [s for s in trace_of(spans, trace) if s.service == "waybill-order"]
        linked = {link for span in messages for link in span.links}
        batches = [span for span in spans if span.id in linked]
        return trace_of(spans, batches[0].trace) if batches else []

    eventually(lambda: "commit" in {span.name for span in batch()}, within=30)
    found = batch()
    names = {span.name for span in found}
    assert {"load", "decide", "append", "publish", "mark", "commit"} <= names
    (insert,) = [span for span in found if span.name == "insert journal"]
    assert insert.attributes["db.system.name"] == "mongodb"
    assert insert.attributes["db.namespace"] == f"{traced.system.cluster.database}_order"
    (append,) = [span for span in found if span.name == "append"]
    assert insert.parent == append.id
    assert unconnected(found, []) == [span for span in found if span.parent is None]


def test_command_over_http_is_one_trace_with_what_the_service_does(traced: TracedSystem) -> None:
    order, sku = "c-http", "SKU-http"
    traced.system.place(order, shipment(sku))
    eventually(lambda: traced.desk.knows(order), within=30)
    trace, browser = uuid4().hex, uuid4().hex[:16]
    headers = {
        "Authorization": f"Bearer {traced.desk.token('csr')}",
        "traceparent": f"00-{trace}-{browser}-01",
    }
    note = {"order_id": order, "text": "Call first"}
    answer = httpx.post(
        f"{traced.desk.url}/api/commands/order.add-note", json=note, headers=headers, timeout=30
    )
    assert answer.status_code == 200

    def kinds() -> list[tuple[str, str]]:
        return [(span.service, span.kind) for span in traced.trace(trace)]

    eventually(lambda: ("waybill-portal", "CONSUMER") in kinds(), within=30)
    found = traced.trace(trace)
    assert unconnected(found, [browser]) == []
    request, sent, processed = found[:3]
    assert (request.kind, request.parent) == ("SERVER", browser)
    assert (sent.service, sent.kind, sent.parent) == ("waybill-portal", "PRODUCER", request.id)
    assert (processed.service, processed.parent) == ("waybill-order", sent.id)
