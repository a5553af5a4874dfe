"""Same id, same content? Of messages, and of what they create."""

from __future__ import annotations

from typing import Any

import bson
import pytest

from services.cart.app import SERVICE as CART
from services.order.app import SERVICE as ORDER
from shared.contracts import Message, carts, customers, orders, shipments
from shared.contracts.checkout import CartConverted
from shared.contracts.commands import offered
from shared.runtime.decider.identity import digest_of
from tests.unit.given import NOW, numbers
from tests.unit.order.builders import cart as converted
from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import (
    DEAD,
    REPLIES,
    Process,
    World,
    add,
    data_of,
    headers_of,
    ids,
    record,
    store,
)

FIRST = "1 Pike Pl"


def heard(world: World) -> list[tuple[str, str, str | None]]:
    """What the senders heard: each command's id, outcome and reason."""
    replies = world.replies()
    return [
        (reply["command_id"], reply["outcome"], reply.get("reason", {}).get("code"))
        for reply in replies
    ]


# Messages


@pytest.mark.parametrize("later", ["same batch", "same process", "another process"])
async def test_a_known_message_id_with_other_content_is_refused(world: World, later: str) -> None:
    process = world.process()
    first, other = add("a", 1, "m1", reply=True), add("a", 2, "m1", reply=True)
    if later == "same batch":
        await process.handle(first, other)
    else:
        await process.handle(first)
        await (process if later == "same process" else world.process()).handle(other)

    assert world.total("a") == 1
    assert heard(world) == [("m1", "accepted", None), ("m1", "rejected", "id-reused")]
    (letter,) = world.dead()
    assert (letter["ce_id"], letter["waybill_code"]) == ("m1", "rejected")
    assert letter["waybill_field"] == "ce_id"
    (kept,) = world.publisher.on(DEAD)
    assert data_of(kept)["amount"] == 2, "nothing is lost"
    assert len(set(ids(world.publisher.on(REPLIES)))) == 2, "two answers, not one told twice"


async def test_another_type_under_a_known_id_is_other_content(world: World) -> None:
    await world.process().handle(
        record(rules.Answer(tally="a"), "m1", reply=True),
        record(rules.Forget(tally="a"), "m1", reply=True),
    )

    assert heard(world) == [("m1", "accepted", None), ("m1", "rejected", "id-reused")]


async def test_a_refused_message_may_not_come_with_other_content_either(world: World) -> None:
    process = world.process()
    await process.handle(add("a", 1, "m1", "no", reply=True), add("a", 1, "m1", reply=True))

    assert heard(world) == [("m1", "rejected", "no"), ("m1", "rejected", "id-reused")]
    assert world.total("a") == 0


async def test_other_content_is_refused_while_the_first_outcome_is_awaited(world: World) -> None:
    process = world.process()
    await process.handle(record(rules.Ask(tally="a"), "q1", reply=True))
    await process.handle(add("a", 1, "q1", reply=True))
    assert heard(world) == [("q1", "rejected", "id-reused")]

    await process.handle(record(rules.Answer(tally="a"), "x1"))

    assert heard(world)[1:] == [("q1", "accepted", None)]


async def test_what_counts_is_the_content_alone(world: World) -> None:
    process = world.process()
    first = add("a", 1, "m1", reply=True)
    await process.handle(first)
    again = record(rules.Add(tally="a", amount=1), "m1", reply=True, expected=7)
    again.value = b'{ "amount" : 1, "of_later": true, "tally": "a" }'
    again.headers = [
        (name, b"00-11111111111111111111111111111111-2222222222222222-00")
        if name == "traceparent"
        else (name, value)
        for name, value in again.headers
    ] + [("ce_time", b"2026-11-23T00:00:00Z")]
    await process.handle(again)

    assert heard(world) == [("m1", "accepted", None)] * 2
    assert world.dead() == []


@pytest.mark.parametrize("snapshots", [False, True])
async def test_long_lived_streams_know_the_contents_that_a_snapshot_left_behind(
    world: World, snapshots: bool
) -> None:
    process = world.process()
    await process.handle(store("v", 1, "m1", reply=True))
    for n in range(120 if snapshots else 1):
        await process.handle(store("v", 1, f"n{n}"))
    assert bool(world.journal.snapshots) is snapshots

    heir = world.process()
    await heir.handle(store("v", 5, "m1", reply=True), store("v", 1, "m1", reply=True))

    assert sorted(heard(world)[1:]) == [("m1", "accepted", None), ("m1", "rejected", "id-reused")]
    assert world.dead_ids() == ["m1"]


