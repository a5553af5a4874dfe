"""Edits between everything else, through the rules of all three services: whatever overtakes what.

Order, fulfilment and payment hear each other by queues of their own, as by Kafka's topics; a stock
that always has an answer stands beside them.
"""

from __future__ import annotations

from collections import Counter, deque
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.order.decider import decider as order_decider
from services.payment.decider import decider as payment_decider
from services.shipment.fulfilment.decider import decider as fulfilment_decider
from shared.contracts import Message, payments, shipments, stock
from shared.contracts.stock import ItemQuantity
from shared.runtime.decider import Context, Decider, Rejected
from tests.examples import examples
from tests.unit.given import NOW, SITE, numbers
from tests.unit.order.builders import (
    ADDRESS,
    ORDER,
    RELEASE_HOLD,
    add_line,
    cancel,
    cart,
    change_line,
    hold,
    line,
    move_line,
    remove_line,
    set_discount,
    shipment,
)

NUMBER = numbers()


class Service:
    """A decider with its state, which forgets nothing and keeps the rules' word."""

    def __init__(self, decider: Decider[Any]) -> None:
        self.decider = decider
        self.state: Any = decider.initial()
        self.deferred: list[str] = []
        self.settled: list[str] = []

    def hear(self, message: Message, cause: str) -> list[Message]:
        """What follows from `message`: nothing if the service has no use for it, or refuses it."""
        if type(message) not in self.decider.handlers:
            return []
        context = Context(cause, cause, NOW, None, SITE, NUMBER)
        try:
            decision = self.decider.decide(message, self.state, context)
        except Rejected:
            return []
        self.deferred += [cause] if decision.deferred else []
        self.settled += [settlement.cause for settlement in decision.outcomes]
        for event in decision.events:
            self.state = self.decider.evolve(self.state, event)
        return list(decision.events)


class World:
    """Three services and the queues between them: from whom, to whom."""

    def __init__(self) -> None:
        self.order = Service(order_decider)
        self.money = Service(payment_decider)
        self.goods = Service(fulfilment_decider)
        self.asked: dict[str, tuple[int, tuple[ItemQuantity, ...]]] = {}
        self.queues: dict[str, deque[Message]] = {
            name: deque() for name in ("order>money", "order>goods", "money>goods", "goods>order",
                                       "stock>goods")
        }  # fmt: skip
        lines = line("A", 2, "10.00", tax="1.00"), line("B", 3, "5.00", discount="1.00")
        self.from_order(cart(shipment(*lines), shipment(line("C", 2))), "checkout")
        self.come_to_rest()

    def from_order(self, message: Message, cause: str) -> None:
        events = self.order.hear(message, cause)
        self.queues["order>money"] += events
        self.queues["order>goods"] += events

    def from_money(self, message: Message, cause: str) -> None:
        self.queues["money>goods"] += self.money.hear(message, cause)

    def from_goods(self, message: Message, cause: str) -> None:
        for event in self.goods.hear(message, cause):
            self.queues["goods>order"].append(event)
            if isinstance(event, shipments.Released):
                self.release_is_right(event)
            for asked in self.goods.decider.outgoing(event):
                self.ask(asked)

    def ask(self, asked: Message) -> None:
        """The stock has everything, and says so: for the lines that it was asked for."""
        if isinstance(asked, stock.Allocate | stock.Reallocate):
            self.asked[asked.shipment_id] = (asked.revision, asked.lines)
            about = {"warehouse": "seattle", "order_id": ORDER, "shipment_id": asked.shipment_id}
            made = stock.AllocationMade(**about, revision=asked.revision)
            self.queues["stock>goods"].append(made)
        elif isinstance(asked, stock.Deallocate):
            del self.asked[asked.shipment_id]

    def release_is_right(self, event: shipments.Released) -> None:
        """Nothing is sent for less than it costs, or with lines that the stock wasn't asked for."""
        goods = self.goods.state
        assert not goods.unpriced
        assert not goods.held
        assert goods.paid >= goods.total >= self.order.state.content.total
        revision, pieces = self.asked[event.shipment_id]
        assert revision == goods.shipments[event.shipment_id].revision
        wanted = Counter[str]()
        for item in event.lines:
            wanted[item.sku] += item.quantity
        assert wanted == {each.sku: each.quantity for each in pieces}

    def step(self, what: str, detail: Any, cause: str) -> None:
        match what:
            case "ask":
                self.from_order(detail, cause)
            case "pay":
                self.from_money(detail.model_copy(update={"payment_id": cause[2:]}), cause)
            case "refund":
                for payment_id in list(self.money.state.payments)[-1:]:
                    self.from_money(payments.Refund(order_id=ORDER, payment_id=payment_id), cause)
            case "goods":
                self.from_goods(detail, cause)
            case "hear" if self.queues[detail]:
                self.hear(detail, cause)

    def hear(self, queue: str, cause: str) -> None:
        message = self.queues[queue].popleft()
        to = {"money": self.from_money, "goods": self.from_goods, "order": self.from_order}
        to[queue.partition(">")[2]](message, cause)

    def come_to_rest(self) -> None:
        while any(self.queues.values()):
            for queue, waiting in self.queues.items():
                if waiting:
                    self.hear(queue, f"rest#{queue}")


