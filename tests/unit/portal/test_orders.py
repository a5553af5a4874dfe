"""An order's document: what it shows, and that it doesn't matter what is heard first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from services.portal.projections.facts import Fact
from services.portal.projections.orders import ORDERS
from services.portal.projections.projection import Document
from services.portal.queries.details import details_of
from services.portal.queries.models.details import OrderDetails
from shared.contracts import Message, orders, payments, shipments
from shared.contracts.address import Customer
from shared.contracts.order_edits import DiscountSet
from shared.contracts.replies import Reason
from tests.unit.portal.builders import (
    HELD,
    HOLD_REQUESTED,
    NOW,
    Stream,
    a_life,
    about,
    captured,
    interleaved,
    opened,
    placed,
    recorded,
    requested,
    shipment,
)


def voided() -> payments.Voided:
    content = captured().model_dump() | {"paid": Decimal("0.00"), "outstanding": Decimal("26.70")}
    return payments.Voided(**content)


def told(*streams: Stream) -> Document:
    return of(fact for stream in streams for fact in stream.facts)


def of(facts: Iterable[Fact]) -> Document:
    document = ORDERS.new("c-1")
    for fact in facts:
        ORDERS.apply(document, fact)
    ORDERS.finish(document)
    return document


def details(*streams: Stream) -> OrderDetails:
    found = details_of(told(*streams), [])
    assert found is not None
    return found


DISCOUNT = DiscountSet(amount=Decimal("1.00"))
LIFE = [stream.facts for stream in a_life().values()]


@given(st.lists(st.integers(0, 2), max_size=20))
def test_interleaving_of_the_services_does_not_matter(choices):
    assert of(interleaved(LIFE, choices)) == of(fact for facts in LIFE for fact in facts)


@given(st.data())
def test_repeats_change_nothing(data):
    facts = [fact for theirs in LIFE for fact in theirs]
    again = list(facts)
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(facts) - 1))
        end = data.draw(st.integers(start, len(facts)))
        again += facts[start:end]
    assert of(again) == of(facts)


def test_whole_life_is_shown():
    order = details(*a_life().values())
    assert (order.number, order.status, order.pending) == ("PO1000001", "Completed", [])
    assert (order.total, order.paid, order.outstanding) == ("26.70", "26.70", "0.00")
    assert [p.captured for p in order.payments] == ["26.70"]
    [shipment] = order.shipments
    assert (shipment.status, shipment.tracking_number, shipment.short) == ("Shipped", "1Z", [])
    assert shipment.lines[0].placed_price == "10.00"
    assert order.versions == {"order": 6, "payment": 3, "shipment": 8}
    assert not order.incomplete


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        ((), "0.00"),
        ((opened(),), "0.00"),
        ((opened(), recorded(amount="20.00")), "-20.00"),
        ((opened(), recorded(), voided()), "0.00"),
    ],
)
def test_a_canceled_order_asks_for_nothing(money, expected):
    canceled = orders.Canceled(order_id="c-1", order_number="PO1000001", market="US", reason=None)
    streams = Stream().tell(placed(), canceled), Stream().tell(*money)
    assert details(*streams).outstanding == expected
    assert told(*streams)["row"]["outstanding"] == expected


def test_an_edit_shows_what_the_order_holds_and_costs_now():
    one = shipment().lines[0].model_copy(update={"quantity": 1, "tax": Decimal("0.90")})
    edited = orders.EditedLine(**dict(one))
    kept = dict(shipment()) | {"lines": (edited,)}
    changed = orders.LinesChanged(
        order_id="c-1",
        order_number="PO1000001",
        request="m-1",
        currency="USD",
        shipments=(orders.EditedShipment(**kept),),
        order_discount=Decimal("1.00"),
        order_discount_granted=Decimal("1.00"),
        total=Decimal("14.80"),
        summary="Linen dress in shipment 1: quantity 2, now 1.",
    )
    item = shipments.Item(line_id="1", sku="SKU-1", name="Linen dress", quantity=1)
    answer = shipments.LinesChanged(
        order_id="c-1",
        request="m-1",
        shipments=(
            shipments.ChangedShipment(
                shipment_id="1",
                status="AwaitingInventory",
                warehouse="seattle",
                lines=(item,),
                preorder_lines=(),
                revision=1,
                inventory_requested=True,
            ),
        ),
    )
    assigned = about(shipments.InventoryAssigned, "InventoryAssigned", lines=(item,))
    order = details(Stream().tell(placed(), changed), Stream().tell(assigned, answer))
    assert order.total == "14.80"
    assert (order.shipments[0].status, order.shipments[0].lines[0].quantity) == (
        "AwaitingInventory",
        1,
    )


DECLINED = recorded(amount="0.00").model_copy(
    update={"amount": Decimal("26.70"), "status": "Failed", "reason": "Insufficient funds."}
)
REFUSED = payments.RequestFailed(
    order_id="c-1",
    payment_id="p-1",
    request_id="r-1",
    action="capture",
    amount=Decimal("26.70"),
    currency="USD",
    paid=Decimal("26.70"),
    outstanding=Decimal("0.00"),
    reason="Too late.",
)
FAILED = ("Processed", None, "Too late.")


@pytest.mark.parametrize(
    ("told_of", "shown", "outstanding"),
    [
        ([requested("add")], ("Pending", None, None), "26.70"),
        ([requested("add"), DECLINED], ("Failed", None, "Insufficient funds."), "26.70"),
        ([requested("add"), recorded()], ("Processed", None, None), "0.00"),
        ([recorded(), requested("capture")], ("Processed", "capture", None), "26.70"),
        ([recorded(), requested("capture"), REFUSED], FAILED, "0.00"),
        ([recorded(), REFUSED, requested("capture"), captured()], ("Captured", None, None), "0.00"),
    ],
)
def test_a_payment_shows_what_its_provider_has_to_answer_and_why_it_failed(
    told_of: list[Message], shown: tuple[str, str | None, str | None], outstanding: str
) -> None:
    order = details(Stream().tell(placed()), Stream().tell(opened(), *told_of))
    [payment] = order.payments
    assert (payment.status, payment.asked, payment.reason) == shown
    assert payment.amount == "26.70"
    assert order.outstanding == outstanding


def test_order_that_is_not_placed_yet_is_in_no_list():
    document = told(Stream().tell(recorded()))
    assert document["row"] == {"listed": False}
    assert details_of(document, []) is None


def test_gap_is_noted_and_what_follows_is_taken_in():
    facts = Stream().tell(placed(), HOLD_REQUESTED, HELD).facts
    document = of([facts[0], facts[2]])
    assert document["gaps"] == {"order": [[2, 2]]}
    assert document["row"]["status"] == "OnHold"
    found = details_of(document, [])
    assert found is not None
    assert found.incomplete


def test_hold_that_waits_for_its_answer_is_pending():
    assert told(Stream().tell(placed(), HOLD_REQUESTED))["row"]["pending"] == ["hold"]
    assert told(Stream().tell(placed(), HOLD_REQUESTED, HELD))["row"]["pending"] == []


def test_edit_is_pending_until_its_own_answer_comes():
    asked = [
        orders.LinesChangeRequested(order_id="c-1", request=request, edit=DISCOUNT)
        for request in ("m#1", "m#2")
    ]
    no = Reason(code="too-late", message="It has left the house.")
    refused = [
        orders.LinesChangeRefused(order_id="c-1", request=request, reason=no)
        for request in ("m#2", "m#1")
    ]
    assert told(Stream().tell(placed(), *asked, refused[0]))["row"]["pending"] == ["edit"]
    assert told(Stream().tell(placed(), *asked, *refused))["row"]["pending"] == []


def test_held_shipment_says_where_it_comes_back_to():
    standing = (shipments.Standing(shipment_id="1", status="Packing"),)
    order = details(
        Stream().tell(placed(), HOLD_REQUESTED, HELD),
        Stream().tell(
            about(shipments.AwaitingInventory, "AwaitingInventory"),
            shipments.Held(order_id="c-1", shipments=standing),
        ),
    )
    assert (order.shipments[0].status, order.shipments[0].before_hold) == ("OnHold", "Packing")
    assert order.held is not None
    assert order.held.reason == "ask first"


def test_backordered_shipment_says_what_it_waits_for():
    short = (shipments.Shortage(sku="SKU-1", wanted=2, available=1),)
    waiting = Stream().tell(
        about(shipments.AwaitingInventory, "AwaitingInventory"),
        about(shipments.Backordered, "AwaitingInventory", short=short),
    )
    row = told(Stream().tell(placed()), waiting)["row"]
    assert row["shipments"][0]["waits_for"] == ["SKU-1"]


def test_edited_address_is_found_and_shown():
    elsewhere = placed().shipments[0].address.model_copy(update={"name": "Zoë Hayes"})
    edited = about(shipments.Edited, "AwaitingInventory", address=elsewhere)
    first = about(shipments.AwaitingInventory, "AwaitingInventory")
    streams = Stream().tell(placed()), Stream().tell(first, edited)
    assert details(*streams).shipments[0].address.name == "Zoë Hayes"
    assert told(*streams)["row"]["names"] == "mercy taylor\nzoe hayes"


@pytest.mark.parametrize(
    ("customer", "anonymous"),
    [
        (None, True),
        (Customer(phone="+1 206"), True),
        (Customer(email="a@b"), False),
        (Customer(customer_id="cu-1"), True),
    ],
)
def test_anonymous_is_who_has_neither_name_nor_email(customer, anonymous):
    assert told(Stream().tell(placed(customer=customer)))["row"]["anonymous"] == anonymous


def test_canceled_order_says_why_and_waits_for_nothing():
    asked = orders.CancelRequested(order_id="c-1", request="m#2", reason="changed my mind")
    gone = orders.Canceled(
        order_id="c-1", order_number="PO1000001", market="US", reason="changed my mind"
    )
    order = details(Stream().tell(placed(), asked, gone))
    assert (order.status, order.pending) == ("Canceled", [])
    assert order.canceled is not None
    assert order.canceled.reason == "changed my mind"
    assert order.canceled.at > NOW


def test_a_corrected_tracking_number_and_the_former_one_find_the_order() -> None:
    corrected = about(
        shipments.TrackingCorrected, "Shipped", tracking_number="1Z 3", carrier="UPS",
        former_tracking_number="1Z", former_carrier=None,
    )  # fmt: skip
    life = a_life()
    life["shipment"].tell(corrected)
    [shipment] = details(*life.values()).shipments
    assert (shipment.tracking_number, shipment.carrier) == ("1Z 3", "UPS")
    assert shipment.former_tracking == ["1Z"]
    assert {"T1z", "T1z 3"} <= set(told(*life.values())["row"]["pieces"])
