"""What a refusal says: the words are all that a person at a desk gets to see of a rule."""

import pytest

from services.order.decider import decider
from shared.contracts.orders import AddNote
from tests.unit.given import Given
from tests.unit.order.builders import (
    COMPLETED,
    DELETE,
    ORDER,
    PARTIALLY_SHIPPED,
    RELEASE_HOLD,
    an_order,
    cancel,
    cancel_requested,
    canceled,
    change_line,
    closed,
    delete_requested,
    hold,
    hold_requested,
    on_hold,
    order_deleted,
    release_hold_requested,
)

EDIT = change_line(quantity=3)
PARTLY = an_order(2).events(closed("1", "Shipped"), PARTIALLY_SHIPPED)
SHIPPED = an_order().events(closed("1", "Shipped"), COMPLETED)
CANCELED = an_order().events(closed("1", "Canceled"), canceled())
HOLDING = an_order().events(hold_requested("h#1"))
CANCELING = an_order().events(cancel_requested("c#1"))
DELETING = an_order().events(delete_requested("d#1"))
HELD = "The order is on hold."


@pytest.mark.parametrize(
    ("given", "command", "words"),
    [
        (Given(decider), hold(), f"There is no order {ORDER}."),
        (Given(decider), AddNote(order_id=ORDER, text="?"), f"There is no order {ORDER}."),
        (on_hold(), EDIT, HELD),
        (on_hold(), cancel(), HELD),
        (an_order(), RELEASE_HOLD, "The order is not on hold."),
        (PARTLY, cancel(), "Shipment 1 has shipped."),
        (PARTLY, EDIT, "A part of the order has shipped."),
        (SHIPPED, EDIT, "The order is completed and can't be edited."),
        (SHIPPED, hold(), "The order is completed and can't be held."),
        (
            SHIPPED,
            cancel(),
            "The order is completed and can't be canceled. Shipment 1 has shipped.",
        ),
        (CANCELED, hold(), "The order is canceled and can't be held."),
        (HOLDING, cancel(), "A hold of the order has been requested."),
        (HOLDING, EDIT, "A hold of the order has been requested."),
        (HOLDING, DELETE, "A hold of the order has been requested."),
        (CANCELING, hold(), "The order is being canceled."),
        (CANCELING, EDIT, "The order is being canceled."),
        (CANCELING, DELETE, "The order is being canceled."),
        (DELETING, hold(), "The order is being deleted."),
        (DELETING, RELEASE_HOLD, "The order is being deleted."),
        (DELETING, cancel(), "The order is being deleted."),
        (DELETING, EDIT, "The order is being deleted."),
        (
            on_hold().events(release_hold_requested("r#1")),
            DELETE,
            "The hold of the order is being released.",
        ),
        (an_order().when(EDIT).after, DELETE, "An edit of the order is still being made."),
        (
            an_order().events(order_deleted("csr:17")),
            hold(),
            "Order PO1000001 was deleted on 2026-11-22 at 20:00 UTC by csr:17.",
        ),
    ],
)
def test_a_refusal_says_what_stands_in_the_way(given, command, words):
    assert given.when(command).reason.message == words