NEW = {"address": ADDRESS, "shipping_method": "express"}
edits = st.sampled_from(
    [
        add_line("9", 2, "5.00"),
        add_line("9", 1, "0.10", shipment_id="2"),
        change_line("1", quantity=1),
        change_line("1", quantity=5),
        change_line("2", placed_price="9.99"),
        change_line("2", discount="2.00"),
        change_line("1", "2", quantity=4),
        remove_line("2"),
        remove_line("9"),
        move_line("2", 1, to_line_id="7"),
        move_line("3", 1, **NEW),
        move_line("3", None, "2", to_line_id="8", **NEW),
        set_discount("3.00"),
        set_discount("0.00"),
    ]
)
about = {"order_id": ORDER}
pays = st.sampled_from(
    [
        payments.Add(**about, payment_id="p", method="telephone", transaction_type="Sale"),
        payments.Add(
            **about,
            payment_id="p",
            method="telephone",
            transaction_type="Sale",
            amount=Decimal("20.00"),
        ),
    ]
)
which = st.sampled_from("123")
QUEUES = ["order>money", "order>goods", "money>goods", "goods>order", "stock>goods"]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), edits),
        st.tuples(st.just("ask"), edits),
        st.tuples(st.just("ask"), st.sampled_from([hold(), RELEASE_HOLD, cancel()])),
        st.tuples(st.just("pay"), pays),
        st.tuples(st.just("refund"), st.none()),
        st.tuples(st.just("goods"), which.map(lambda n: shipments.Release(**about, shipment_id=n))),
        st.tuples(st.just("goods"), which.map(lambda n: shipments.Cancel(**about, shipment_id=n))),
        *[st.tuples(st.just("hear"), st.sampled_from(QUEUES))] * 7,
    ),
    max_size=60,
)


@examples(200)
@given(steps)
def test_whatever_comes_between_the_three_services_agree_in_the_end(steps):
    world = World()
    for number, (what, detail) in enumerate(steps):
        world.step(what, detail, f"m#{number}")
    world.come_to_rest()
    order, goods, money = world.order.state, world.goods.state, world.money.state

    assert not order.edits
    assert not goods.unpriced
    assert Counter(world.order.settled) == Counter(world.order.deferred)
    assert {which: pieces(lines) for which, lines in order.content.goods.items()} == {
        which: pieces(shipped.lines) for which, shipped in goods.shipments.items()
    }
    if order.status != "Canceled":
        assert order.content.bill(order.canceled)[1] == order.content.total
        assert goods.total == order.content.total == money.total
        assert (goods.paid or 0) == money.sums.paid
        assert goods.paid_in_full == (money.sums.paid >= money.total)
        assert money.paid_in_full == goods.paid_in_full
    for which, each in goods.shipments.items():
        if each.is_open and each.stock_requested:
            assert world.asked[which][0] == each.revision
            assert each.stock_assigned


def pieces(lines):
    return [(line.line_id, line.sku, line.quantity) for line in lines]


def test_a_release_does_not_slip_between_an_edit_and_its_total():
    world = World()
    pay = payments.Add(**about, payment_id="p", method="telephone", transaction_type="Sale")
    world.step("pay", pay, "p#1")
    world.come_to_rest()
    world.step("ask", change_line("1", placed_price="99.00"), "e#1")
    world.step("hear", "order>goods", "rest#1")
    released = world.goods.hear(shipments.Release(**about, shipment_id="1"), "r#1")
    assert released == []
    world.come_to_rest()
    assert world.goods.hear(shipments.Release(**about, shipment_id="1"), "r#2") == []
    world.step("pay", pay, "p#2")
    world.come_to_rest()
    assert world.goods.hear(shipments.Release(**about, shipment_id="1"), "r#3") != []
