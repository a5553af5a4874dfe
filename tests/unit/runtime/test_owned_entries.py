"""Look-ups of all entries of an owner: the orders of a customer."""

from __future__ import annotations

import json

import pytest

from services.cart.app import SERVICE as CART
from shared.contracts.customer_deletion import Delete, DeleteRequested, OrdersAgreed
from tests.fakes import MemoryRecord
from tests.unit.portal.builders import placed
from tests.unit.runtime.world import World, record


@pytest.fixture
def world() -> World:
    return World(CART)


def order(number: int, customer: str | None, offset: int | None = None) -> MemoryRecord:
    who = {"customer_id": customer, "name": "Mercy Taylor"} if customer else None
    content = placed(f"c-{number}").model_dump(mode="json") | {"customer": who}
    message = type(placed()).model_validate_json(json.dumps(content))
    return record(message, f"placed-{number}", offset=number if offset is None else offset)


def delete(customer: str) -> MemoryRecord:
    return record(Delete(customer_id=customer, orders=True), f"delete-{customer}", reply=True)


def asked(world: World, customer: str) -> list[str]:
    """The orders that are asked, as the customer's stream has them."""
    events = [event for d in world.journal.of(f"customer/{customer}") for event in d["events"]]
    (requested,) = [event for event in events if event["type"] == DeleteRequested.type]
    assert not [event for event in events if event["type"] == OrdersAgreed.type]
    return list(json.loads(requested["data"])["orders"])


async def test_every_order_of_the_customer_is_found_and_no_other(world: World) -> None:
    await world.process().handle(
        order(3, "cu-7"), order(1, "cu-7"), order(2, "cu-8"), order(4, None), delete("cu-7")
    )
    assert asked(world, "cu-7") == ["c-1", "c-3"]


async def test_a_repeated_record_is_no_second_order(world: World) -> None:
    process = world.process()
    await process.handle(order(1, "cu-7"))
    await process.handle(order(1, "cu-7"), delete("cu-7"))
    assert asked(world, "cu-7") == ["c-1"]


async def test_a_customer_without_orders_is_unknown_here(world: World) -> None:
    await world.process().handle(order(1, "cu-8"), delete("cu-7"))
    (reply,) = world.replies()
    assert (reply["outcome"], reply["reason"]["code"]) == ("rejected", "unknown-customer")


async def test_an_unreadable_entry_makes_a_dead_letter_of_the_command(world: World) -> None:
    await world.process().handle(order(1, "cu-7"))
    world.tables._data["order", "c-1"] = "not JSON"
    await world.process().handle(delete("cu-7"))
    (letter,) = world.publisher.on("cart.dead-letters")
    assert letter.key == b"cu-7"
    assert not world.journal.of("customer/cu-7")
