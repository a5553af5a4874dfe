"""Orders in a market with several warehouses, whatever overtakes what: nothing is allocated twice,
nothing leaks, and nobody waits for goods that lie free.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Message, orders, shipments, stock
from shared.contracts.order_edits import Destination, LineAdded, LineAltered, LineMoved, LineTaken
from tests.examples import examples
from tests.unit.shipment.fulfilment.builders import PIKE, lines_edit, paid, placed
from tests.unit.shipment.sourcing_builders import WAREHOUSES, World

ORDERS = ("c-1", "c-2", "c-3")
SKUS = ("SKU-1", "SKU-2")
NEW = Destination(address=PIKE, shipping_method="standard", shipping_cost=Decimal("4.90"))

whose = st.sampled_from(ORDERS)
edits = st.sampled_from(
    [
        *(LineAltered(shipment_id="1", line_id="1", quantity=n) for n in (1, 2, 4)),
        LineAltered(shipment_id="1", line_id="2", quantity=3),
        LineTaken(shipment_id="1", line_id="2"),
        LineAdded(
            shipment_id="1",
            line_id="3",
            sku="SKU-1",
            name="Dress",
            quantity=1,
            placed_price=Decimal("9.00"),
        ),
        LineMoved(
            shipment_id="1",
            line_id="1",
            quantity=1,
            to_shipment_id="2",
            to_line_id="1",
            destination=NEW,
        ),
        LineMoved(shipment_id="2", line_id="1", quantity=1, to_shipment_id="1", to_line_id="1"),
    ]
)
goods = st.tuples(st.sampled_from(WAREHOUSES), st.sampled_from(SKUS), st.integers(1, 3))
kept_back = st.tuples(st.sampled_from(WAREHOUSES), st.sampled_from(SKUS), st.integers(0, 2))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("order"), whose),
        st.tuples(st.just("order"), whose),
        st.tuples(st.just("edit"), st.tuples(whose, edits)),
        st.tuples(st.just("edit"), st.tuples(whose, edits)),
        st.tuples(st.just("cancel"), whose),
        st.tuples(st.just("hold"), whose),
        st.tuples(st.just("lift"), whose),
        st.tuples(st.just("delete"), whose),
        st.tuples(st.just("goods"), goods),
        st.tuples(st.just("goods"), goods),
        st.tuples(st.just("safety"), kept_back),
        st.tuples(st.just("restart"), st.sampled_from(WAREHOUSES)),
        *[st.tuples(st.just("hear"), st.integers(0, 9))] * 8,
    ),
    max_size=80,
)


def of(order_id: str, message: Message) -> Message:
    """The message of another order."""
    return message.model_copy(update={"order_id": order_id})


class Market:
    """Takes the steps."""

    def __init__(self, *warehouses: str, split: bool = False) -> None:
        self.world = World(*warehouses, split=split)
        self.requests = 0

    def step(self, what: str, detail: Any) -> None:
        world = self.world
        match what:
            case "order":
                world.tell(detail, of(detail, placed()))
                world.tell(detail, of(detail, paid()))
            case "edit":
                self.edit(*detail)
            case "cancel":
                world.tell(detail, shipments.Cancel(order_id=detail, shipment_id="1"))
            case "hold":
                world.tell(detail, orders.HoldRequested(order_id=detail, request="h", reason=None))
            case "lift":
                lift = orders.ReleaseHoldRequested(order_id=detail, request="l", reason=None)
                world.tell(detail, lift)
            case "delete":
                number = "PO1000042"
                world.tell(
                    detail,
                    orders.DeleteRequested(
                        order_id=detail, order_number=number, request="d", by=None
                    ),
                )
            case "goods" | "safety":
                warehouse, sku, quantity = detail
                kind = stock.Receive if what == "goods" else stock.SetSafety
                world.tell(warehouse, kind(warehouse=warehouse, sku=sku, quantity=quantity))
            case "restart":
                world.restart(detail)
            case "hear":
                world.hear(detail)

    def edit(self, order_id: str, edit: Any) -> None:
        self.requests += 1
        request = of(order_id, lines_edit(edit, f"r-{self.requests}"))
        splits = getattr(self.world.states.get(order_id), "splits", 0)
        if self.requests % 3:  # otherwise the order has yet to hear of the last split
            request = request.model_copy(update={"splits": splits})
        self.world.tell(order_id, request)


@examples(400)
@given(
    st.sampled_from([WAREHOUSES[:2], WAREHOUSES]),
    st.booleans(),
    st.lists(goods, max_size=6),
    steps,
    st.lists(goods, max_size=5),
)
def test_nothing_is_allocated_twice_and_nothing_leaks(warehouses, split, early, history, late):
    market = Market(*warehouses, split=split)
    for what, detail in [*(("goods", arrival) for arrival in early), *history]:
        market.step(what, detail)
    market.world.come_to_rest()
    market.world.check()
    for arrival in late:
        market.step("goods", arrival)
        market.world.come_to_rest()
        market.world.check()


@examples(100)
@given(steps)
def test_a_single_warehouse_is_never_asked_twice(history):
    market = Market("seattle")
    for what, detail in history:
        market.step(what, detail)
    market.world.come_to_rest()
    market.world.check()
    told = {type(event) for events in market.world.past.values() for event in events}
    assert not told & {
        shipments.InventoryAskedElsewhere,
        stock.Unavailable,
        stock.Available,
        stock.Offered,
    }


@examples(100)
@given(st.lists(st.tuples(goods, st.lists(st.integers(0, 9), max_size=12)), max_size=12))
def test_those_who_wait_are_served_in_their_order(arrivals):
    """Whichever message is faster; goods that arrive meanwhile may reach whoever is being asked."""
    market = Market(*WAREHOUSES)
    for order_id in ORDERS:
        market.step("order", order_id)
        market.world.come_to_rest()
    for arrival, faster in arrivals:
        market.step("goods", arrival)
        for queue in faster:
            market.step("hear", queue)
        market.world.come_to_rest()
    market.world.check()
    states = market.world.states
    served = [states[order_id].shipments["1"].stock_assigned for order_id in ORDERS]
    assert served == sorted(served, reverse=True)
