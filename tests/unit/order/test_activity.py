"""Activity notes: written by the system, readable, and nobody's secrets in them."""

import pytest

from services.order.activity import is_activity
from services.order.activity_texts import NOTED_FACTS, TEXTS
from services.order.decider import decider
from shared.contracts import orders, payments, reorders, shipments
from shared.contracts.address import Address
from shared.contracts.base import models_on
from shared.contracts.orders import AddNote, NoteAdded
from shared.contracts.shipments import Shortage
from shared.contracts.topics import PAYMENT_EVENTS
from tests.unit.given import NOW, Given
from tests.unit.order.builders import (
    ADDRESS,
    ORDER,
    RELEASE_HOLD,
    TOO_LATE,
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

NOT_TOLD = {
    orders.Deleted,  # nobody is left to be told
    orders.NoteAdded,  # it is a note
    orders.DraftRefused,  # it is about a draft
    *(orders.ShipmentClosed, orders.ShipmentEdited),  # told as the facts that they follow from
    reorders.ReorderRequested,  # told when the draft is there, or can't be
}
MONEY_NOT_TOLD = {
    payments.AccountOpened,  # told as what the order costs
    payments.TotalChanged,  # so is this
    payments.OrderPaid,  # told with the payment that did it, or the edit
    payments.OrderUnpaid,
    payments.AccountClosing,  # told as what providers are asked
    payments.AccountClosed,  # told as the cancellation
    payments.AccountDeleting,  # nobody is left to be told
    payments.AccountDeleted,
}
ABOUT = {"order_id": ORDER, "shipment_id": "1", "warehouse": "seattle"}
MONEY = {"order_id": ORDER, "payment_id": "p-1", "amount": "78.11", "currency": "USD"}
WHERE = Address(**ADDRESS)


def texts(outcome):
    """What is written down, in words."""
    assert all(is_activity(note) and note.author == "waybill" for note in outcome.aside)
    assert all(note.added_at == NOW for note in outcome.aside)
    return [note.text for note in outcome.aside]


def recorded(status="Processed", type_="Authorization", outstanding="0.00"):
    how = {"method": "credit-card", "transaction_type": type_, "status": status}
    rest = {"paid": "0.00", "outstanding": outstanding, "reference": None, "recorded_at": NOW}
    return payments.Recorded.model_validate({**MONEY, **how, **rest})


def moved(kind, outstanding="0.00"):
    return kind.model_validate({**MONEY, "paid": "0.00", "outstanding": outstanding})


def requested(action, type_="Sale"):
    how = {"method": "credit-card", "transaction_type": type_, "action": action}
    which = {"request_id": "r-1", "provider": "simulated", "requested_at": NOW, "waiting": None}
    unsaid = {"reference": None, "provider_reference": None, "paid": "0.00", "outstanding": "0.00"}
    return payments.Requested.model_validate({**MONEY, **how, **which, **unsaid})


def refused_by_provider():
    how = {"request_id": "r-1", "action": "void", "reason": "Xenia has no account here."}
    rest = {"paid": "78.11", "outstanding": "0.00"}
    return payments.RequestFailed.model_validate({**MONEY, **how, **rest})


def recalled(reason):
    return shipments.Recalled(
        **ABOUT, status="Packing", order_number="PO1", reason=reason, recalled_at=NOW
    )


def backordered(articles):
    short = tuple(Shortage(sku=f"S{n}", wanted=9, available=n) for n in range(articles))
    return shipments.Backordered(**ABOUT, status="AwaitingInventory", short=short)


ASSIGNED = shipments.InventoryAssigned(**ABOUT, status="InventoryAssigned", lines=())
EDITED = shipments.Edited(**ABOUT, status="Released", shipping_method="express", address=WHERE)
PACKING = shipments.Packing(**ABOUT, status="Packing")
PUT_BACK = shipments.RemovedFromPicklist(**ABOUT, status="Released")
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
    ("given", "message", "words"),
    [
        (Given(decider), cart(), ["PO1000001 was placed: 10.00 USD."]),
        (
            Given(decider),
            cart(coupons=["SPRING10", "A", "B", "C", "D"]),
            ["PO1000001 was placed: 10.00 USD. Coupons: SPRING10, A, B and 2 more."],
        ),
        (an_order(), hold("She owes me."), ["Hold requested."]),
        (an_order().when(hold()).after, shipments_held(), ["The order is on hold."]),
        (
            an_order().when(hold()).after,
            hold_too_late(),
            ["The hold was refused. It has left the house."],
        ),
        (on_hold(), RELEASE_HOLD, ["Hold release requested."]),
        (
            on_hold().when(RELEASE_HOLD).after,
            shipments_lifted(),
            ["The hold was released; the order is InProgress."],
        ),
        (an_order(), cancel("She died."), ["Cancellation requested."]),
        (
            an_order().when(cancel()).after,
            cancel_too_late(),
            ["The cancellation was refused. It has left the house."],
        ),
        (
            an_order().when(cancel()).after,
            shipment_canceled(),
            ["Shipment 1 was canceled.", "The order is canceled."],
        ),
        (an_order(), change_line(quantity=3), ["Edit requested."]),
        (
            an_order().when(change_line(quantity=3), cause="e#1").after,
            lines_confirmed("e#1"),
            ["Dress in shipment 1: quantity 1, now 3. The total was 10.00 and is 30.00 USD."],
        ),
        (
            an_order().when(change_line(quantity=3), cause="e#1").after,
            lines_too_late("e#1"),
            ["The edit was refused. It has left the house."],
        ),
        (
            an_order(2),
            shipped("2"),
            ["Shipment 2 has left the warehouse seattle.", "The order is partially shipped."],
        ),
        (
            an_order(),
            shipped(),
            ["Shipment 1 has left the warehouse seattle.", "The order is completed."],
        ),
    ],
)
def test_what_the_order_does_is_told(given, message, words):
    assert texts(given.when(message)) == words


