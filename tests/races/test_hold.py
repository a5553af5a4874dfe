"""Shipments of an order on hold aren't released, packed or shipped."""

import pytest

from tests.races.arena import Arena, ask, both_ways, won

pytestmark = [pytest.mark.engines, pytest.mark.slow]

HOLD = ask("order.hold")
MOVING = {"released", "packing", "shipped"}


def test_hold_against_release(arena: Arena) -> None:
    in_time: list[bool] = []
    for orders in arena.groups():
        arena.assigned(orders)

        replies = arena.clash(orders, HOLD, ask("shipment.release", shipment_id="1"))

        arena.all_have(orders, "order", "held")
        arena.all_have(orders, "shipment", "held")
        for order, (hold, release) in replies.items():
            names = arena.names(order, "shipment")
            assert won(hold), "nothing blocks a hold here"
            assert won(release) == ("released" in names)
            assert not MOVING & set(names[names.index("held") :])
            in_time.append(not won(release))
        # If the warehouse was told to ship, it was also told to stop.
        arena.until(lambda these=orders: all(_stopped(arena, order) for order in these))
    both_ways(in_time)


def test_hold_against_complete(arena: Arena) -> None:
    in_time: list[bool] = []
    for orders in arena.groups():
        sku = arena.packing(orders)

        replies = arena.clash(orders, HOLD, ask("shipment.complete", shipment_id="1"))

        shipped = 0
        for order, (hold, complete) in replies.items():
            assert won(hold) != won(complete), order
            names = arena.names(order, "shipment")
            assert ("shipped" in names) == won(complete)
            assert ("held" in names) == won(hold)
            shipped += won(complete)
            in_time.append(won(hold))
        left = {"on_hand": len(orders) - shipped, "allocated": len(orders) - shipped}
        arena.until(lambda s=sku, e=left: arena.system.level(s) == {**e, "backordered": 0})
    both_ways(in_time)


def _stopped(arena: Arena, order: str) -> bool:
    types = [got.type for got in arena.events(order, "warehouse.releases")]
    return not types or types[-1] == "waybill.shipment.recalled.v1"
