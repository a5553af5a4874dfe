"""Nothing is oversold: 200 orders for 50 pieces, while the pieces are received."""

import pytest

from tests.cluster import Sent, command
from tests.e2e.system import cart, converted, shipment
from tests.races.arena import Arena

pytestmark = [pytest.mark.engines, pytest.mark.slow]

PIECES, ORDERS, SALES_AT_ONCE = 50, 200, 5


def test_200_orders_for_50_pieces(arena: Arena) -> None:
    for sales in arena.groups(SALES_AT_ONCE):
        orders = {sale: [f"{sale}-{n}" for n in range(ORDERS)] for sale in sales}

        arena.rush([*_goods(sales), *_carts(orders)])

        everybody = [order for each in orders.values() for order in each]
        arena.until(lambda all_=everybody: all(_answered(arena, order) for order in all_))
        level = {"on_hand": PIECES, "allocated": PIECES, "backordered": ORDERS - PIECES}
        arena.until(lambda these=sales, e=level: all(arena.system.level(s) == e for s in these))
        for mine in orders.values():
            arena.until(lambda these=mine: len(_lucky(arena, these)) >= PIECES)
            assert len(_lucky(arena, mine)) == PIECES


def _goods(sales: list[str]) -> list[Sent]:
    return [
        command(
            f"in-{sale}-{part}",
            "waybill.stock.receive.v1",
            "stock.commands",
            "seattle",
            {"warehouse": "seattle", "sku": sale, "quantity": PIECES // 2},
        )
        for sale in sales
        for part in range(2)
    ]


def _carts(orders: dict[str, list[str]]) -> list[Sent]:
    return [
        converted(cart(order, shipment(sale, 1))) for sale, each in orders.items() for order in each
    ]


def _lucky(arena: Arena, orders: list[str]) -> list[str]:
    return [order for order in orders if "inventory-assigned" in arena.names(order, "shipment")]


def _answered(arena: Arena, order: str) -> bool:
    return bool({"inventory-assigned", "backordered"} & set(arena.names(order, "shipment")))
