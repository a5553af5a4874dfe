"""Bugs of the rules about markets with several warehouses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.order.content import Content
from services.shipment.fulfilment import guards, outgoing, stock_requests
from services.shipment.fulfilment.decider import decider as fulfilment
from services.shipment.fulfilment.reactions.allocation import ask_next
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.stock import evolution
from services.shipment.stock.commands.allocate import allocate
from services.shipment.stock.decider import decider as stock
from shared.contracts import shipments
from shared.contracts import stock as goods
from shared.contracts.error_texts import blocker
from tests.simulation.planted.registry import Patch, bug


@bug
def keep_the_place_of_what_another_warehouse_sends(patch: Patch) -> None:
    patch.setitem(outgoing._FOLLOW, shipments.InventoryAssigned, lambda event: ())


@bug
def queue_a_shipment_where_it_only_asks(patch: Patch) -> None:
    def queue(command: Any, inventory: Any, context: Any) -> Any:
        asked = command.model_dump(exclude={"waits_at"})
        return allocate(goods.Allocate(**asked), inventory, context)

    patch.setitem(stock.handlers, goods.TryAllocate, queue)


@bug
def forget_who_waits_elsewhere(patch: Patch) -> None:
    patch.setitem(evolution._EVOLVE, goods.Unavailable, lambda inventory, event: None)


@bug
def stop_asking_during_a_hold(patch: Patch) -> None:
    patch.setitem(
        fulfilment.handlers,
        goods.AllocationUnavailable,
        lambda fact, order, context: [] if order.held else ask_next(fact, order, context),
    )


@bug
def forget_that_another_warehouse_is_asked(patch: Patch) -> None:
    patch.setattr(Shipment, "claims", property(lambda self: (self.warehouse,)))


@bug
def split_again_what_was_moved_back(patch: Patch) -> None:
    def market_splits(order: Any, shipment: Shipment, site: Any) -> Any:
        market = site.markets[shipment.market]
        return None if market.split else blocker("stays-whole")

    patch.setitem(guards.GUARDS, "market-splits", market_splits)
    patch.setattr(stock_requests, "market_splits", market_splits)


@bug
def forget_to_give_up_the_request_for_all_of_a_split_shipment(patch: Patch) -> None:
    follow = outgoing._FOLLOW[shipments.Split]
    patch.setitem(
        outgoing._FOLLOW,
        shipments.Split,
        lambda event: () if event.given_up else follow(event),
    )


@bug
def charge_shipping_for_each_part_of_a_split_shipment(patch: Patch) -> None:
    split = Content.split

    def charged(content: Content, shipment_id: str, parts: Any) -> Content:
        whole = content.shipment(shipment_id)
        after = split(content, shipment_id, parts)
        cost = {"shipping_cost": getattr(whole, "shipping_cost", None)}
        return replace(
            after,
            shipments=tuple(
                each.model_copy(update=cost) if each.shipment_id in parts else each
                for each in after.shipments
            ),
        )

    patch.setattr(Content, "split", charged)
