"""Whatever happens to a stock, it does what a slow and simple model of the rules does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count as numbers

from hypothesis import given, settings
from hypothesis import strategies as st

from services.shipment.stock.decider import decider
from services.shipment.stock.state import Inventory
from shared.contracts import Message, stock
from shared.contracts.stock import Pieces
from shared.runtime.decider import Context
from tests.unit.given import NOW, SITE
from tests.unit.given import numbers as order_numbers

W = "seattle"
SKUS = ("A", "B.1", "C:2")
CONTEXT = Context("c", "c", NOW, None, SITE, order_numbers())
Wants = dict[str, int]


@dataclass
class Model:
    """The rules, word by word: everything is looked at, every time."""

    on_hand: Wants = field(default_factory=lambda: dict.fromkeys(SKUS, 0))
    allocated: dict[str, Wants] = field(default_factory=dict)
    queue: list[tuple[str, Wants]] = field(default_factory=list)

    def free(self, sku: str) -> int:
        return self.on_hand[sku] - sum(wants.get(sku, 0) for wants in self.allocated.values())

    def fits(self, position: int) -> bool:
        wants = self.queue[position][1]
        enough = all(self.free(sku) >= quantity for sku, quantity in wants.items())
        return enough and not any(
            self.free(sku) < earlier[sku]
            for _, earlier in self.queue[:position]
            for sku in wants
            if sku in earlier
        )

    def settle(self) -> list[str]:
        """Serves, in order and again and again, whoever can be served."""
        served = []
        while True:
            position = next((p for p in range(len(self.queue)) if self.fits(p)), None)
            if position is None:
                return served
            who, wants = self.queue.pop(position)
            self.allocated[who] = wants
            served.append(who)

    def reallocate(self, who: str, wants: Wants) -> None:
        """What it has stays its own as far as it needs it; else all of it goes, and it waits."""
        for position, (waiting, _) in enumerate(self.queue):
            if waiting == who:
                self.queue[position] = (who, wants)
        if who in self.allocated:
            free = {sku: self.free(sku) for sku in SKUS}
            has = self.allocated.pop(who)
            more = {sku: q - has.get(sku, 0) for sku, q in wants.items() if q > has.get(sku, 0)}
            waited_for = {s for _, each in self.queue for s, q in each.items() if free[s] < q}
            if all(free[sku] >= q for sku, q in more.items()) and waited_for.isdisjoint(more):
                self.allocated[who] = wants
            else:
                self.queue.append((who, wants))

    def forget(self, who: str) -> None:
        self.allocated.pop(who, None)
        self.queue = [entry for entry in self.queue if entry[0] != who]


class Twins:
    """The stock and its model, told the same."""

    def __init__(self) -> None:
        self.inventory: Inventory = decider.initial()
        self.model = Model()
        self.past: list[Message] = []

    def tell(self, command: Message) -> None:
        events = decider.decide(command, self.inventory, CONTEXT).events
        had = {who: _wants(lines) for (who, _), lines in self.inventory.allocations.items()}
        for event in events:
            self.inventory = decider.evolve(self.inventory, event)
            self.past.append(event)
            self.levels_are_right(event)
            if isinstance(event, stock.Allocated):
                self.nothing_is_oversold(event, had.get(event.order_id, {}))
        before = set(self.model.allocated)
        self.apply(command)
        served = self.model.settle()
        got = [e.order_id for e in events if isinstance(e, stock.Allocated)]
        if isinstance(command, stock.Reallocate) and command.order_id in before:
            kept = self.model.allocated.keys() & {command.order_id} - set(served)
            assert got == [*kept, *served]
        else:
            assert got == served
            assert before.isdisjoint(served)
        self.both_stand_alike()

    def apply(self, command: Message) -> None:
        """What `command` does to the model."""
        model = self.model
        if isinstance(command, stock.Receive):
            model.on_hand[command.sku] += command.quantity
        elif isinstance(command, stock.CountStock):
            model.on_hand[command.sku] = command.quantity
        elif isinstance(command, stock.Allocate):
            known = {who for who, _ in model.queue} | set(model.allocated)
            if command.order_id not in known:
                wants = {line.sku: line.quantity for line in command.lines}
                model.queue.append((command.order_id, wants))
        elif isinstance(command, stock.Reallocate):
            model.reallocate(command.order_id, _wants(command.lines))
        elif isinstance(command, stock.Issue):
            for sku, quantity in model.allocated.pop(command.order_id, {}).items():
                model.on_hand[sku] = max(0, model.on_hand[sku] - quantity)
        elif isinstance(command, stock.Deallocate):
            model.forget(command.order_id)

    def levels_are_right(self, event: Message) -> None:
        """What the event says is what the allocations and the queue add up to."""
        for now in event.levels:
            assert now.allocated == sum(
                line.quantity
                for lines in self.inventory.allocations.values()
                for line in lines
                if line.sku == now.sku
            )
            assert now.backordered == sum(
                line.quantity
                for each in self.inventory.queue.in_order()
                for line in each.lines
                if line.sku == now.sku
            )

    def nothing_is_oversold(self, event: stock.Allocated, had: Wants) -> None:
        """Goods that were just set aside are really there; a count may miss what was before."""
        for line in event.lines:
            level = self.inventory.levels[line.sku]
            assert level.allocated <= level.on_hand or line.quantity <= had.get(line.sku, 0)

    def both_stand_alike(self) -> None:
        mine = self.inventory
        allocated = {who: _wants(lines) for (who, _), lines in mine.allocations.items()}
        assert allocated == self.model.allocated
        queue = [(each.key[0], _wants(each.lines)) for each in mine.queue.in_order()]
        assert queue == self.model.queue
        for sku, level in mine.levels.items():
            assert level.on_hand == self.model.on_hand[sku] >= 0
            assert level.free == self.model.free(sku)

    def restart(self) -> None:
        """The stream is loaded from its snapshot; that is the same as folding all its events."""
        dumped = json.loads(json.dumps(decider.dump(self.inventory)))
        folded = decider.initial()
        for event in self.past:
            folded = decider.evolve(folded, event)
        assert decider.dump(folded) == dumped
        self.inventory = decider.restore(dumped)
        assert self.inventory.levels == folded.levels
        assert self.inventory.allocations == folded.allocations
        assert list(self.inventory.queue.in_order()) == list(folded.queue.in_order())


def _wants(lines: tuple[Pieces, ...]) -> Wants:
    return {line.sku: line.quantity for line in lines}


skus = st.sampled_from(SKUS)
wants = st.dictionaries(skus, st.integers(1, 5), min_size=1, max_size=3)
# A number picks one of the shipments so far, the last ones first.
which = st.integers(0, 12)
steps = st.one_of(
    st.tuples(st.just("allocate"), wants),
    st.tuples(st.just("allocate"), wants),
    st.tuples(st.just("reallocate"), st.tuples(st.integers(0, 12), wants)),
    st.tuples(st.just("reallocate"), st.tuples(st.integers(0, 12), wants)),
    st.tuples(st.just("receive"), st.tuples(skus, st.integers(1, 4))),
    st.tuples(st.just("count"), st.tuples(skus, st.integers(0, 9))),
    st.tuples(st.sampled_from(["deallocate", "issue", "again"]), which),
    st.tuples(st.just("restart"), st.none()),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, min_size=12, max_size=40))
def test_stock_does_what_the_model_does(history: list[tuple[str, object]]) -> None:
    twins = Twins()
    following = numbers(1)
    asked: list[stock.Allocate] = []
    for step, detail in history:
        if step == "restart":
            twins.restart()
        elif step == "allocate":
            lines = tuple(Pieces(sku=s, quantity=q) for s, q in detail.items())
            asked.append(
                stock.Allocate(
                    warehouse=W, order_id=f"c-{next(following)}", shipment_id="1", lines=lines
                )
            )
            twins.tell(asked[-1])
        elif step == "receive":
            sku, quantity = detail
            twins.tell(stock.Receive(warehouse=W, sku=sku, quantity=quantity))
        elif step == "count":
            sku, quantity = detail
            twins.tell(stock.CountStock(warehouse=W, sku=sku, quantity=quantity))
        elif asked and step == "reallocate":
            one = asked[-1 - detail[0] % len(asked)]
            lines = tuple(Pieces(sku=s, quantity=q) for s, q in detail[1].items())
            edited = one.model_dump() | {"lines": lines, "revision": next(following)}
            twins.tell(stock.Reallocate(**edited))
        elif asked:
            one = asked[-1 - detail % len(asked)]
            kind = {"deallocate": stock.Deallocate, "issue": stock.Issue}.get(step)
            about = {"warehouse": W, "order_id": one.order_id, "shipment_id": "1"}
            twins.tell(kind(**about) if kind else one)
    twins.restart()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(skus, st.integers(1, 9)), max_size=10), st.lists(wants, max_size=10))
def test_what_came_in_is_on_hand_or_has_left(
    goods: list[tuple[str, int]], needs: list[Wants]
) -> None:
    twins = Twins()
    for position, need in enumerate(needs):
        lines = tuple(Pieces(sku=sku, quantity=quantity) for sku, quantity in need.items())
        twins.tell(
            stock.Allocate(warehouse=W, order_id=f"c-{position}", shipment_id="1", lines=lines)
        )
    for sku, quantity in goods:
        twins.tell(stock.Receive(warehouse=W, sku=sku, quantity=quantity))
    left = dict.fromkeys(SKUS, 0)
    for (order_id, shipment_id), lines in list(twins.inventory.allocations.items()):
        for line in lines:
            left[line.sku] += line.quantity
        twins.tell(stock.Issue(warehouse=W, order_id=order_id, shipment_id=shipment_id))
    for sku in twins.inventory.levels:
        received = sum(quantity for name, quantity in goods if name == sku)
        assert twins.inventory.levels[sku].on_hand == received - left[sku]
        assert twins.inventory.levels[sku].allocated == 0
