"""Histories to record: one for what the simulation doesn't ask for, and those of the simulation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bson

from shared.runtime.ports import Document
from tests.cluster import Sent, command
from tests.e2e.system import ADDRESS, cart, converted, shipment
from tests.fakes import MemoryRecord
from tests.recorded.recording import Kept, Message, Stream, Written
from tests.simulation.emails import emailed
from tests.simulation.faults import FaultInjector
from tests.simulation.history import WITH_OPTIONAL, History, run_history
from tests.simulation.journal import Journal
from tests.simulation.workload import REPLIES, Send, Workload

STEP = 0.1  # seconds: what follows from one step is done before the next
LINE = {"shipment_id": "1", "line_id": "1"}
PLACE = {"shipment_id": "1", "shipping_method": "standard", "address": ADDRESS}
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("stock.receive", "seattle", {"sku": "TEA-MUG", "quantity": 90}),
    ("stock.explain", "seattle", {}),
    ("customer.create", "cu-1", {"name": "Mercy Taylor", "email": "mercy@example.com"}),
    ("customer.update", "cu-1", {"phone": "+1 206 555 0100"}),
    ("customer.update", "cu-2", {"name": "Nobody"}),
    ("customer.add-address", "cu-1", {"address_id": "home", "address": ADDRESS}),
    (
        "customer.add-address",
        "cu-1",
        {"address_id": "work", "address": {**ADDRESS, "line1": "2 Elm"}},
    ),
    (
        "customer.change-address",
        "cu-1",
        {"address_id": "work", "address": {**ADDRESS, "line1": "3 Elm"}},
    ),
    ("customer.remove-address", "cu-1", {"address_id": "work"}),
    ("cart.create-draft", "d-1", {"market": "US", "customer_id": "cu-1"}),
    (
        "cart.set-shipment",
        "d-1",
        {"shipment_id": "1", "shipping_method": "standard", "address_id": "home"},
    ),
    ("cart.add-line", "d-1", {**LINE, "sku": "TEA-MUG", "quantity": 3}),
    ("cart.add-line", "d-1", {**LINE, "line_id": "2", "sku": "TEA-MUG", "quantity": 1}),
    ("cart.change-line", "d-1", {**LINE, "quantity": 4, "placed_price": "9.50"}),
    ("cart.remove-line", "d-1", {**LINE, "line_id": "2"}),
    ("cart.apply-coupon", "d-1", {"code": "SPRING10"}),
    ("cart.apply-coupon", "d-1", {"code": "WELCOME5"}),
    ("cart.apply-coupon", "d-1", {"code": "NO-SUCH"}),
    ("cart.remove-coupon", "d-1", {"code": "WELCOME5"}),
    ("cart.set-discount", "d-1", {"amount": "1.50"}),
    ("cart.explain", "d-1", {}),
    ("cart.convert", "d-1", {}),
    ("cart.create-draft", "d-2", {"market": "US", "customer": {"name": "Taylor Hayes"}}),
    ("cart.delete", "d-2", {}),
    ("cart.create-draft", "d-3", {"market": "SE"}),
    ("payment.add", "d-1", {"payment_id": "p-1", "method": "check", "transaction_type": "Sale"}),
    ("cart.create-draft", "d-5", {"market": "US"}),
    ("cart.set-shipment", "d-5", PLACE),
    ("cart.add-line", "d-5", {**LINE, "sku": "TEA-MUG", "quantity": 1}),
    ("cart.convert", "d-5", {}),
    ("payment.add", "d-5", {"payment_id": "p-1", "method": "paypal", "transaction_type": "Sale"}),
    ("order.delete", "d-5", {}),
    ("shipment.release", "d-1", {"shipment_id": "1"}),
    ("shipment.add-to-picklist", "d-1", {"shipment_id": "1"}),
    ("shipment.remove-from-picklist", "d-1", {"shipment_id": "1"}),
    (
        "order.hold",
        "d-1",
        {"hold_type": "fraud", "reason": "odd card", "review_on": "2026-12-01"},
    ),
    ("order.release-hold", "d-1", {"hold_type": "fraud"}),
    ("order.reorder", "d-1", {"cart_id": "d-3"}),
    ("order.reorder", "d-1", {"cart_id": "d-4"}),
    ("shipment.add-to-picklist", "d-1", {"shipment_id": "1"}),
    ("shipment.complete", "d-1", {"shipment_id": "1", "tracking_number": "1Z-99"}),
    (
        "shipment.correct-tracking",
        "d-1",
        {"shipment_id": "1", "tracking_number": "1Z-98", "carrier": "UPS"},
    ),
    (
        "order.refund-shipping",
        "d-1",
        {"refund_id": "f-1", "shipment_id": "1", "amount": "1.00", "method": "check"},
    ),
    ("cart.create-draft", "d-7", {"market": "US"}),
    ("cart.set-shipment", "d-7", PLACE),
    ("cart.add-line", "d-7", {**LINE, "sku": "TEA-MUG", "quantity": 1}),
    ("cart.convert", "d-7", {}),
    ("payment.add", "d-7", {"payment_id": "p-1", "method": "paypal", "transaction_type": "Sale"}),
    ("payment.settle", "d-7", {"request_id": "d-7:1", "outcome": "processed"}),
    ("shipment.release", "d-7", {"shipment_id": "1"}),
    ("shipment.add-to-picklist", "d-7", {"shipment_id": "1"}),
    ("shipment.complete", "d-7", {"shipment_id": "1"}),
    ("order.refund-shipping", "d-7", {"refund_id": "f-1", "shipment_id": "1"}),
    ("payment.settle", "d-7", {"request_id": "d-7:2", "outcome": "failed", "reason": "No."}),
    ("cart.create-draft", "d-6", {"market": "US"}),
    ("cart.set-shipment", "d-6", PLACE),
    ("cart.add-line", "d-6", {**LINE, "sku": "TEA-MUG", "quantity": 1}),
)
# A checkout takes the draft's id, so that it can't become an order.
TAKEN = (converted(cart("d-6", shipment("TEA-MUG"))), ("cart.convert", "d-6", {}))
_VARIANT = {"sku": "TEA-MUG", "name": "Tea mug", "prices": {"US": "8.00", "SE": "79.00"}}
# An order takes the id of the order that a return is exchanged for, while the goods come back.
_BACK = {"shipment_id": "1", "line_id": "1", "quantity": 1}
_REPLACED = {"exchange_order_id": "x-1", "lines": [{"sku": "TEA-MUG", "quantity": 1}]}
EXCHANGED = (
    (
        "exchange.create",
        "d-1",
        {"return_id": "r-1", "lines": [{**_BACK, "reason": "other"}], "replacement": _REPLACED},
    ),
    converted(cart("x-1", shipment("TEA-MUG"))),
    ("return.receive", "d-1", {"return_id": "r-1", "lines": [{**_BACK, "disposition": "restock"}]}),
)
# A customer with an order that has ended and a draft is deleted with both; one with an open
# exchange isn't.
FORGOTTEN = (
    converted(cart("o-3", shipment("TEA-MUG"), customer={"customer_id": "cu-3", "name": "Otis"})),
    ("order.cancel", "o-3", {}),
    ("cart.create-draft", "d-7", {"market": "US", "customer_id": "cu-3"}),
    ("customer.delete", "cu-3", {"orders": True}),
    ("customer.delete", "cu-1", {"orders": True}),
    ("customer.create", "cu-4", {"name": "Mercy Taylor"}),
    ("cart.create-draft", "d-8", {"market": "US", "customer_id": "cu-4"}),
    ("cart.set-shipment", "d-8", PLACE),
    ("cart.add-line", "d-8", {**LINE, "sku": "TEA-MUG", "quantity": 1}),
)
# At the same moment, one draft of the customer is created and another one is placed.
MEANWHILE = (
    ("cart.create-draft", "d-9", {"market": "US", "customer_id": "cu-4"}),
    ("customer.delete", "cu-4", {}),
    ("cart.convert", "d-8", {}),
)
# An order agrees to be deleted, and is being reordered when that is done.
AGREED = (
    converted(cart("o-5", shipment("TEA-MUG"), customer={"customer_id": "cu-5", "name": "Otis"})),
    ("order.cancel", "o-5", {}),
    ("customer.delete", "cu-5", {"orders": True}),
    ("order.reorder", "o-5", {"cart_id": "d-10"}),
)
BETWEEN = 0.015  # seconds after which an order has answered, and isn't deleted yet


class Script(Workload):
    """The steps above, one after the other."""

    def messages(self) -> list[Send]:
        """See `Workload`."""
        variant = command("v-1", "waybill.variant.v1", "catalog.variants", "TEA-MUG", _VARIANT)
        verdicts = [
            _verdict("redriven", sent_to="order.commands"),
            _verdict("dropped", note="Spam."),
        ]
        asked = [_asked(n, *step) for n, step in enumerate(STEPS)]
        late = [_asked(len(asked), *STEPS[0], expectedversion="999")]
        late += [TAKEN[0], _asked(len(asked) + 1, *TAKEN[1])]
        announced, other, arrived = EXCHANGED
        late += [_asked(len(asked) + 2, *announced), other, _asked(len(asked) + 3, *arrived)]
        placed, *forgetting = FORGOTTEN
        late += [placed, *(_asked(len(asked) + n, *step) for n, step in enumerate(forgetting, 4))]
        told = [(STEP * n, sent) for n, sent in enumerate((variant, *asked, *late, *verdicts))]
        last = len(asked) + len(late)
        told += [(STEP * len(told), _asked(last + n, *step)) for n, step in enumerate(MEANWHILE)]
        placed, *steps = AGREED
        begins, last = STEP * (len(told) + 5), last + len(MEANWHILE)
        asked = [_asked(last + n, *step) for n, step in enumerate(steps)]
        times = (begins, begins + 5 * STEP, begins + 10 * STEP, begins + 10 * STEP + BETWEEN)
        return [*told, *zip(times, (placed, *asked), strict=True)]

    def provider(self, request: MemoryRecord) -> list[Send]:
        """None has answered yet."""
        return []


def _verdict(name: str, **said: str) -> Sent:
    """What an operator has done about a dead letter: operators are no part of the histories."""
    data = {"letter_id": "order-0-17", "service": "order", **said}
    kind = f"waybill.dead-letter.{name}.v1"
    return command(f"verdict-{name}", kind, "dead-letters.verdicts", "order-0-17", data)


def _asked(n: int, name: str, key: str, data: dict[str, Any], **more: str) -> Sent:
    aggregate = name.partition(".")[0]
    field = {"cart": "cart_id", "stock": "warehouse", "customer": "customer_id"}.get(aggregate)
    data, about = (
        {field or "order_id": key, **data},
        {"replyto": REPLIES, "actor": "csr:17", **more},
    )
    topic = "order" if aggregate in ("return", "exchange") else aggregate
    return command(f"s-{n}", f"waybill.{name}.v1", f"{topic}.commands", key, data, **about)


def scripted() -> list[Written]:
    """What is written when nothing goes wrong and the steps above are asked for."""
    history = History(0, services=WITH_OPTIONAL)
    no_faults = FaultInjector(0)
    no_faults.stop()
    history._injector, history._work = no_faults, Script(no_faults)
    return _written(history)


def stormy(seed: int) -> list[Written]:
    """What is written in a history of the simulation."""
    return _written(emailed(seed))


def _written(history: History) -> list[Written]:
    run_history(history)
    return [*_messages(history), *_streams(history), *_entries(history)]


def _messages(history: History) -> Iterator[Message]:
    for record in history._log.all({topic for topic, _ in history._log.partitions}):
        if record.value is None:  # the removal of an article
            continue
        if not record.topic.endswith(".dead-letters") and b"poison" not in _id(record):
            yield Message.of(record)


def _id(record: MemoryRecord) -> bytes:
    return dict(record.headers).get("ce_id", b"")


def _streams(history: History) -> Iterator[Stream]:
    for service in WITH_OPTIONAL:
        journal = history._journals[service.name]
        for stream in journal.streams:
            documents = [_as_in_mongo(journal, document) for document in journal.of(stream)]
            snapshot = journal.snapshots.get(stream)
            yield Stream(
                service.name, stream, documents, bson.decode(snapshot) if snapshot else None
            )


def _as_in_mongo(journal: Journal, document: Document) -> Document:
    told = document["_id"] in journal._republished
    return document | ({"republished": True} if told else {})


def _entries(history: History) -> Iterator[Kept]:
    for service, fakes in history._fakes.items():
        for (table, key), data in fakes.tables._data.items():
            if data is not None:
                yield Kept(service, table, key, data)
