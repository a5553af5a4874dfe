"""The activity between the notes of people: what the system did, and nobody's secrets."""

from __future__ import annotations

from typing import Any

import pytest

from services.portal.projections.facts import Fact, text_of
from services.portal.projections.timeline import entry_of
from services.portal.queries.activity import ACTIVITY, notes_of
from services.portal.queries.models.details import Note
from shared.contracts import Message, orders, payments, reorders, returns, shipments
from shared.contracts.address import Address
from shared.contracts.base import models_on, short
from shared.contracts.customer_deletion import OrderAnswer
from shared.contracts.shipments import Shortage
from shared.contracts.topics import ORDER_EVENTS, PAYMENT_EVENTS, SHIPMENT_EVENTS
from tests.unit.given import NOW, Given
from tests.unit.order.builders import (
    ADDRESS,
    ORDER,
    RELEASE_HOLD,
    an_order,
    cancel,
    cancel_too_late,
    cart,
    change_line,
    hold,
    hold_too_late,
    lines_confirmed,
    lines_too_late,
    on_hold,
    shipment,
    shipment_canceled,
    shipments_held,
    shipments_lifted,
    shipped,
)

NOT_SHOWN: set[type[Message]] = {
    orders.Deleted,  # nothing is shown of a deleted order
    orders.NoteAdded,  # shown as the note that it is
    orders.DraftRefused,  # about a draft
    OrderAnswer,  # about the customer
    orders.ShipmentClosed,  # repeats the shipment's own event
    orders.ShipmentEdited,
    orders.CaptureDue,  # shown as the captures
    payments.CaptureDueNoted,
    payments.ShippingEnded,  # shown as what is voided then
    reorders.ReorderRequested,  # shown once the draft is there, or can't be
    shipments.InventoryAskedElsewhere,  # steps of the timeline, on the way to goods
    shipments.InventoryUnavailable,
    shipments.Split,
    shipments.InventoryOffered,
    payments.ExpiryDelayed,  # shown as the end of the authorization
    payments.AccountOpened,  # repeats what the order costs
    payments.TotalChanged,
    payments.ReturnRefundStarted,  # shown as the refunds, and as the end of the return
    returns.ReturnRefunded,
    payments.OrderPaid,  # shown with the payment or the edit that did it
    payments.OrderUnpaid,
    payments.CaptureStopped,  # shown as the hold, and as its release
    payments.CaptureResumed,
    payments.AccountClosing,  # shown as the requests to providers
    payments.AccountClosed,
    payments.AccountDeleting,
    payments.AccountDeleted,
    shipments.AwaitingInventory,  # every shipment begins like this
    shipments.InventoryRequested,
    shipments.PaymentNoted,  # repeats the payment's event
    shipments.TotalNoted,
    shipments.LinesChanged,  # the order's event has the total
    shipments.LinesChangeRefused,
    shipments.Held,  # the order's event says it
    shipments.HoldLifted,
    shipments.HoldRefused,
    shipments.CancelRefused,
    shipments.DeleteRefused,
    shipments.Deleted,
}
ABOUT: dict[str, Any] = {"order_id": ORDER, "shipment_id": "1", "warehouse": "seattle"}
MONEY = {"order_id": ORDER, "payment_id": "p-1", "amount": "78.11", "currency": "USD"}
WHERE = Address(**ADDRESS)


def notes(*events: Message) -> list[Note]:
    """The notes of these events, in the order of their sequence."""
    return list(notes_of([entry(each, n) for n, each in enumerate(events, 1)], {"1": 1, "2": 2}))


def entry(event: Message, sequence: int) -> dict[str, Any]:
    """The timeline entry of an event, if the portal shows it among the notes."""
    name, data = short(event.type), event.model_dump(mode="json")
    fact = Fact(event.topic.name.partition(".")[0], ORDER, sequence, name, NOW, data, "m")
    found = entry_of(fact, ORDER)
    assert found["data"] == text_of(data)
    return found


def activity(*events: Message) -> list[str]:
    """The texts of what these events show."""
    found = notes(*(each for each in events if short(each.type) in ACTIVITY))
    assert all(note.kind == "activity" and note.author == "waybill" for note in found)
    return [note.text for note in found]


def recorded(status: str = "Processed", type_: str = "Authorization", left: str = "0.00") -> Any:
    how = {"method": "credit-card", "transaction_type": type_, "status": status}
    rest = {"paid": "0.00", "outstanding": left, "reference": None, "recorded_at": NOW}
    return payments.Recorded.model_validate({**MONEY, **how, **rest})


def moved(kind: type[Message], left: str = "0.00") -> Any:
    return kind.model_validate({**MONEY, "paid": "0.00", "outstanding": left})


