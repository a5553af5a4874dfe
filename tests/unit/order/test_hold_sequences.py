"""Whatever holds are placed and released, in any order: what is left restores exactly."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from services.order.decider import decider as order_decider
from services.shipment.fulfilment.decider import decider as fulfilment_decider
from shared.contracts import orders, shipments
from shared.contracts.holds import STOPS, WORK, in_order
from tests.examples import examples
from tests.unit.given import Given
from tests.unit.order.builders import ORDER
from tests.unit.shipment.fulfilment.builders import (
    add,
    allocated,
    complete,
    paid,
    placed,
    release,
)

IDS = ("a", "b", "c")
TYPES = ("fraud", "address", None)


class System:
    """An order and its shipments, which answer each other over queues."""

    def __init__(self) -> None:
        order = placed("1", "2", "3", "4", "5")
        self.order = Given(order_decider).events(order)
        self.goods = Given(fulfilment_decider)
        arrange = [order, paid(), *map(allocated, "2345"), *map(release, "345"), add("4")]
        for message in [*arrange, add("5"), complete("5")]:
            self.goods = self.goods.when(message).after
        self.before = self.goods.state
        self.to_goods: deque = deque()
        self.to_order: deque = deque()
        self.deferred: list[str] = []
        self.settled: list[str] = []
        for event in self.goods.past:
            if isinstance(event, shipments.Shipped):
                self.tell_order(event, "arranged")

    def tell_order(self, message, cause: str) -> None:
        outcome = self.order.when(message, cause=cause, actor="csr:anna")
        if outcome.reason is None:
            if outcome.decision.deferred:
                self.deferred.append(cause)
            self.settled += [each.cause for each in outcome.decision.outcomes]
            self.to_goods += outcome.events
            self.order = outcome.after

    def goods_hear(self) -> None:
        message = self.to_goods.popleft()
        if type(message) in fulfilment_decider.handlers:
            outcome = self.goods.when(message)
            self.to_order += outcome.events
            self.goods = outcome.after

    def order_hears(self) -> None:
        message = self.to_order.popleft()
        if type(message) in order_decider.handlers:
            self.tell_order(message, "fact")

    def come_to_rest(self) -> None:
        while self.to_goods or self.to_order:
            while self.to_goods:
                self.goods_hear()
            while self.to_order:
                self.order_hears()


stops = st.none() | st.sets(st.sampled_from(STOPS)).map(in_order)
hold_ids = st.none() | st.sampled_from(IDS)
places = st.builds(
    lambda hold_id, hold_type, what: orders.Hold(
        order_id=ORDER, hold_id=hold_id, hold_type=hold_type, stops=what
    ),
    hold_ids,
    st.sampled_from(TYPES),
    stops,
)
lifts = st.builds(
    lambda hold_id, hold_type: orders.ReleaseHold(
        order_id=ORDER, hold_id=hold_id, hold_type=hold_type
    ),
    hold_ids,
    st.sampled_from(TYPES),
)
hearing = st.sampled_from(("goods hear", "order hears", "rest"))
steps = st.lists(st.one_of(places, places, lifts, hearing, hearing), max_size=25)


@examples(200)
@given(steps)
def test_any_sequence_of_placing_and_releasing_restores_exactly(steps):
    system = System()
    for number, step in enumerate(steps):
        if step == "goods hear" and system.to_goods:
            system.goods_hear()
        elif step == "order hears" and system.to_order:
            system.order_hears()
        elif step == "rest":
            system.come_to_rest()
            agree(system)
        elif not isinstance(step, str):
            system.tell_order(step, f"m#{number}")
    system.come_to_rest()
    agree(system)
    for number, hold in enumerate(list(system.order.state.holds)):
        system.tell_order(orders.ReleaseHold(order_id=ORDER, hold_id=hold), f"end#{number}")
        system.come_to_rest()
        agree(system)
    assert system.goods.state == system.before
    assert system.order.status == "PartiallyShipped"
    assert sorted(system.settled) == sorted(system.deferred), "every request has one outcome"


def agree(system: System) -> None:
    """Order and shipments have the same holds, and statuses that follow from them."""
    order, goods = system.order.state, system.goods.state
    assert order.holds == goods.holds
    assert not order.requests
    assert (order.status == "OnHold") == any(hold.stops for hold in order.holds.values())
    stopped = {stop for hold in order.holds.values() for stop in hold.stops}
    for which, before in system.before.shipments.items():
        now = goods.shipments[which]
        on_hold = stopped >= WORK and before.is_open
        assert now.status == ("OnHold" if on_hold else before.status)
        assert now.status_before_hold == (before.status if on_hold else None)
