"""Facts as the services publish them: written with the contract's classes, read as records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from services.portal.projections.facts import Fact, read
from shared.contracts import Message, orders, payments, returns, shipments
from shared.contracts.address import Address, Customer
from shared.runtime.envelope import Envelope, rfc3339
from tests.fakes import MemoryRecord
from tests.processes import PROJECT

# The settings of a portal as far as its pages need them.
PAGES = SimpleNamespace(portal_assets=PROJECT / "node_modules", portal_wait_seconds=1)
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
MERCY = Customer(customer_id="cu-7", name="Mercy Taylor", email="Mercy@Example.com")
PIKE = Address(name="Mercy Taylor", line1="1 Pike Pl", city="Seattle", country="US")


class Stream:
    """A stream's facts, one after another, as records of its topic."""

    def __init__(self, at: datetime = NOW) -> None:
        self.records: list[MemoryRecord] = []
        self._at = at

    def tell(self, *messages: Message, actor: str | None = None) -> Stream:
        """Adds facts, a second after each other."""
        for message in messages:
            sequence = len(self.records) + 1
            name = f"{message.topic.name}:{message.key}:{sequence}:0"
            envelope = Envelope(
                id=name,
                source="waybill/test",
                type=message.type,
                time=rfc3339(self._at + timedelta(seconds=sequence)),
                subject=message.key,
                causation_id="m-1",
                actor=actor,
                sequence=sequence,
            )
            value = message.model_dump_json().encode()
            topic, key = message.topic.name, message.key.encode()
            record = MemoryRecord(topic, 0, sequence, key, value, envelope.headers())
            self.records.append(record)
        return self

    @property
    def facts(self) -> list[Fact]:
        """The same, as the projections read them."""
        found = [read(record, "") for record in self.records]
        return [fact for fact in found if isinstance(fact, Fact)]


def shipment(shipment_id: str = "1", sku: str = "SKU-1", **more: Any) -> orders.Shipment:
    line = orders.Line(
        line_id="1",
        sku=sku,
        name="Linen dress",
        quantity=2,
        placed_price=Decimal("10.00"),
        discount=Decimal("0.00"),
        tax=Decimal("1.80"),
    )
    content: dict[str, Any] = {
        "shipment_id": shipment_id,
        "shipping_method": "standard",
        "shipping_cost": Decimal("4.90"),
        "shipping_tax": Decimal("0.00"),
        "address": PIKE,
        "lines": (line,),
    }
    return orders.Shipment(**content | more)


def placed(order_id: str = "c-1", number: str = "PO1000001", **more: Any) -> orders.Placed:
    content: dict[str, Any] = {
        "order_id": order_id,
        "order_number": number,
        "market": "US",
        "currency": "USD",
        "customer": MERCY,
        "coupons": (),
        "order_discount": Decimal("0.00"),
        "shipments": (shipment(),),
        "payments": (),
        "total": Decimal("26.70"),
        "converted_at": NOW,
    }
    return orders.Placed(**content | more)


def recorded(order_id: str = "c-1", amount: str = "26.70") -> payments.Recorded:
    return payments.Recorded(
        order_id=order_id,
        payment_id="p-1",
        amount=Decimal(amount),
        currency="USD",
        paid=Decimal(amount),
        outstanding=Decimal("26.70") - Decimal(amount),
        method="credit-card",
        transaction_type="Authorization",
        status="Processed",
        reference="psp_1",
        recorded_at=NOW,
    )


def requested(action: payments.ProviderAction) -> payments.Requested:
    return payments.Requested(
        order_id="c-1",
        payment_id="p-1",
        request_id="r-1",
        provider="simulated",
        action=action,
        amount=Decimal("26.70"),
        currency="USD",
        paid=Decimal("0.00"),
        outstanding=Decimal("26.70"),
        method="credit-card",
        transaction_type="Authorization",
        reference="psp_1",
        provider_reference=None,
        requested_at=NOW,
        waiting="m-1",
    )


