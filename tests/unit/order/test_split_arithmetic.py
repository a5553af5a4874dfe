"""A split over several warehouses costs nothing, and neither does anything that follows from it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.order.content import Content
from services.order.edit_rules import why_not
from services.order.lines import net
from services.order.returns.worth import costs_of
from shared.contracts.money import zero
from shared.contracts.order_edits import DiscountSet, LineAltered, LineMoved
from shared.contracts.pricing import DiscountRule, Pricing
from tests.unit.order.test_edit_arithmetic import amounts, contents, nothing_is_negative, sums


@st.composite
def rules(draw, currency):
    scope = draw(st.sampled_from(["line", "order", "shipping"]))
    if draw(st.booleans()):
        worth = {"kind": "percentage", "percent": str(draw(st.integers(1, 100)))}
    else:
        worth = {"kind": "amount", "amount": draw(amounts(currency, most=900))}
    return DiscountRule(code=f"C-{scope}", scope=scope, **worth)


@st.composite
def orders(draw):
    """An order by amounts alone, or by the rules of coupons; priced as one that was edited."""
    content, rate = draw(contents())
    if draw(st.booleans()):
        found = tuple({r.code: r for r in draw(st.lists(rules(content.currency)))}.values())
        pricing = Pricing(tax_rate=str(rate), discounts=found)
        content = replace(content, pricing=pricing)
    content = content.edited(DiscountSet(amount=zero(content.currency), beside=True), rate)
    if content.pricing and draw(st.booleans()):
        content = taxed_by_the_checkout(content, draw(amounts(content.currency, most=900)))
    return content, rate


def taxed_by_the_checkout(content: Content, tax: Decimal) -> Content:
    """The content with a tax on each line that doesn't follow from the market's rate."""
    return replace(
        content,
        shipments=tuple(
            each.model_copy(
                update={"lines": tuple(line.model_copy(update={"tax": tax}) for line in each.lines)}
            )
            for each in content.shipments
        ),
    )


@st.composite
def splits(draw, content: Content):
    """Some of the first shipment, in one or two new ones, but not all of it."""
    whole = content.shipments[0]
    parts: dict[str, dict[str, int]] = {"8": {}, "9": {}}
    left = sum(line.quantity for line in whole.lines)
    for line in whole.lines:
        rest = min(line.quantity, left - 1)
        for part in parts.values():
            quantity = draw(st.integers(0, rest))
            if quantity:
                part[line.line_id] = quantity
                rest, left = rest - quantity, left - quantity
    return {which: lines for which, lines in parts.items() if lines}


def money(content: Content) -> dict[str, object]:
    """All that an order costs."""
    off, total = content.bill(())
    costs = costs_of(content, ())
    assert (
        sum(costs.goods.values()) + sum(costs.taxes.values()) + sum(costs.shipping.values())
        == total
    )
    return {
        **sums(content),
        "net": sum(net(line) for each in content.shipments for line in each.lines),
        "off": off,
        "total": total,
        "shipping": sum(each.shipping_cost + each.shipping_tax for each in content.shipments),
    }


@settings(deadline=None)
@given(orders(), st.data())
def test_a_split_costs_nothing(given, data):
    content, rate = given
    after = content.split("1", data.draw(splits(content)))
    assert money(after) == money(content)
    nothing_is_negative(after)
    for new in after.shipments[len(content.shipments) :]:
        assert (new.shipping_cost, new.shipping_tax) == (0, 0)
        assert new.split_from == "1"
    priced_again = after.repriced(rate, ())
    assert money(priced_again) == money(content)


@settings(deadline=None)
@given(orders(), st.data())
def test_a_later_edit_costs_what_it_would_have_cost(given, data):
    content, rate = given
    edit = data.draw(
        st.one_of(
            amounts(content.currency).map(lambda off: DiscountSet(amount=off, beside=True)),
            st.builds(
                LineAltered,
                shipment_id=st.just("2"),
                line_id=st.just(content.shipments[1].lines[0].line_id),
                quantity=st.integers(1, 9),
            ),
        )
    )
    if why_not(content, edit, ()):
        return
    after = content.split("1", data.draw(splits(content)))
    assert not why_not(after, edit, ())
    assert money(after.edited(edit, rate)) == money(content.edited(edit, rate))


@settings(deadline=None)
@given(orders(), st.data())
def test_moving_everything_back_restores_every_line(given, data):
    content, rate = given
    after = content.split("1", data.draw(splits(content)))
    for new in after.shipments[len(content.shipments) :]:
        for line in new.lines:
            back = LineMoved(
                shipment_id=new.shipment_id,
                line_id=line.line_id,
                to_shipment_id="1",
                to_line_id=line.line_id,
            )
            assert not why_not(after, back, ())
            after = after.edited(back, rate)
    assert money(after) == money(content)
    before = {line.line_id: line for line in content.shipments[0].lines}
    for line in after.shipments[0].lines:
        was = before[line.line_id]
        assert (line.quantity, line.discount, line.tax) == (was.quantity, was.discount, was.tax)


def test_an_amount_off_each_line_is_taken_off_a_divided_line_once():
    content, rate = _with_rule("line", Decimal("5.00"))
    after = content.split("1", {"2": {"1": 1}}).repriced(rate, ())
    assert [line.discount for each in after.shipments for line in each.lines] == [
        Decimal("3.33"),
        Decimal("1.67"),
    ]
    assert after.bill(())[1] == content.bill(())[1] == Decimal("25.00")


def test_parts_with_prices_of_their_own_are_lines_of_their_own():
    content, rate = _with_rule("line", Decimal("5.00"))
    after = content.split("1", {"2": {"1": 1}})
    cheaper = LineAltered(shipment_id="2", line_id="1", placed_price=Decimal("8.00"))
    lines = [line for each in after.edited(cheaper, rate).shipments for line in each.lines]
    assert [line.discount for line in lines] == [Decimal("5.00"), Decimal("5.00")]


def _with_rule(scope: str, amount: Decimal) -> tuple[Content, Decimal]:
    from shared.contracts.orders import Line, Shipment
    from tests.unit.order.test_edit_arithmetic import ADDRESS

    nothing = Decimal("0.00")
    line = Line(
        line_id="1", sku="SKU", name="Dress", quantity=3, placed_price=Decimal("10.00"),
        discount=amount, tax=nothing,
    )  # fmt: skip
    shipment = Shipment(
        shipment_id="1", shipping_method="standard", shipping_cost=nothing, shipping_tax=nothing,
        address=ADDRESS, lines=(line,),
    )  # fmt: skip
    rule = DiscountRule(code="FIVE", scope=scope, kind="amount", amount=amount)
    content = Content(
        currency="USD", customer=None, coupons=("FIVE",), order_discount=nothing,
        shipments=(shipment,), total=Decimal("25.00"),
        pricing=Pricing(tax_rate="0", discounts=(rule,)),
    )  # fmt: skip
    return content, Decimal(0)
