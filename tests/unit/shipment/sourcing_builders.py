"""A market with three warehouses: the rules of its orders and stocks, and the queues between them.

Every sender has a queue of its own to every receiver, as by Kafka's partitions: messages between
two of them keep their order, and overtake all others.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from typing import Any

from services.shipment.fulfilment.decider import decider as fulfilment
from services.shipment.fulfilment.guards import destination
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from services.shipment.stock.decider import decider as stock
from services.shipment.stock.state import Inventory
from shared.contracts import Message, shipments
from shared.contracts import stock as messages
from shared.contracts.topics import STOCK_ALLOCATIONS, STOCK_COMMANDS
from shared.runtime.decider import Context, Decider, Rejected
from tests.unit.given import NOW, numbers, site_with

WAREHOUSES = ("seattle", "rotterdam", "osaka")
Key = tuple[str, str]


def pieces(order: Any) -> Counter[tuple[str, str]]:
    """The quantity of each article and line id in all shipments of an order."""
    found = Counter[tuple[str, str]]()
    for shipment in order.shipments.values() if isinstance(order, Fulfilment) else ():
        for line in shipment.lines:
            found[line.sku, line.line_id] += line.quantity
    return found


class World:
    """Streams of orders and of stocks, which hear each other."""

    def __init__(self, *warehouses: str, split: bool = False) -> None:
        self.site = site_with(*warehouses, split=split)
        self.states: dict[str, Any] = {}
        self.queues: dict[tuple[str, str], deque[Message]] = defaultdict(deque)
        self.past: dict[str, list[Message]] = defaultdict(list)
        self.sent = 0

    def tell(self, stream: str, message: Message) -> None:
        """Makes a stream decide a message, and queues what follows."""
        decider: Decider[Any] = stock if stream in self.site.warehouses else fulfilment
        state = self.states.setdefault(stream, decider.initial())
        self.sent += 1
        cause = f"m#{self.sent}"
        context = Context(cause, cause, NOW, None, self.site, numbers())
        try:
            events = decider.decide(message, state, context).events
        except Rejected:
            return
        before = pieces(state) if stream not in self.site.warehouses else None
        for event in events:
            self.states[stream] = decider.evolve(self.states[stream], event)
            self.past[stream].append(event)
            for following in decider.outgoing(event):
                if following.topic in (STOCK_COMMANDS, STOCK_ALLOCATIONS):
                    self.queues[stream, following.key].append(following)
        if any(isinstance(event, shipments.Split) for event in events):
            assert pieces(self.states[stream]) == before, "a split adds and loses nothing"

    def restart(self, warehouse: str) -> None:
        """Loads the stream of a stock from its snapshot."""
        if warehouse in self.states:
            before = self.states[warehouse]
            dumped = stock.dump(before)
            self.states[warehouse] = stock.restore(dumped)
            assert stock.dump(self.states[warehouse]) == dumped
            assert self.states[warehouse].wanted == before.wanted
            assert self.states[warehouse].offers == before.offers

    @property
    def waiting(self) -> list[tuple[str, str]]:
        """The queues that aren't empty."""
        return [each for each, queue in self.queues.items() if queue]

    def hear(self, number: int) -> None:
        """The next message of one of the queues arrives."""
        if waiting := self.waiting:
            queue = waiting[number % len(waiting)]
            self.tell(queue[1], self.queues[queue].popleft())

    def deliver(self, sender: str, receiver: str) -> None:
        """All messages between these two arrive."""
        queue = self.queues[sender, receiver]
        while queue:
            self.tell(receiver, queue.popleft())

    def come_to_rest(self) -> None:
        """Everything arrives."""
        steps = 0
        while self.waiting:
            self.hear(steps)
            steps += 1
            assert steps < 10_000, "it never comes to rest"

    def stock_of(self, warehouse: str) -> Inventory:
        """The stock of a warehouse."""
        inventory: Inventory = self.states.setdefault(warehouse, stock.initial())
        return inventory

    @property
    def shipments(self) -> Iterator[tuple[Key, Shipment]]:
        """All shipments of orders that exist."""
        for stream, state in self.states.items():
            if stream not in self.site.warehouses:
                for shipment_id, shipment in getattr(state, "shipments", {}).items():
                    yield (stream, shipment_id), shipment

    def check(self) -> None:
        """What holds at rest."""
        kept = {key: shipment for key, shipment in self.shipments if shipment.is_open}
        allocated, queued = Counter[Key](), Counter[Key]()
        for warehouse in self.site.markets["US"].warehouses:
            inventory = self.stock_of(warehouse)
            allocated.update(list(inventory.allocations))
            in_queue = [each.key for each in inventory.queue.in_order()]
            queued.update(in_queue)
            for key in [*inventory.allocations, *in_queue]:
                assert kept[key].warehouse == warehouse, f"{key} has a place in {warehouse}"
            self.check_levels(warehouse)
        for key, shipment in kept.items():
            assert shipment.asked is None, f"{key} {shipment}"
            assert not shipment.to_ask
            has = shipment.stock_assigned
            assert allocated[key] == has, f"{key}: {shipment}, in {allocated}"
            assert queued[key] == (shipment.stock_requested and not has)
            if queued[key]:
                self.check_that_nobody_has(key, shipment)
                self.check_that_it_cannot_be_split(key, shipment)

    def check_that_nobody_has(self, key: Key, shipment: Shipment) -> None:
        """No shipment waits for goods that lie free in one of its warehouses."""
        wanted = Counter[str]()
        for line in shipment.lines:
            wanted[line.sku] += line.quantity
        for warehouse in shipment.others:
            free = self.free(warehouse, key)
            has_all = all(free.get(sku, 0) >= quantity for sku, quantity in wanted.items())
            assert not has_all, (
                f"{key} waits in {shipment.warehouse}, but {warehouse} has all of it"
            )

    def check_that_it_cannot_be_split(self, key: Key, shipment: Shipment) -> None:
        """No shipment waits that could be split over its warehouses."""
        order = self.states[key[0]]
        if destination(Trigger.SPLIT, order, shipment, self.site) is None:
            return
        together = Counter[str]()
        for warehouse in shipment.sources:
            together.update(self.free(warehouse, key))
        wanted = Counter[str]()
        for line in shipment.lines:
            wanted[line.sku] += line.quantity
        assert not wanted <= together, f"{key} waits, but together they have {together}"

    def free(self, warehouse: str, key: Key) -> dict[str, int]:
        """What a warehouse has for a shipment, behind those that are in its queue before it."""
        inventory = self.stock_of(warehouse)
        kept_for_others = set[str]()
        for each in inventory.queue.in_order():
            if each.key == key:
                break
            kept_for_others |= {
                line.sku for line in each.lines if inventory.levels[line.sku].free < line.quantity
            }
        return {
            sku: level.free
            for sku, level in inventory.levels.items()
            if sku not in kept_for_others and level.free > 0
        }

    def check_levels(self, warehouse: str) -> None:
        """What was received is on hand; what is allocated is allocated to shipments."""
        inventory = self.stock_of(warehouse)
        came_in = Counter[str]()
        for event in self.past[warehouse]:
            if isinstance(event, messages.Received):
                came_in[event.sku] += event.quantity
        for sku, level in inventory.levels.items():
            allocated = sum(
                line.quantity
                for lines in inventory.allocations.values()
                for line in lines
                if line.sku == sku
            )
            assert level.allocated == allocated <= level.on_hand == came_in[sku]