def requested(action: str, type_: str = "Sale") -> Any:
    how = {"method": "credit-card", "transaction_type": type_, "action": action}
    which = {"request_id": "r-1", "provider": "simulated", "requested_at": NOW, "waiting": None}
    unsaid = {"reference": None, "provider_reference": None, "paid": "0.00", "outstanding": "0.00"}
    return payments.Requested.model_validate({**MONEY, **how, **which, **unsaid})


def authorization_expired(renewed_by: str | None = None) -> Any:
    what = {"paid": "0.00", "outstanding": "78.11", "expires_at": NOW, "renewed_by": renewed_by}
    return payments.AuthorizationExpired.model_validate({**MONEY, **what})


def renewal() -> Any:
    return requested("add", "Authorization").model_copy(update={"renews": "p-0"})


def refused_by_provider() -> Any:
    how = {"request_id": "r-1", "action": "void", "reason": "Xenia has no account here."}
    rest = {"paid": "78.11", "outstanding": "0.00"}
    return payments.RequestFailed.model_validate({**MONEY, **how, **rest})


def recalled(reason: Any) -> Any:
    return shipments.Recalled(
        **ABOUT, status="Packing", order_number="PO1", reason=reason, recalled_at=NOW
    )


def backordered(articles: int) -> Any:
    short_of = tuple(Shortage(sku=f"S{n}", wanted=9, available=n) for n in range(articles))
    return shipments.Backordered(**ABOUT, status="AwaitingInventory", short=short_of)


ASSIGNED = shipments.InventoryAssigned(**ABOUT, status="InventoryAssigned", lines=())
EDITED = shipments.Edited(**ABOUT, status="Released", shipping_method="express", address=WHERE)
PACKING = shipments.Packing(**ABOUT, status="Packing")
PUT_BACK = shipments.RemovedFromPicklist(**ABOUT, status="Released")
SHIPPED = shipments.Shipped(
    **ABOUT, status="Shipped", order_number="PO1", lines=(), tracking_number=None, shipped_at=NOW
)
RELEASED = shipments.Released(
    **ABOUT,
    status="Released",
    order_number="PO1",
    market="US",
    shipping_method="express",
    address=WHERE,
    lines=(),
    released_at=NOW,
)


@pytest.mark.parametrize(
    ("given", "message", "texts"),
    [
        (Given(an_order().decider), cart(), ["Order PO1000001 was placed: 10.00 USD."]),
        (
            Given(an_order().decider),
            cart(coupons=["SPRING10", "A", "B", "C", "D"]),
            ["Order PO1000001 was placed: 10.00 USD; coupons: SPRING10, A, B and 2 more."],
        ),
        (an_order(), hold("She owes me."), ["Hold requested."]),
        (an_order().when(hold()).after, shipments_held(), ["The order is on hold."]),
        (an_order().when(hold()).after, hold_too_late(), ["Hold refused. It has left the house."]),
        (on_hold(), RELEASE_HOLD, ["Hold release requested."]),
        (
            on_hold().when(RELEASE_HOLD).after,
            shipments_lifted(),
            ["Hold released: the order is In Progress again."],
        ),
        (an_order(), cancel("She died."), ["Cancellation requested."]),
        (
            an_order().when(cancel()).after,
            cancel_too_late(),
            ["Cancellation refused. It has left the house."],
        ),
        (an_order().when(cancel()).after, shipment_canceled(), ["The order is canceled."]),
        (an_order(), change_line(quantity=3), ["Edit requested."]),
        (
            an_order().when(change_line(quantity=3), cause="e#1").after,
            lines_confirmed("e#1"),
            ["Dress in shipment 1: quantity 1, now 3. The total was 10.00 and is 30.00 USD."],
        ),
        (
            an_order().when(change_line(quantity=3), cause="e#1").after,
            lines_too_late("e#1"),
            ["Edit refused. It has left the house."],
        ),
        (an_order(2), shipped("2"), ["The order is partially shipped."]),
        (an_order(), shipped(), ["The order is completed."]),
    ],
)
def test_what_the_order_does_is_shown(given: Any, message: Message, texts: list[str]) -> None:
    assert activity(*given.when(message).events) == texts