NONE_LEFT = "paid in full."
ALL_LEFT = "78.11 USD outstanding."
WAITS = "Shipment 1 waits for stock"
BACK = "Shipment 1 was recalled from the warehouse seattle"
CARD = "78.11 USD by credit-card"
ASKED = "The payment provider simulated was asked"


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (recorded(), f"Paid {CARD} (Authorization); {NONE_LEFT}"),
        (
            recorded(type_="Sale", outstanding="2.40"),
            f"Paid {CARD} (Sale); 2.40 USD outstanding.",
        ),
        (
            recorded(type_="Sale", outstanding="-5.00"),
            f"Paid {CARD} (Sale); overpaid by 5.00 USD.",
        ),
        (
            recorded("Failed", outstanding="78.11"),
            f"A payment of {CARD} (Authorization) failed; {ALL_LEFT}",
        ),
        (
            recorded("Pending", outstanding="78.11"),
            f"A payment of {CARD} (Authorization) is pending; {ALL_LEFT}",
        ),
        (requested("add"), f"{ASKED} for {CARD} (Sale)."),
        (requested("add", "Credit"), f"{ASKED} to give back {CARD} (Credit)."),
        (requested("capture"), f"{ASKED} to capture 78.11 USD of payment p-1."),
        (requested("refund"), f"{ASKED} to refund 78.11 USD of payment p-1."),
        (refused_by_provider(), f"The void of 78.11 USD of payment p-1 failed; {NONE_LEFT}"),
        (recorded(type_="Credit"), f"Gave back {CARD} (Credit); {NONE_LEFT}"),
        (recorded(type_="Void"), f"Let go of {CARD} (Void); {NONE_LEFT}"),
        (moved(payments.Captured), f"Captured 78.11 USD of payment p-1; {NONE_LEFT}"),
        (moved(payments.Voided, "78.11"), f"Voided 78.11 USD of payment p-1; {ALL_LEFT}"),
        (moved(payments.Refunded, "78.11"), f"Refunded 78.11 USD of payment p-1; {ALL_LEFT}"),
        (ASSIGNED, "Shipment 1 has its inventory, in the warehouse seattle."),
        (backordered(1), f"{WAITS}: S0 (0 of 9)."),
        (backordered(5), f"{WAITS}: S0 (0 of 9), S1 (1 of 9), S2 (2 of 9) and 2 more."),
        (RELEASED, "Shipment 1 was released to the warehouse seattle."),
        (recalled("held"), f"{BACK}: it is on hold."),
        (recalled("canceled"), f"{BACK}: it is canceled."),
        (recalled("edited"), f"{BACK}: it was edited."),
        (PACKING, "Shipment 1 is being packed."),
        (PUT_BACK, "Shipment 1 was removed from the picklist."),
    ],
)
def test_what_becomes_of_money_and_shipments_is_told_and_changes_nothing(fact, words):
    outcome = an_order().when(fact).then()
    assert texts(outcome) == [words]
    assert outcome.status == "InProgress"
    assert type(fact) in NOTED_FACTS


