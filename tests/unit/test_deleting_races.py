"""Deletion races: the rules of four services, with messages in any order.

The real deciders, with one queue for each topic and service that reads it, as Kafka would have it
for one order; the order in which the queues are read is Hypothesis's.
"""

from __future__ import annotations

from collections import Counter, deque
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.cart.cart.decider import decider as carts_rules
from services.order.decider import decider as order_rules
from services.payment.decider import decider as payment_rules
from services.shipment.fulfilment.decider import decider as fulfilment_rules
from services.shipment.stock.decider import decider as stock_rules
from shared.contracts import Message, orders, payments, shipments, stock
from shared.runtime.decider import DeferredOutcome
from tests.examples import examples
from tests.unit.given import Given
from tests.unit.order.builders import ORDER, cart, shipment
from tests.unit.payment.builders import taken

PIECES = 10
COMMANDS: dict[str, Message] = {
    "delete": orders.Delete(order_id=ORDER),
    "hold": orders.Hold(order_id=ORDER),
    "release hold": orders.ReleaseHold(order_id=ORDER),
    "cancel": orders.Cancel(order_id=ORDER),
    "release": shipments.Release(order_id=ORDER, shipment_id="1"),
    "pick": shipments.AddToPicklist(order_id=ORDER, shipment_id="1"),
    "complete": shipments.Complete(order_id=ORDER, shipment_id="1"),
    "release the other": shipments.Release(order_id=ORDER, shipment_id="2"),
    "cancel the other": shipments.Cancel(order_id=ORDER, shipment_id="2"),
    "pay": payments.Add(
        order_id=ORDER, payment_id="p", method="telephone", transaction_type="Sale"
    ),
    "capture": payments.Capture(order_id=ORDER, payment_id="a", amount=Decimal("5.00")),
    "void": payments.Void(order_id=ORDER, payment_id="a"),
    "refund": payments.Refund(order_id=ORDER, payment_id="a"),
}


class World:
    """One order in all services, its stock, and the messages in transit between them."""

    def __init__(self, authorized: str) -> None:
        rules = (carts_rules, order_rules, payment_rules, fulfilment_rules, stock_rules)
        self.streams: dict[str, Given[Any]] = {each.kind: Given(each) for each in rules}
        self.queues: dict[tuple[str, str], deque[Message]] = {}
        self.deferred: list[str] = []
        self.settled: list[DeferredOutcome] = []
        self.causes = 0
        self.refused: list[str] = []
        goods = stock.Receive(warehouse="seattle", sku="SKU-1", quantity=PIECES)
        self.tell("stock", goods)
        paid = taken("a", "Authorization", authorized).model_dump(mode="json")
        two = cart(shipment(), shipment(), payments=[paid])
        self.tell("order", two)

    def publish(self, message: Message) -> None:
        for kind, stream in self.streams.items():
            if type(message) in stream.decider.handlers:
                place = (kind, message.topic.name)
                self.queues.setdefault(place, deque()).append(message)

    def tell(self, kind: str, message: Message) -> None:
        self.causes += 1
        cause = f"m#{self.causes}"
        outcome = self.streams[kind].when(message, cause=cause, actor="csr:17")
        assert outcome.wrong is None, outcome.wrong
        if outcome.reason is not None:
            self.refused.append(outcome.reason.code)
            return
        decision = outcome.decision
        if decision.deferred:
            self.deferred.append(cause)
        self.settled += decision.outcomes
        self.streams[kind] = outcome.after
        for event in decision.events:
            self.publish(event)
            for message in self.streams[kind].decider.outgoing(event):
                self.publish(message)

    def command(self, name: str) -> None:
        self.publish(COMMANDS[name])

    def hear(self, which: int) -> None:
        """Delivers the next record of one of the queues that have one."""
        waiting = [place for place in sorted(self.queues) if self.queues[place]]
        if waiting:
            place = waiting[which % len(waiting)]
            self.tell(place[0], self.queues[place].popleft())

    def come_to_rest(self) -> None:
        while any(self.queues.values()):
            self.hear(0)

    def past(self, kind: str, *classes: type[Message]) -> list[Any]:
        return [event for event in self.streams[kind].past if isinstance(event, classes)]


ACTIONS = [*COMMANDS, "delete", "delete"]
steps = st.lists(
    st.one_of(st.sampled_from(ACTIONS), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    max_size=60,
)


@examples(250)
@given(steps, st.sampled_from(["20.00", "12.00"]), st.booleans())
def test_whatever_overtakes_a_deletion_nothing_is_left_hanging(
    steps: list[str | int], authorized: str, old: bool
) -> None:
    world = World(authorized)
    if old:
        world.come_to_rest()
    for step in steps:
        if isinstance(step, str):
            world.command(step)
        else:
            world.hear(step)
    world.come_to_rest()

    assert Counter(s.cause for s in world.settled) == Counter(world.deferred), "each is told, once"
    statuses = {kind: stream.status for kind, stream in world.streams.items()}
    deleted = bool(world.past("order", orders.Deleted))
    assert {statuses[kind] == "Deleted" for kind in ("order", "payment", "fulfilment", "cart")} == {
        deleted
    }, "all of them, or none"
    nothing_ships_after_it(world)
    stock_is_conserved(world, deleted)
    if deleted:
        money_is_accounted_for(world)


def nothing_ships_after_it(world: World) -> None:
    past = world.streams["fulfilment"].past
    ends = [n for n, event in enumerate(past) if isinstance(event, shipments.Deleted)]
    assert len(ends) <= 1
    if ends:
        assert past[ends[0] + 1 :] == (), "nothing happens after it"
        for kind, tombstone in (("order", orders.Deleted), ("payment", payments.AccountDeleted)):
            assert isinstance(world.streams[kind].past[-1], tombstone)
        before = [event for event in past[: ends[0]] if isinstance(event, shipments.Released)]
        stopped = shipments.Recalled | shipments.Shipped
        for released in before:
            later = past[past.index(released) :]
            assert any(
                isinstance(event, stopped) and event.shipment_id == released.shipment_id
                for event in later
            ), "no warehouse is left with it"


def stock_is_conserved(world: World, deleted: bool) -> None:
    inventory = world.streams["stock"].state
    level = inventory.levels["SKU-1"]
    shipped = len(world.past("fulfilment", shipments.Shipped))
    assert level.on_hand == PIECES - shipped
    assert level.allocated == len(inventory.allocations)
    if deleted:
        assert (level.allocated, level.backordered) == (0, 0)


def money_is_accounted_for(world: World) -> None:
    past = world.streams["payment"].past
    (gone,) = world.past("payment", payments.AccountDeleted)
    before = Given(payment_rules, [event for event in past if event != gone]).state
    assert before.sums.authorized == 0, "no authorization is forgotten before it is voided"
    assert before.sums.taken == gone.taken


def test_each_outcome_does_come_up() -> None:
    gone, kept = World("20.00"), World("20.00")
    gone.come_to_rest()
    gone.command("delete")
    gone.come_to_rest()
    assert gone.streams["order"].status == "Deleted"
    kept.come_to_rest()
    kept.command("release")
    kept.command("delete")
    kept.come_to_rest()
    assert kept.streams["order"].status == "InProgress"
    (settlement,) = kept.settled
    assert settlement.refusal is not None
    assert settlement.refusal.code == "at-warehouse"
