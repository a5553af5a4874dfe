"""Creating something under an id that is in use requires the content that it was created with."""

from __future__ import annotations

from typing import Any

import pytest

from services.cart.app import SERVICE as CART
from services.order.app import SERVICE as ORDER
from shared.contracts import Message, carts, customers, shipments
from tests.unit.given import NOW, numbers
from tests.unit.order.builders import cart as converted
from tests.unit.runtime.digests import forget_digests, verdicts
from tests.unit.runtime.world import (
    Process,
    World,
    headers_of,
    record,
)

FIRST = "1 Pike Pl"


def create(name: str, **more: Any) -> customers.Create:
    return customers.Create(customer_id="cu-1", name=name, **more)


def add_address(line1: str, city: str = "Seattle") -> customers.AddAddress:
    address = {"name": "Mercy", "line1": line1, "city": city, "country": "US"}
    return customers.AddAddress.model_validate(
        {"customer_id": "cu-1", "address_id": "home", "address": address}
    )


def draft(market: str) -> carts.CreateDraft:
    return carts.CreateDraft(cart_id="d-1", market=market)


def add_line(quantity: int) -> carts.AddLine:
    return carts.AddLine.model_validate(
        {
            "cart_id": "d-1",
            "shipment_id": "1",
            "line_id": "1",
            "sku": "TEA-MUG",
            "name": "Tea mug",
            "quantity": quantity,
            "placed_price": "9.50",
        }
    )


CREATIONS: list[tuple[list[Message], Message, Message, Message]] = [
    ([], create("Mercy"), customers.Update(customer_id="cu-1", name="Grace"), create("Grace")),
    (
        [create("Mercy")],
        add_address(FIRST),
        customers.ChangeAddress(**dict(add_address("2 Pike Pl"))),
        add_address("2 Pike Pl"),
    ),
    ([], draft("US"), add_line(1), draft("UK")),
    (
        [draft("US")],
        add_line(1),
        carts.ChangeLine(cart_id="d-1", shipment_id="1", line_id="1", quantity=3),
        add_line(3),
    ),
]


@pytest.mark.parametrize("cold", [False, True])
@pytest.mark.parametrize(("before", "first", "change", "other"), CREATIONS)
async def test_an_id_says_what_was_created_whatever_became_of_it(
    before: list[Message], first: Message, change: Message, other: Message, cold: bool
) -> None:
    world = World(CART)
    process = world.process()
    await process.handle(*(record(one, f"b{n}") for n, one in enumerate(before)))
    await process.handle(record(first, "m1"), record(change, "m2"))
    events = len(world.publisher.log)
    if cold:
        process = world.process()

    await process.handle(record(first, "m3", reply=True), record(other, "m4", reply=True))

    assert verdicts(world) == [("m3", "accepted", None), ("m4", "rejected", "id-reused")]
    assert len(world.publisher.log) == events + 2, "two answers, and nothing happens"


@pytest.mark.parametrize(("before", "first", "change", "other"), CREATIONS)
async def test_where_version_0_1_created_it_the_state_says_what_is_the_same(
    before: list[Message], first: Message, change: Message, other: Message
) -> None:
    world = World(CART)
    process = world.process()
    await process.handle(*(record(one, f"b{n}") for n, one in enumerate([*before, first])))
    forget_digests(world)

    process = world.process()
    await process.handle(record(first, "m3", reply=True), record(other, "m4", reply=True))

    assert verdicts(world) == [("m3", "accepted", None), ("m4", "rejected", "id-reused")]


def bought(quantity: int, message_id: str, **more: Any) -> Any:
    cart = converted()
    line = cart.shipments[0].lines[0].model_copy(update={"quantity": quantity})
    shipment = cart.shipments[0].model_copy(update={"lines": (line,)})
    return record(cart.model_copy(update={"shipments": (shipment,)}), message_id, **more)


def order_process(world: World) -> Process:
    process = world.process()

    class Numbers:
        take = staticmethod(numbers())

        async def reserve(self, count: int) -> None: ...

    process.context.numbers = Numbers()
    return process


@pytest.mark.parametrize("reply", [False, True])
async def test_another_cart_under_an_orders_id_is_told_and_kept(reply: bool) -> None:
    world = World(ORDER)
    process = order_process(world)
    await process.handle(bought(1, "m1"), bought(1, "m2", reply=reply))
    assert verdicts(world) == ([("m2", "accepted", None)] if reply else [])
    published = len(world.publisher.log)

    await process.handle(bought(2, "m3", reply=reply))
    await order_process(world).handle(bought(2, "m3", reply=reply))

    told = [("m3", "rejected", "id-reused")] * 2 if reply else []
    assert verdicts(world)[reply:] == told
    letters = world.publisher.on("order.dead-letters")
    assert [headers_of(letter)["waybill_code"] for letter in letters] == ["rejected"] * 2
    assert "Use a new id." in headers_of(letters[0])["waybill_reason"]
    assert len(world.publisher.log) == published + len(told) + len(letters)


async def test_a_deleted_orders_cart_hears_that_it_was_deleted() -> None:
    world = World(ORDER)
    process = order_process(world)
    await process.handle(bought(1, "m1"))
    gone = shipments.Deleted(
        order_id=converted().cart_id, order_number="PO1000001", by=None, at=NOW, given_up=()
    )
    await process.handle(record(gone, "s1", source="waybill/shipment"))
    await process.handle(bought(1, "m2", reply=True), bought(1, "m1", reply=True))

    assert set(verdicts(world)) == {("m2", "rejected", "deleted"), ("m1", "accepted", None)}
    (letter,) = world.publisher.on("order.dead-letters")
    assert headers_of(letter)["waybill_code"] == "rejected"
    assert "digest" not in str(world.journal.of(f"order/{converted().cart_id}"))
