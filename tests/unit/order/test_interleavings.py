"""Whatever overtakes whatever: every request has one outcome, and held means held."""

from collections import Counter, deque

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Message, orders
from shared.runtime.decider import DeferredOutcome
from tests.examples import examples
from tests.unit.order.builders import (
    RELEASE_HOLD,
    an_order,
    cancel,
    cancel_too_late,
    hold,
    hold_too_late,
    shipment_canceled,
    shipments_held,
    shipments_lifted,
    shipped,
)


class Fulfilment:
    """As little of the shipment service as it takes to answer an order."""

    def __init__(self, of: int) -> None:
        self.ends = {str(n): "Open" for n in range(1, of + 1)}
        self.held = False

    def answer(self, event):
        match event:
            case orders.HoldRequested():
                self.held = "Open" in self.ends.values()
                return [shipments_held() if self.held else hold_too_late()]
            case orders.ReleaseHoldRequested():
                self.held = False
                return [shipments_lifted()]
            case orders.CancelRequested() if "Shipped" in self.ends.values():
                return [cancel_too_late()]
            case orders.CancelRequested():
                return [fact for n in self.ends for fact in self.cancel(n)]
        return []

    def ship(self, n):
        if self.held or self.ends[n] != "Open":
            return []
        self.ends[n] = "Shipped"
        return [shipped(n)]

    def cancel(self, n):
        last = self.held and list(self.ends.values()).count("Open") == 1
        if self.ends[n] != "Open" or last:
            return []
        self.ends[n] = "Canceled"
        return [shipment_canceled(n)]


class World:
    """An order, its shipments, and the messages on their way between them."""

    def __init__(self, of: int) -> None:
        self.order = an_order(of)
        self.fulfilment = Fulfilment(of)
        self.to_shipments: deque[Message] = deque()
        self.to_order: deque[Message] = deque()
        self.deferred: list[str] = []
        self.settled: list[DeferredOutcome] = []

    def step(self, action: str, n: str, cause: str) -> None:
        match action:
            case "hold" | "release" | "cancel":
                command = {"hold": hold(), "release": RELEASE_HOLD, "cancel": cancel()}[action]
                self.tell_order(command, cause)
            case "ship":
                self.to_order += self.fulfilment.ship(n)
            case "cancel shipment":
                self.to_order += self.fulfilment.cancel(n)
            case "shipments hear" if self.to_shipments:
                self.to_order += self.fulfilment.answer(self.to_shipments.popleft())
            case "order hears" if self.to_order:
                self.tell_order(self.to_order.popleft(), cause)

    def tell_order(self, message, cause: str) -> None:
        outcome = self.order.when(message, cause=cause)
        if outcome.reason is not None:
            return
        if outcome.decision.deferred:
            self.deferred.append(cause)
        self.settled += outcome.decision.outcomes
        self.to_shipments += outcome.events
        self.order = outcome.after

    def come_to_rest(self) -> None:
        while self.to_shipments or self.to_order:
            self.step("shipments hear", "", "rest")
            self.step("order hears", "", "rest")


ACTIONS = ["hold", "release", "cancel", "ship", "cancel shipment"]
HEARING = ["shipments hear", "order hears"]
steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS + HEARING * 3), st.sampled_from("12")), max_size=40
)


@examples(150)
@given(steps)
def test_every_request_has_exactly_one_outcome_and_held_means_held(steps):
    world = World(of=2)
    for number, (action, n) in enumerate(steps):
        world.step(action, n, f"m#{number}")
        order = world.order.state
        if order.status == "OnHold" and not order.waits_for("release-hold"):
            # Or nothing is open: this fulfilment lets the last one be canceled under a hold.
            assert world.fulfilment.held or "Open" not in world.fulfilment.ends.values()
        if order.status == "Canceled":
            assert set(world.fulfilment.ends.values()) == {"Canceled"}
    world.come_to_rest()
    order = world.order.state
    assert not order.requests
    assert Counter(s.cause for s in world.settled) == Counter(world.deferred)
    assert order.shipments == world.fulfilment.ends
    still_open = "Open" in world.fulfilment.ends.values()
    assert (order.status == "OnHold") == (world.fulfilment.held and still_open)


def test_a_hold_that_comes_too_late_is_refused_and_the_order_completed():
    world = World(of=1)
    world.step("hold", "1", "h#1")
    world.step("ship", "1", "-")
    world.come_to_rest()
    (settlement,) = world.settled
    assert settlement.refusal is not None
    assert world.order.status == "Completed"
