"""What an order's page says at a glance: its next step, its money, its timeline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.portal.queries.models.details import Happened, OrderDetails, Payment, Shipment
from services.portal.queries.models.stock import QueuePosition, Waiting
from services.portal.queries.models.timeline import Entry
from services.portal.web.frame.ways_out import way_out
from services.portal.web.order.ledger import ledger_of
from services.portal.web.order.next_step import next_step
from services.portal.web.order.timeline import part_of
from shared.contracts.error_texts import blocker
from tests.unit.portal.builders import NOW, PIKE, Stream, placed
from tests.unit.portal.test_orders import details

HELD = Happened(at=NOW, by="csr:anna")
SHORT = {"sku": "LINEN-M", "wanted": 2, "available": 0}


def shipments(*statuses: str, **more: Any) -> list[Shipment]:
    content = {"shipping_method": "standard", "shipping_cost": "0", "shipping_tax": "0"}
    return [
        Shipment(
            **content | more, shipment_id=str(n), number=n, status=status, address=PIKE, lines=[]
        )
        for n, status in enumerate(statuses, 1)
    ]


def payment(kind: str = "Authorization", amount: str = "26.70", **more: Any) -> Payment:
    content = {"payment_id": f"p-{kind}", "method": "card", "status": "Processed"} | more
    return Payment(transaction_type=kind, amount=amount, recorded_at=NOW, **content)


def order(*statuses: str, outstanding: str = "0.00", **more: Any) -> OrderDetails:
    found = details(Stream().tell(placed()))
    shown = shipments(*(statuses or ("AwaitingInventory",)))
    return found.model_copy(update={"outstanding": outstanding, "shipments": shown} | more)


def anything(*_: str) -> bool:
    return True


WAITING = {"shipments": shipments("AwaitingInventory", short=[SHORT])}


@pytest.mark.parametrize(
    ("given", "kind", "action", "subject"),
    [
        (order(pending=["cancel"]), "answer", "", ""),
        (order(held=HELD, outstanding="5.00"), "hold", "order.release-hold", "c-1"),
        (order(outstanding="5.00"), "pay", "payment.add", "c-1"),
        (order(outstanding="5.00", payments=[payment(status="Pending")]), "provider", "", ""),
        (order("InventoryAssigned"), "release", "shipment.release", "1"),
        (order("Packing", "InventoryAssigned"), "release", "shipment.release", "2"),
        (order("Released", "Packing"), "ship", "shipment.complete", "2"),
        (order("Shipped", "Released"), "pack", "shipment.add-to-picklist", "2"),
        (order(), "assign", "", ""),
        (order(**WAITING), "stock", "", ""),
        (order("Shipped", status="Completed"), "completed", "", ""),
        (order("Shipped", "Canceled"), "completed", "", ""),
        (order("Canceled", status="Canceled"), "canceled", "", ""),
        (
            order(
                "Canceled", status="Canceled", outstanding="-5.00", payments=[payment("Sale", "5")]
            ),
            "refund",
            "payment.refund",
            "p-Sale",
        ),
        (
            order(status="Canceled", outstanding="-5.00", payments=[payment(amount="5")]),
            "refund",
            "",
            "",
        ),
    ],
)
def test_the_next_step(given: OrderDetails, kind: str, action: str, subject: str) -> None:
    step = next_step(given, {}, anything)
    assert (step.kind, step.action, step.subject) == (kind, action, subject)


def test_the_next_step_is_one_that_the_services_allow() -> None:
    given = order("InventoryAssigned", "InventoryAssigned", "Released")
    step = next_step(given, {}, lambda _, subject: subject == "2")
    assert (step.kind, step.subject, step.others) == ("release", "2", 2)
    # If none is allowed, the first one says why.
    assert next_step(given, {}, lambda *_: False).subject == "1"


def test_the_next_step_says_how_many_are_ahead() -> None:
    ahead = Waiting(
        order_id="c-0", number="PO1", customer=None, shipment_id="1", warehouse="seattle",
        sku="LINEN-M", wanted=1, since=NOW, place=1,
    )  # fmt: skip
    queue = {("1", "LINEN-M"): QueuePosition(available=1, before=[ahead] * 3)}
    step = next_step(order(**WAITING), queue, anything)
    assert step.short is not None
    assert (step.short.wanted, step.ahead) == (2, 3)


@pytest.mark.parametrize(
    ("payments", "authorized", "received", "refunded"),
    [
        ([payment()], "26.70", "0", "0"),
        ([payment(captured="20.00")], "6.70", "20.00", "0"),
        ([payment(captured="20.00", voided="6.70", refunded="5.00")], "0", "20.00", "5.00"),
        ([payment(captured="20.00", expired="6.70", expires_at=NOW)], "0", "20.00", "0"),
        ([payment("Sale"), payment("Credit", "1.70")], "0", "26.70", "1.70"),
        ([payment(), payment("Void")], "0", "0", "0"),
        ([payment(status="Pending"), payment("Sale", status="Failed")], "0", "0", "0"),
    ],
)
def test_the_ledger(payments: list[Payment], authorized: str, received: str, refunded: str) -> None:
    ledger = ledger_of(order(payments=payments))
    found = (ledger.authorized, ledger.received, ledger.refunded)
    assert found == (Decimal(authorized), Decimal(received), Decimal(refunded))


def test_the_ledger_says_what_is_overpaid() -> None:
    assert ledger_of(order(outstanding="-3.00")).overpaid == Decimal("3.00")
    assert ledger_of(order(outstanding="3.00")).overpaid == 0


def entry(n: int, kind: str, who: str | None = None) -> Entry:
    return Entry(
        entry=f"{n}", at=datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=n), version=n,
        service=kind.partition(".")[0], type=kind, who=who, what="", why=None, cause=None,
        cause_type=None, cause_entry=None, correlation=None, message_id="m", data={},
    )  # fmt: skip


ENTRIES = [
    entry(0, "order.placed"),
    entry(1, "payment.captured"),
    entry(22, "shipment.shipped", "csr:anna"),
    entry(23, "stock.issued"),
]


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("all", "3210"),
        ("people", "2"),
        ("money", "1"),
        ("parcels", "32"),
        ("messages", "3"),
        ("nonsense", "3210"),
    ],
)
def test_the_timeline_shows_a_kind(kind: str, shown: str) -> None:
    part = part_of(ENTRIES, kind, ZoneInfo("UTC"))
    wanted = [ENTRIES[int(n)] for n in shown]
    assert [item.entry for item in part.items] == wanted
    assert part.counts == {"all": 4, "people": 1, "money": 1, "parcels": 2, "messages": 1}


def test_the_timeline_marks_the_days_of_the_reader() -> None:
    assert _days("UTC") == [True, False, False, False]
    assert _days("Europe/Stockholm") == [True, True, False, False]


def _days(zone: str) -> list[bool]:
    return [item.begins_day for item in part_of(ENTRIES, "all", ZoneInfo(zone)).items]


def test_the_timeline_is_shown_in_parts() -> None:
    many = [entry(n, "order.placed") for n in range(120)]
    parts = [part_of(many, "all", ZoneInfo("UTC"), begin) for begin in (0, 50, 100)]
    assert [len(part.items) for part in parts] == [50, 50, 20]
    assert [part.left for part in parts] == [70, 20, 0]
    assert [item.entry for part in parts for item in part.items] == many[::-1]
    assert sum(item.begins_day for part in parts for item in part.items) == 5
    assert len(part_of(many, "all", ZoneInfo("UTC"), most=None).items) == 120
    assert part_of(many, "all", ZoneInfo("UTC"), begin=500).items == []


LACK = {"warehouse": "seattle", "items": "A/1 (0 of 2)", "skus": "A/1, B"}


@pytest.mark.parametrize(
    ("key", "facts", "href", "action"),
    [
        ("on-hold", {}, "/orders/c-1", "order.release-hold"),
        ("not-paid.owes", {"outstanding": "1", "currency": "USD"}, "/orders/c-1", "payment.add"),
        ("no-inventory.unpaid", {}, "/orders/c-1", "payment.add"),
        ("no-inventory", LACK, "/warehouse/seattle/stock?sku=A%2F1", ""),
    ],
)
def test_a_blocker_has_a_way_out(key: str, facts: dict[str, str], href: str, action: str) -> None:
    way = way_out(blocker(key, **facts), "c-1")
    assert way is not None
    assert (way.href, way.action) == (href, action)


def test_waiting_has_no_way_out() -> None:
    assert way_out(blocker("no-inventory.pending"), "c-1") is None