def test_a_fact_about_an_order_that_nobody_knows_is_not_told():
    for fact in (recorded(), shipped(), shipments_held()):
        assert texts(Given(decider).when(fact).then()) == []


def test_an_edited_shipment_is_told_once():
    assert texts(an_order().when(EDITED)) == ["Shipment 1 was edited; it goes by express."]


def test_every_event_of_an_order_is_told_or_known_not_to_be():
    assert {event for event in decider.events if event not in TEXTS} == NOT_TOLD
    assert set(NOTED_FACTS) < set(decider.handlers)


def test_every_event_of_its_money_is_told_or_known_not_to_be():
    assert {event for event in models_on(PAYMENT_EVENTS) if event not in TEXTS} == MONEY_NOT_TOLD


def test_notes_are_numbered_and_no_two_have_one_id():
    order = an_order().when(AddNote(order_id=ORDER, text="Mine."), cause="activity-3").after
    for message in (hold(), shipments_held(), RELEASE_HOLD, shipments_lifted(), shipped()):
        order = order.when(message).after
    ids = [event.note_id for event in order.past if isinstance(event, NoteAdded)]
    assert ids[:3] == ["activity-1", "activity-3", "activity-3-2"]
    assert len(set(ids)) == len(ids) == 8


def test_a_note_of_before_there_was_activity_is_the_staffs():
    kept = {"order_id": "c-1", "note_id": "n", "text": "Hm.", "author": None, "added_at": NOW}
    old = NoteAdded.model_validate(kept)
    assert old.kind == "staff"
    assert not is_activity(old)


def test_nothing_that_a_person_wrote_or_that_says_who_they_are_is_in_an_activity_note():
    secret = "Xenia Quux"
    address = {"name": secret, "line1": secret, "city": secret, "country": "US", "phone": secret}
    customer = {"name": secret, "email": "xenia@quux.example", "phone": secret}
    order = Given(decider).when(cart(shipment(address=address), customer=customer)).after
    held = (hold(secret), shipments_held(), RELEASE_HOLD, shipments_lifted())
    for message in (*held, cancel(secret), shipment_canceled()):
        order = order.when(message, actor=secret).after
    notes = [event for event in order.past if is_activity(event)]
    assert len(notes) == 8
    assert "Xenia" not in str(notes)
    assert "quux" not in str(notes)


def test_a_refusal_of_any_length_fits_into_a_note():
    long = TOO_LATE.model_copy(update={"message": "x" * 9000})
    fact = shipments.CancelRefused(order_id=ORDER, reason=long)
    (text,) = texts(an_order().when(cancel()).after.when(fact))
    assert len(text) == 4000