async def test_documents_of_version_0_1_have_no_digest_and_the_first_outcome_is_told(
    world: World,
) -> None:
    await world.process().handle(add("a", 1, "m1", reply=True))
    forget_digests(world)

    await world.process().handle(add("a", 2, "m1", reply=True))

    assert heard(world) == [("m1", "accepted", None)] * 2
    assert world.dead() == []


async def test_a_digest_of_another_form_or_version_is_not_compared(world: World) -> None:
    await world.process().handle(add("a", 1, "m1", reply=True))
    forget_digests(world, "1.v0:00000000000000000000000000000000")

    await world.process().handle(add("a", 2, "m1", reply=True))

    assert heard(world) == [("m1", "accepted", None)] * 2


async def test_services_may_say_more_when_they_publish_their_own_again(world: World) -> None:
    process = world.process()
    ours = [add("a", amount, "m1", source="waybill/cart", reply=True) for amount in (1, 2)]
    await process.handle(*ours)

    assert heard(world) == [("m1", "accepted", None)] * 2
    assert world.dead() == []


async def test_a_deleted_record_keeps_no_digest_not_even_of_what_comes_later(world: World) -> None:
    process = world.process()
    await process.handle(add("a", 1, "m1"), record(rules.Ask(tally="a"), "q1"))
    assert "digest" in str(world.journal.of("tally/a"))
    await process.handle(add("a", 2, "m2"), record(rules.Forget(tally="a"), "f1"))
    await process.handle(add("a", 3, "m3", reply=True))
    await world.process().handle(add("a", 4, "m3", reply=True))

    assert "digest" not in str(world.journal.of("tally/a"))
    assert heard(world) == [("m3", "rejected", "deleted")] * 2


def forget_digests(world: World, instead: str | None = None) -> None:
    """Makes the journal that of version 0.1, or that of another way to digest."""
    for name, kept in world.journal._documents.items():
        document = bson.decode(kept)
        for cause in document["causes"]:
            cause.pop("created", None)
            if cause.pop("digest", None) and instead:
                cause["digest"] = instead
        world.journal._documents[name] = bson.encode(document)


# What they create


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

    assert heard(world) == [("m3", "accepted", None), ("m4", "rejected", "id-reused")]
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

    assert heard(world) == [("m3", "accepted", None), ("m4", "rejected", "id-reused")]


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
    assert heard(world) == ([("m2", "accepted", None)] if reply else [])
    published = len(world.publisher.log)

    await process.handle(bought(2, "m3", reply=reply))
    await order_process(world).handle(bought(2, "m3", reply=reply))

    told = [("m3", "rejected", "id-reused")] * 2 if reply else []
    assert heard(world)[reply:] == told
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

    assert set(heard(world)) == {("m2", "rejected", "deleted"), ("m1", "accepted", None)}
    (letter,) = world.publisher.on("order.dead-letters")
    assert headers_of(letter)["waybill_code"] == "rejected"
    assert "digest" not in str(world.journal.of(f"order/{converted().cart_id}"))


# Digests


def test_every_request_from_outside_has_a_digest_and_no_field_left_at_its_default_counts() -> None:
    hold = orders.Hold(order_id="c-1")
    assert digest_of(hold) == digest_of(orders.Hold(order_id="c-1", reason=None))
    assert digest_of(hold) != digest_of(orders.Hold(order_id="c-1", reason="Fraud?"))
    assert digest_of(hold) != digest_of(orders.ReleaseHold(order_id="c-1"))
    for model in [*offered().values(), CartConverted]:
        assert model.topic.from_outside


def test_the_order_of_fields_does_not_count() -> None:
    one = orders.Hold.model_validate_json('{"order_id": "c-1", "reason": "x"}')
    other = orders.Hold.model_validate_json('{"reason": "x", "order_id": "c-1"}')
    assert digest_of(one) == digest_of(other) == "1.v1:" + digest_of(one).split(":")[1]


def test_what_is_written_otherwise_and_means_the_same_has_the_same_digest() -> None:
    cart = converted()
    value = cart.model_dump_json()
    local = value.replace("2026-11-22T20:00:00Z", "2026-11-22T21:00:00+01:00")
    assert local != value
    assert digest_of(CartConverted.model_validate_json(local)) == digest_of(cart)
