"""A cart becomes one order, however often and by whomever it is converted."""

import pytest

from tests.e2e.system import ADDRESS, cart, converted, shipment
from tests.races.arena import Arena, ask, won

pytestmark = [pytest.mark.engines, pytest.mark.slow]

CONVERT = ask("cart.convert")
DRAFT = (
    ask("cart.create-draft", market="US"),
    ask("cart.set-shipment", shipment_id="1", address=ADDRESS, shipping_method="standard"),
    ask(
        "cart.add-line",
        shipment_id="1",
        line_id="1",
        sku="SKU-1",
        name="Linen dress",
        quantity=1,
        placed_price="10.00",
    ),
)


def test_two_converts_of_one_cart(arena: Arena) -> None:
    for carts in arena.groups():
        for step in DRAFT:
            assert all(won(reply) for [reply] in arena.clash(carts, step).values())

        replies = arena.clash(carts, CONVERT, CONVERT)

        for both in replies.values():
            lost = [reply for reply in both if not won(reply)]
            # While the order is being placed, another convert is rejected (contract: convert).
            assert len(lost) <= 1
            assert all(reply["reason"]["code"] == "convert-pending" for reply in lost)
        _each_is_one_order(arena, carts)


def test_convert_by_hand_against_a_checkout(arena: Arena) -> None:
    for carts in arena.groups():
        for step in DRAFT:
            arena.clash(carts, step)
        bought = [converted(cart(cart_id, shipment("SKU-2", 1))) for cart_id in carts]

        arena.system.cluster.produce(bought[::2])
        arena.clash(carts, CONVERT)
        arena.system.cluster.produce(bought[1::2])

        _each_is_one_order(arena, carts)


def _each_is_one_order(arena: Arena, carts: list[str]) -> None:
    arena.all_have(carts, "order", "placed")
    arena.system.cluster.until_done("order")
    numbers = set()
    for cart_id in carts:
        placed = [
            got for got in arena.events(cart_id, "order.events") if got.type.endswith("placed.v1")
        ]
        assert len(placed) == 1, cart_id
        numbers.add(placed[0].data["order_number"])
    assert len(numbers) == len(carts), "a number is never used twice"