def opened(order_id: str = "c-1") -> payments.AccountOpened:
    return payments.AccountOpened(
        order_id=order_id,
        order_number="PO1000001",
        market="US",
        currency="USD",
        total=Decimal("26.70"),
    )


def captured(order_id: str = "c-1", amount: str = "26.70") -> payments.Captured:
    return payments.Captured(
        order_id=order_id,
        payment_id="p-1",
        amount=Decimal(amount),
        currency="USD",
        paid=Decimal("26.70"),
        outstanding=Decimal("0.00"),
    )


def about(kind: type[Message], status: str, shipment_id: str = "1", **more: Any) -> Message:
    """A fact about one shipment, of a class of `shared.contracts.shipments`."""
    content: dict[str, Any] = {
        "order_id": "c-1",
        "shipment_id": shipment_id,
        "status": status,
        "warehouse": "seattle",
        "order_number": "PO1000001",
        "market": "US",
        "shipping_method": "standard",
        "address": PIKE,
        "lines": ITEMS,
        "preorder": False,
    }
    return kind(**content | more)


def shipped(shipment_id: str = "1") -> Message:
    """The shipment has left."""
    more = {"tracking_number": "1Z99", "shipped_at": NOW}
    return about(shipments.Shipped, "Shipped", shipment_id, **more)


def a_return(shipment_id: str = "1", return_id: str = "ret-1", **more: Any) -> tuple[Message, ...]:
    """One of two pieces is expected back."""
    line = returns.ExpectedLine(
        shipment_id=shipment_id,
        line_id="1",
        sku="SKU-1",
        name="Linen dress",
        quantity=1,
        reason="too-small",
    )
    content: dict[str, Any] = {
        "order_id": "c-1",
        "return_id": return_id,
        "order_number": "PO1000001",
        "warehouse": "seattle",
        "lines": (line,),
        "comment": None,
        "late": False,
        "replacement": None,
        "created_at": NOW,
    }
    return (returns.ReturnCreated(**content | more),)


ITEMS = (shipments.Item(line_id="1", sku="SKU-1", name="Linen dress", quantity=2),)
HELD = orders.Held(order_id="c-1", order_number="PO1000001", reason="ask first")
HOLD_REQUESTED = orders.HoldRequested(order_id="c-1", request="m#1", reason="ask first")
HOLD_RELEASED = orders.HoldReleased(order_id="c-1", order_number="PO1000001", status="InProgress")
COMPLETED = orders.Completed(order_id="c-1", order_number="PO1000001")


def a_life() -> dict[str, Stream]:
    """An order that is held in between, and ships: what each of three services tells of it."""
    standing = (shipments.Standing(shipment_id="1", status="InventoryAssigned"),)
    note = orders.NoteAdded(order_id="c-1", note_id="n", text="Ring.", author="csr", added_at=NOW)
    return {
        "order": Stream().tell(placed(), note, HOLD_REQUESTED, HELD, HOLD_RELEASED, COMPLETED),
        "payment": Stream().tell(opened(), recorded(), captured()),
        "shipment": Stream().tell(
            about(shipments.AwaitingInventory, "AwaitingInventory"),
            about(
                shipments.Backordered,
                "AwaitingInventory",
                short=(shipments.Shortage(sku="SKU-1", wanted=2, available=1),),
            ),
            about(shipments.InventoryAssigned, "InventoryAssigned"),
            shipments.Held(order_id="c-1", shipments=standing),
            shipments.HoldLifted(order_id="c-1", shipments=standing),
            about(shipments.Released, "Released", released_at=NOW),
            about(shipments.Packing, "Packing"),
            about(shipments.Shipped, "Shipped", shipped_at=NOW, tracking_number="1Z"),
        ),
    }


def interleaved(streams: Sequence[Sequence[Any]], choices: Sequence[int]) -> list[Any]:
    """The streams as one, each in its own order; `choices` says whose turn it is."""
    left = [list(stream) for stream in streams]
    found: list[Any] = []
    turn = iter(choices)
    while any(left):
        open_ones = [stream for stream in left if stream]
        found.append(open_ones[next(turn, 0) % len(open_ones)].pop(0))
    return found
