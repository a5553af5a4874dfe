"""A slow and simple model of the stock's rules, and a comparison of the stock with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

import pytest

from services.shipment.stock.decider import decider
from services.shipment.stock.state import Inventory
from shared.contracts import Message, stock
from shared.contracts.stock import ItemQuantity
from shared.runtime.decider import Context, Rejected
from tests.unit.given import NOW, SITE, numbers

SKUS = ("A", "B.1", "C:2")
CONTEXT = Context("c", "c", NOW, None, SITE, numbers())
Wants = dict[str, int]


@dataclass
class Model:
    """The rules, taken literally: every decision examines the whole queue."""

    on_hand: Wants = field(default_factory=lambda: dict.fromkeys(SKUS, 0))
    allocated: dict[str, Wants] = field(default_factory=dict)
    queue: list[tuple[str, Wants]] = field(default_factory=list)
    quarantined: Wants = field(default_factory=lambda: dict.fromkeys(SKUS, 0))
    safety: Wants = field(default_factory=lambda: dict.fromkeys(SKUS, 0))
    expected: dict[str, dict[date, int]] = field(default_factory=lambda: {sku: {} for sku in SKUS})

    def free(self, sku: str) -> int:
        allocated = sum(wants.get(sku, 0) for wants in self.allocated.values())
        return self.on_hand[sku] - allocated - self.safety[sku]

    def arrive(self, sku: str, quantity: int) -> None:
        """One piece after the other is the earliest that is expected."""
        self.on_hand[sku] += quantity
        for _ in range(quantity):
            days = [day for day, units in self.expected[sku].items() if units]
            if days:
                self.expected[sku][min(days)] -= 1

    def fits(self, position: int) -> bool:
        wants = self.queue[position][1]
        enough = all(self.free(sku) >= quantity for sku, quantity in wants.items())
        return enough and not any(
            self.free(sku) < earlier[sku]
            for _, earlier in self.queue[:position]
            for sku in wants
            if sku in earlier
        )

    def serve(self) -> list[str]:
        """Serves the first backorder that can be served, until there is none."""
        served = []
        while True:
            position = next((p for p in range(len(self.queue)) if self.fits(p)), None)
            if position is None:
                return served
            who, wants = self.queue.pop(position)
            self.allocated[who] = wants
            served.append(who)

    def reallocate(self, who: str, wants: Wants) -> None:
        """Keeps what it has if the rest is free; otherwise frees all of it and waits."""
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

    def remove(self, who: str) -> None:
        self.allocated.pop(who, None)
        self.queue = [entry for entry in self.queue if entry[0] != who]


class StockAndModel:
    """The stock and its model, which decide the same commands and are compared after each."""

    def __init__(self) -> None:
        self.inventory: Inventory = decider.initial()
        self.model = Model()
        self.past: list[Message] = []

    def decide(self, command: Message) -> None:
        if self.is_too_much(command):
            with pytest.raises(Rejected):
                decider.decide(command, self.inventory, CONTEXT)
            return
        events = decider.decide(command, self.inventory, CONTEXT).events
        had = {who: _wants(lines) for (who, _), lines in self.inventory.allocations.items()}
        for event in events:
            self.inventory = decider.evolve(self.inventory, event)
            self.past.append(event)
            self.check_levels(event)
            if isinstance(event, stock.Allocated):
                self.check_not_oversold(event, had.get(event.order_id, {}))
        allocated_before = set(self.model.allocated)
        self.apply(command)
        served = self.model.serve()
        allocated = [e.order_id for e in events if isinstance(e, stock.Allocated)]
        if isinstance(command, stock.Reallocate) and command.order_id in allocated_before:
            kept = self.model.allocated.keys() & {command.order_id} - set(served)
            assert allocated == [*kept, *served]
        else:
            assert allocated == served
            assert allocated_before.isdisjoint(served)
        self.compare()

    def is_too_much(self, command: Message) -> bool:
        """Whether `command` releases more than is in quarantine."""
        if not isinstance(command, stock.ReleaseQuarantine):
            return False
        return command.quantity > self.model.quarantined[command.sku]

    def apply(self, command: Message) -> None:
        """What `command` does to the model."""
        model = self.model
        if isinstance(command, stock.Receive):
            model.arrive(command.sku, command.quantity)
        elif isinstance(command, stock.CountStock | stock.SetSafety | stock.Expect):
            self.apply_setting(command)
        elif isinstance(command, stock.TakeBack | stock.ReleaseQuarantine):
            self.apply_return(command)
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
            model.remove(command.order_id)

    def apply_setting(self, command: stock.CountStock | stock.SetSafety | stock.Expect) -> None:
        """What a count, another safety stock, or expected goods do to the model."""
        if isinstance(command, stock.CountStock):
            self.model.on_hand[command.sku] = command.quantity
        elif isinstance(command, stock.SetSafety):
            self.model.safety[command.sku] = command.quantity
        else:
            self.model.expected[command.sku][command.expected_on] = command.quantity

    def apply_return(self, command: stock.TakeBack | stock.ReleaseQuarantine) -> None:
        """What goods that come back, or leave the quarantine, do to the model."""
        model = self.model
        if isinstance(command, stock.TakeBack):
            for goods in command.goods:
                if goods.disposition == "restock":
                    model.on_hand[goods.sku] += goods.quantity
                elif goods.disposition == "quarantine":
                    model.quarantined[goods.sku] += goods.quantity
            return
        model.quarantined[command.sku] -= command.quantity
        if command.disposition == "restock":
            model.on_hand[command.sku] += command.quantity

    def check_levels(self, event: Message) -> None:
        """The levels in the event equal the sums of the allocations and the queue."""
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

    def check_not_oversold(self, event: stock.Allocated, had: Wants) -> None:
        """New allocations are covered by stock beyond the safety stock; a count or another safety
        stock may have made older ones exceed it.
        """
        for line in event.lines:
            level = self.inventory.levels[line.sku]
            assert level.free >= 0 or line.quantity <= had.get(line.sku, 0)

    def compare(self) -> None:
        """The stock and the model have the same levels, allocations and queue."""
        inventory = self.inventory
        allocated = {who: _wants(lines) for (who, _), lines in inventory.allocations.items()}
        assert allocated == self.model.allocated
        queue = [(each.key[0], _wants(each.lines)) for each in inventory.queue.in_order()]
        assert queue == self.model.queue
        for sku, level in inventory.levels.items():
            assert level.on_hand == self.model.on_hand[sku] >= 0
            assert level.free == self.model.free(sku)
            assert level.quarantined == self.model.quarantined[sku] >= 0
            expected = sorted(self.model.expected[sku].items())
            assert [(each.expected_on, each.quantity) for each in level.expected] == [
                (day, units) for day, units in expected if units
            ]

    def restart(self) -> None:
        """Loads the stream from its snapshot, which must equal folding all its events."""
        dumped = json.loads(json.dumps(decider.dump(self.inventory)))
        folded = decider.initial()
        for event in self.past:
            folded = decider.evolve(folded, event)
        assert decider.dump(folded) == dumped
        self.inventory = decider.restore(dumped)
        assert self.inventory.levels == folded.levels
        assert self.inventory.allocations == folded.allocations
        assert list(self.inventory.queue.in_order()) == list(folded.queue.in_order())


def _wants(lines: tuple[ItemQuantity, ...]) -> Wants:
    return {line.sku: line.quantity for line in lines}
