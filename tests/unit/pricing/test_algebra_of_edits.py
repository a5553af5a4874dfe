"""An order edited to x costs what a draft of x does; undoing an edit restores every cent."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from services.order.content import Content
from services.order.edit_rules import why_not
from services.order.lines import manual, value
from shared.contracts.line_edits import find
from shared.contracts.money import zero
from shared.contracts.order_edits import LineMoved
from shared.contracts.orders import Line, Shipment
from tests.unit.pricing.edits import KINDS, destination, edits, undo
from tests.unit.pricing.worlds import (
    ADDRESS,
    World,
    amounts,
    converted,
    costs,
    costs_of_draft,
    draft_of,
    drafts,
    ordered,
    rarely_possible,
    several,
    worlds,
)


@st.composite
def foreign(draw, world: World) -> Content:
    """An order of a checkout that gives amounts without rules."""
    shipments = []
    for which in "12"[: draw(st.integers(1, 2))]:
        lines = []
        for n in range(draw(st.integers(1, 2))):
            quantity, price = draw(st.integers(1, 9)), draw(amounts(world.currency))
            worth = quantity * price
            off = min(worth, draw(amounts(world.currency, 900)))
            lines.append(
                Line(
                    line_id=f"{which}{n}",
                    sku="MUG",
                    name="An article",
                    quantity=quantity,
                    placed_price=price,
                    discount=off,
                    tax=draw(amounts(world.currency, 500)),
                )
            )
        shipments.append(
            Shipment(
                shipment_id=which,
                shipping_method="standard",
                shipping_cost=draw(amounts(world.currency, 500)),
                shipping_tax=draw(amounts(world.currency, 90)),
                address=ADDRESS,
                lines=tuple(lines),
            )
        )
    goods = sum((value(x) - x.discount for s in shipments for x in s.lines), Decimal(0))
    granted = draw(amounts(world.currency, 900))
    return Content(
        currency=world.currency,
        customer=None,
        coupons=(),
        order_discount=granted,
        shipments=tuple(shipments),
        total=zero(world.currency),
        covers_shipping=granted > goods,
    )


@st.composite
def orders_of(draw, world: World) -> Content:
    """An order of a draft, or of another checkout."""
    if draw(st.booleans()):
        return draw(foreign(world))
    return ordered(converted(draw(drafts(world)), world), world)


def edited(content: Content, world: World, data: st.DataObject, most: int = 5) -> Content:
    for _ in range(data.draw(st.integers(0, most))):
        edit = data.draw(edits(content, world))
        if not why_not(content, edit, ()):
            content = content.edited(edit, world.rate)
    return content


@several
@given(worlds(), st.data())
def test_an_order_costs_what_its_draft_did(world: World, data: st.DataObject) -> None:
    cart = data.draw(drafts(world))
    content = ordered(converted(cart, world), world)
    assert content.pricing is not None
    assert costs(content) == costs_of_draft(cart, world)


@several
@given(worlds(), st.data())
def test_an_order_edited_to_x_costs_what_a_draft_of_x_does(
    world: World, data: st.DataObject
) -> None:
    content = ordered(converted(data.draw(drafts(world)), world), world)
    content = edited(content, world, data, most=8)
    assert costs(content) == costs_of_draft(draft_of(content, world), world)


@several
@given(worlds(), st.data())
def test_a_partly_canceled_order_costs_what_its_draft_does(
    world: World, data: st.DataObject
) -> None:
    content = edited(ordered(converted(data.draw(drafts(world)), world), world), world, data)
    assume(len(content.shipments) > 1)
    off = (content.shipments[0].shipment_id,)
    left = content.repriced(world.rate, off)
    assert costs(left, off) == costs_of_draft(draft_of(left, world, off), world)
    again = left.repriced(world.rate, ())
    assert costs(again) == costs(content)


@several
@given(worlds(), st.data())
def test_an_edit_and_its_undo_change_nothing(world: World, data: st.DataObject) -> None:
    before = edited(data.draw(orders_of(world)), world, data, most=3)
    kind = data.draw(st.sampled_from(KINDS))
    edit = data.draw(edits(before, world, (kind,)))
    assume(not why_not(before, edit, ()))
    if isinstance(edit, LineMoved):  # to a line of its own: what was joined can't be told apart
        assume(find(before.goods, edit.to_shipment_id, edit.to_line_id) is None)
    after = before.edited(edit, world.rate)
    if after == before:
        return
    back = undo(edit, before, after)
    if kind in ("manual", "order", "remove"):  # a discount that is more than there is now
        assume(not why_not(after, back, ()))
    assert not why_not(after, back, ())
    assert costs(after.edited(back, world.rate)) == costs(before)


@several
@given(worlds(), st.data())
def test_splitting_a_checkouts_line_keeps_the_total(world: World, data: st.DataObject) -> None:
    content = data.draw(foreign(world))
    before = sums(content)
    for _ in range(data.draw(st.integers(1, 6))):
        edit = data.draw(edits(content, world, ("split", "move")))
        if not why_not(content, edit, ()):
            content = content.edited(edit, world.rate)
        assert sums(content) == before


@several
@given(worlds(), st.data())
def test_no_discount_exceeds_the_value_it_reduces(world: World, data: st.DataObject) -> None:
    content = edited(data.draw(orders_of(world)), world, data, most=8)
    off, total = content.bill(())
    assert off >= 0
    assert total >= 0
    for shipment in content.shipments:
        assert shipment.shipping_cost >= 0
        for line in shipment.lines:
            assert 0 <= line.discount <= value(line)
            assert line.tax >= 0
    if not content.covers_shipping:
        assert off <= content.net(())


@several
@given(worlds(), st.data())
def test_a_discount_never_raises_the_total(world: World, data: st.DataObject) -> None:
    content = edited(data.draw(orders_of(world)), world, data, most=3)
    edit = data.draw(edits(content, world, ("manual", "order")))
    assume(not why_not(content, edit, ()))
    if edit.kind == "set-discount":
        assume(edit.amount >= content.manual_discount)
    else:
        line = find(content.goods, edit.shipment_id, edit.line_id)
        assert line is not None
        assume(edit.manual_discount is not None and edit.manual_discount >= manual(line))
    after = content.edited(edit, world.rate)
    assert after.bill(())[1] <= content.bill(())[1]


def sums(content: Content) -> tuple[int, Decimal, Decimal, Decimal]:
    lines = [line for each in content.shipments for line in each.lines]
    return (
        sum(line.quantity for line in lines),
        sum((value(line) for line in lines), Decimal(0)),
        sum((line.discount for line in lines), Decimal(0)),
        sum((line.tax for line in lines), Decimal(0)),
    )


@rarely_possible
@given(worlds(), st.data())
def test_a_merge_into_a_line_of_another_shipment_and_its_undo_change_nothing(
    world: World, data: st.DataObject
) -> None:
    """Where rules give discounts and taxes: amounts of their own can't be told apart again."""
    start = ordered(converted(data.draw(drafts(world)), world), world)
    split = data.draw(edits(start, world, ("split", "move")))
    assume(not why_not(start, split, ()))
    before = edited(start.edited(split, world.rate), world, data, most=2)
    edit = data.draw(merges(before, world))
    assume(not why_not(before, edit, ()))
    line = find(before.goods, edit.shipment_id, edit.line_id)
    there = find(before.goods, edit.to_shipment_id, edit.to_line_id)
    assert line is not None
    assert there is not None
    assume(not manual(line) and not manual(there))
    after = before.edited(edit, world.rate)
    back = undo(edit, before, after)
    assert not why_not(after, back, ())
    assert costs(after.edited(back, world.rate)) == costs(before)


@st.composite
def merges(draw, content: Content, world: World) -> LineMoved:
    """Pieces of a line become part of one in another shipment with the same article and price."""
    pairs = [
        (one, line, other, there)
        for one in content.shipments
        for line in one.lines
        for other in content.shipments
        for there in other.lines
        if one is not other and (line.sku, line.placed_price) == (there.sku, there.placed_price)
    ]
    assume(pairs)
    one, line, other, there = draw(st.sampled_from(pairs))
    return LineMoved(
        shipment_id=one.shipment_id,
        line_id=line.line_id,
        quantity=draw(st.none() | st.integers(1, line.quantity)),
        to_shipment_id=other.shipment_id,
        to_line_id=there.line_id,
        destination=destination(content, other.shipment_id, world),
    )