NONE_LEFT = "paid in full."
ALL_LEFT = "78.11 USD outstanding."
WAITS = "Shipment 1 waits for stock in seattle"
BACK = "Shipment 1 was recalled from seattle"
CARD = "78.11 USD by credit-card"
ASKED = "The payment provider simulated was asked"


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (recorded(), f"Paid {CARD} (Authorization); {NONE_LEFT}"),
        (recorded(type_="Sale", left="2.40"), f"Paid {CARD} (Sale); 2.40 USD outstanding."),
        (recorded(type_="Sale", left="-5.00"), f"Paid {CARD} (Sale); overpaid by 5.00 USD."),
        (
            recorded("Failed", left="78.11"),
            f"A payment of {CARD} (Authorization) failed; {ALL_LEFT}",
        ),
        (
            recorded("Pending", left="78.11"),
            f"A payment of {CARD} (Authorization) is pending; {ALL_LEFT}",
        ),
        (requested("add"), f"{ASKED} for {CARD} (Sale)."),
        (requested("add", "Credit"), f"{ASKED} to refund {CARD} (Credit)."),
        (requested("capture"), f"{ASKED} to capture 78.11 USD of payment p-1."),
        (requested("refund"), f"{ASKED} to refund 78.11 USD of payment p-1."),
        (refused_by_provider(), f"The void of 78.11 USD of payment p-1 failed; {NONE_LEFT}"),
        (recorded(type_="Credit"), f"Refunded {CARD} (Credit); {NONE_LEFT}"),
        (recorded(type_="Void"), f"Voided {CARD} (Void); {NONE_LEFT}"),
        (moved(payments.Captured), f"Captured 78.11 USD of payment p-1; {NONE_LEFT}"),
        (
            authorization_expired(),
            f"Payment p-1 expired: 78.11 USD can't be captured any more; {ALL_LEFT}",
        ),
        (authorization_expired("p-2"), f"Payment p-1 expired: p-2 replaces it; {ALL_LEFT}"),
        (renewal(), f"{ASKED} to renew payment p-0 for 78.11 USD."),
        (moved(payments.Voided, "78.11"), f"Voided 78.11 USD of payment p-1; {ALL_LEFT}"),
        (moved(payments.Refunded, "78.11"), f"Refunded 78.11 USD of payment p-1; {ALL_LEFT}"),
        (ASSIGNED, "Inventory assigned to shipment 1 in seattle."),
        (backordered(1), f"{WAITS}: S0 (0 of 9)."),
        (backordered(5), f"{WAITS}: S0 (0 of 9), S1 (1 of 9), S2 (2 of 9) and 2 more."),
        (RELEASED, "Shipment 1 was released to seattle."),
        (recalled("held"), f"{BACK}: it is on hold."),
        (recalled("canceled"), f"{BACK}: it is canceled."),
        (recalled("edited"), f"{BACK}: it was edited."),
        (PACKING, "Shipment 1 is being packed."),
        (PUT_BACK, "Shipment 1 was removed from the picklist."),
        (SHIPPED, "Shipment 1 has shipped from seattle."),
        (EDITED, "Shipment 1 now ships by express to Mercy Taylor, Seattle."),
    ],
)
def test_what_becomes_of_money_and_shipments_is_shown(event: Message, text: str) -> None:
    assert activity(event) == [text]


def test_every_event_is_shown_or_known_not_to_be() -> None:
    topics = (ORDER_EVENTS, PAYMENT_EVENTS, SHIPMENT_EVENTS)
    events = {model for topic in topics for model in models_on(topic)}
    assert {event for event in events if short(event.type) not in ACTIVITY} == NOT_SHOWN
    assert set(ACTIVITY) == {short(event.type) for event in events - NOT_SHOWN}


def test_notes_of_people_stand_between_the_activity_and_recorded_activity_is_left_out() -> None:
    mine = orders.NoteAdded(order_id=ORDER, note_id="n", text="Ring.", author="csr:1", added_at=NOW)
    of_0_1 = mine.model_copy(update={"kind": "activity", "text": "The order is on hold."})
    found = notes(PACKING, mine, of_0_1, PUT_BACK)
    assert [(note.kind, note.text) for note in found] == [
        ("activity", "Shipment 1 is being packed."),
        ("staff", "Ring."),
        ("activity", "Shipment 1 was removed from the picklist."),
    ]
    assert len({note.note_id for note in found}) == 3


def test_what_people_give_as_a_reason_is_no_activity() -> None:
    secret = "Xenia Quux"
    address = {"name": secret, "line1": secret, "city": "Rome", "country": "US", "phone": secret}
    customer = {"name": secret, "email": "xenia@quux.example", "phone": secret}
    decider = an_order().decider
    order = Given(decider).when(cart(shipment(address=address), customer=customer)).after
    held = (hold(secret), shipments_held(), RELEASE_HOLD, shipments_lifted())
    for message in (*held, cancel(secret), shipment_canceled()):
        order = order.when(message, actor=secret).after
    texts = activity(*order.past)
    assert len(texts) == 7
    assert "Xenia" not in str(texts)
    assert "quux" not in str(texts)
