"""A hold stops what it says it stops, and nothing else."""

import pytest

from shared.contracts import Message, orders, shipments, warehouse
from shared.contracts.holds import STOPS, HoldDetails, Stop
from shared.contracts.shipments import Explain
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCEL_ORDER,
    ORDER,
    PACKING,
    RELEASED,
    SHIPPED,
    add,
    after,
    cancel,
    complete,
    edit,
    lines_edit,
    release,
    remove,
)


def details(*stops: Stop, hold_id: str = "a") -> HoldDetails:
    return HoldDetails(
        hold_id=hold_id, hold_type="address", owner="csr:ben", reason="no street", stops=stops
    )


def hold(*stops: Stop, hold_id: str = "a") -> orders.HoldRequested:
    return orders.HoldRequested(
        order_id=ORDER, request="r-1", reason=None, hold=details(*stops, hold_id=hold_id)
    )


def lift(*ids: str) -> orders.ReleaseHoldRequested:
    return orders.ReleaseHoldRequested(order_id=ORDER, request="r-2", holds=ids or ("a",))


def test_a_hold_that_stops_only_shipping_lets_releasing_and_picking_go_on() -> None:
    held = after(*ASSIGNED).when(hold("ship"))
    held.then(shipments.Held(order_id=ORDER, shipments=(), hold=details("ship"))).publishes()
    packing = held.when(release()).when(add())
    assert packing.status == "Packing"
    packing.when(complete()).rejected("on-hold", "on-hold")
    assert packing.when(lift()).when(complete()).status == "Shipped"


STEPS: tuple[tuple[Stop, tuple[Message, ...], Message], ...] = (
    ("release", ASSIGNED, release()),
    ("pick", RELEASED, add()),
    ("pack", PACKING, complete()),
    ("ship", PACKING, complete()),
    ("cancel", PACKING, cancel()),
)


@pytest.mark.parametrize(("stop", "history", "command"), STEPS)
def test_what_a_hold_stops_is_refused_and_names_the_hold(
    stop: Stop, history: tuple[Message, ...], command: Message
) -> None:
    held = after(*history).when(hold(stop))
    refused = held.when(command)
    assert refused.reason is not None
    if stop == "cancel":
        assert refused.reason.code == "last-open-on-hold"
        return
    assert refused.reason.message == "The order is on hold: Address check (no street, csr:ben)."
    assert "csr, supervisor" in (refused.reason.blockers[0].remedy or "")


@pytest.mark.parametrize(("stop", "history", "command"), STEPS)
def test_what_a_hold_does_not_stop_goes_on(
    stop: Stop, history: tuple[Message, ...], command: Message
) -> None:
    others = tuple(each for each in STOPS if each != stop and {each, stop} != {"pack", "ship"})
    held = after(*history).when(hold(*others))
    if stop == "cancel":
        assert held.status == "OnHold"
    assert held.when(command).reason is None


def test_the_answer_to_why_not_is_the_refusal() -> None:
    given = after(*PACKING, hold("ship"))
    action = given.answer(Explain(order_id=ORDER))["shipment.complete", "1"]
    assert action.blockers == given.when(complete()).reason.blockers  # type: ignore[union-attr]


def test_holds_that_together_stop_all_work_put_the_shipments_on_hold() -> None:
    first = after(*RELEASED).when(hold("release", "pick"))
    assert first.status == "Released"
    both = first.when(hold("pack", "ship", hold_id="b"))
    assert both.status == "OnHold"
    assert [type(m) for m in both.outgoing] == [warehouse.Recall]
    back = both.when(lift("a"))
    assert back.status == "Released"
    assert [type(m) for m in back.outgoing] == [warehouse.Release]
    back.when(add()).when(complete()).rejected("on-hold")


def test_lifting_one_of_two_holds_that_each_stop_all_work_keeps_the_shipments_on_hold() -> None:
    both = after(*PACKING, hold(*STOPS), hold(*STOPS, hold_id="b"))
    one = both.when(lift("a"))
    one.then(shipments.HoldLifted(order_id=ORDER, shipments=(), holds=("a",))).publishes()
    assert one.status == "OnHold"
    assert one.when(lift("b")).status == "Packing"


def test_a_hold_without_a_type_is_lifted_without_touching_the_others() -> None:
    plain = orders.HoldRequested(order_id=ORDER, request="r-3", reason=None)
    both = after(*PACKING, hold(*STOPS), plain)
    lifted = both.when(orders.ReleaseHoldRequested(order_id=ORDER, request="r-4"))
    assert lifted.status == "OnHold"
    assert list(lifted.after.state.holds) == ["a"]


def test_a_refusal_says_which_hold_it_refuses() -> None:
    (refused,) = after(*SHIPPED).when(hold("ship")).events
    assert isinstance(refused, shipments.HoldRefused)
    assert refused.hold_id == "a"


def test_an_order_whose_holds_let_cancel_go_on_is_canceled() -> None:
    given = after(*PACKING, hold("release", "pick", "pack", "ship"))
    assert given.status == "OnHold"
    assert given.when(CANCEL_ORDER).status == "Canceled"
    (refused,) = after(*PACKING, hold("cancel")).when(CANCEL_ORDER).events
    assert isinstance(refused, shipments.CancelRefused)
    assert "Address check" in refused.reason.message


def test_editing_the_address_is_possible_and_editing_lines_is_not() -> None:
    given = after(*PACKING, hold("ship"))
    assert given.when(edit()).reason is None
    assert given.when(remove()).status == "Released"
    (refused,) = after(*ASSIGNED, hold("ship")).when(lines_edit()).events
    assert isinstance(refused, shipments.LinesChangeRefused)
    assert refused.reason.code == "on-hold"
