"""After an edit nothing is released until the new total has arrived."""

from decimal import Decimal

from services.shipment.fulfilment.decider import decider
from shared.contracts import shipments, stock
from shared.contracts.order_edits import (
    LineAltered,
)
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCEL_ORDER,
    after,
    cancel,
    lines_edit,
    paid,
    placed,
    recorded,
    release,
    unpaid,
)
from tests.unit.shipment.fulfilment.line_edit_builders import (
    CHEAPER,
    DISCOUNT,
    SPLIT,
    noted_total,
    priced,
)


def test_nothing_is_released_until_the_new_total_is_known() -> None:
    given = after(*ASSIGNED, lines_edit(CHEAPER))
    outcome = given.when(release()).rejected("total-pending", "total-pending")
    assert outcome.reason is not None
    assert "new total is being calculated" in outcome.reason.message
    assert given.when(priced("81.00")).when(release()).status == "Released"


def test_nothing_is_released_until_the_total_of_every_edit_is_known() -> None:
    given = after(*ASSIGNED, lines_edit(CHEAPER), lines_edit(DISCOUNT, "r-5"))
    once = given.when(priced("81.00"))
    once.when(release()).rejected("total-pending")
    assert once.when(priced("76.00", "r-5")).when(release()).status == "Released"


def test_an_order_paid_at_its_old_total_is_not_paid_at_a_higher_one() -> None:
    dearer = LineAltered(shipment_id="1", line_id="1", placed_price=Decimal("50.00"))
    given = after(*ASSIGNED, lines_edit(dearer), priced("160.00"))
    given.when(release()).rejected("not-paid", "not-paid")
    late = given.when(recorded("0.00")).then()
    late.when(release()).rejected("not-paid")
    assert given.when(paid("160.00")).when(release()).status == "Released"


def test_an_earlier_refund_counts_when_the_total_grows() -> None:
    given = after(*ASSIGNED, paid("150.00"), recorded("-20.00"), lines_edit(CHEAPER))
    dearer = given.when(priced("130.00"))
    dearer.when(release()).rejected("not-paid")
    assert given.when(priced("120.00")).when(release()).status == "Released"


def test_a_lower_total_may_make_an_order_paid_in_full() -> None:
    given = after(placed(), recorded("30.00"), lines_edit(CHEAPER))
    outcome = given.when(priced("70.00"))
    noted, request = outcome.events
    assert noted == noted_total("70.00", "0.00", in_full=True)
    assert isinstance(request, shipments.InventoryRequested)


def test_a_canceled_shipment_is_not_part_of_the_total() -> None:
    given = after(placed("1", "2"), recorded("50.00"), cancel("2"))
    noted, request = given.when(priced("50.00", None)).events
    assert noted.request is None
    assert noted.in_full
    assert request.shipment_id == "1"


def test_an_unchanged_total_changes_nothing() -> None:
    after(*ASSIGNED).when(priced("100.00", None)).then()
    after(*ASSIGNED, lines_edit(CHEAPER), priced("81.00")).when(priced("81.00")).then()
    Given(decider).when(priced()).then()


def test_an_edit_does_not_stop_a_cancellation() -> None:
    outcome = after(*ASSIGNED, lines_edit(SPLIT)).when(CANCEL_ORDER)
    assert outcome.status == "1:Canceled 2:Canceled"
    (deallocation,) = outcome.outgoing
    assert isinstance(deallocation, stock.Deallocate)


def test_a_refund_after_an_edit_counts() -> None:
    given = after(*ASSIGNED, lines_edit(CHEAPER), priced("81.00"), unpaid("80.00"))
    outcome = given.when(release()).rejected("not-paid")
    assert outcome.reason is not None
    assert outcome.reason.message == "The order has 1.00 USD outstanding."
