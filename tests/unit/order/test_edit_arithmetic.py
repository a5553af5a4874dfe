"""Whatever is edited in whatever order: not a cent appears or is lost, and nothing is negative."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.order.content import Content
from services.order.edit_rules import why_not
from services.order.lines import net, value
from shared.contracts.address import Address
from shared.contracts.money import decimals, zero
from shared.contracts.order_edits import (
    Destination,
    DiscountSet,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from shared.contracts.orders import Line, Shipment
from tests.examples import examples

CURRENCIES = ["JPY", "USD", "KWD"]
RATES = [Decimal("0"), Decimal("0.09"), Decimal("0.08875"), Decimal("0.10")]
ADDRESS = Address(name="M", line1="1 Pike Pl", city="Seattle", country="US")
LINES = ("1", "2", "3")
SHIPMENTS = ("1", "2", "3")


def amounts(currency, most=5000):
    return st.integers(0, most).map(lambda n: Decimal(n).scaleb(-decimals(currency)))


@st.composite
def lines(draw, currency, line_id):
    quantity, price = draw(st.integers(1, 9)), draw(amounts(currency))
    worth = quantity * price
    share = draw(st.integers(0, 100))
    discount = (worth * share / 100).quantize(zero(currency))
    return Line(
        line_id=line_id,
        sku="SKU",
        name="Dress",
        quantity=quantity,
        placed_price=price,
        discount=min(discount, worth),
        tax=draw(amounts(currency, most=900)),
    )


@st.composite
def contents(draw):
    currency = draw(st.sampled_from(CURRENCIES))
    shipped = []
    for which in SHIPMENTS[:2]:
        count = draw(st.integers(1, 3))
        shipped.append(
            Shipment(
                shipment_id=which,
                shipping_method="standard",
                shipping_cost=draw(amounts(currency)),
                shipping_tax=draw(amounts(currency)),
                address=ADDRESS,
                lines=tuple(draw(lines(currency, f"{which}{n}")) for n in range(count)),
            )
        )
    content = Content(
        currency=currency,
        customer=None,
        coupons=(),
        order_discount=zero(currency),
        shipments=tuple(shipped),
        total=zero(currency),
    )
    return content, draw(st.sampled_from(RATES))


def all_lines(content):
    return [line for each in content.shipments for line in each.lines]


def sums(content):
    return {
        "pieces": sum(line.quantity for line in all_lines(content)),
        "value": sum(map(value, all_lines(content))),
        "discount": sum(line.discount for line in all_lines(content)),
        "tax": sum(line.tax for line in all_lines(content)),
    }


def nothing_is_negative(content):
    for line in all_lines(content):
        assert line.quantity >= 1
        assert 0 <= line.discount <= value(line)
        assert line.tax >= 0
        assert line.discount.same_quantum(zero(content.currency))
        assert line.tax.same_quantum(zero(content.currency))
    off, total = content.bill(())
    assert 0 <= off <= content.net(())
    assert total >= 0
    assert total.same_quantum(zero(content.currency))


def pick(data, content):
    shipment = data.draw(st.sampled_from(content.shipments))
    return shipment, data.draw(st.sampled_from(shipment.lines))


@given(contents(), st.data())
def test_a_split_creates_and_loses_nothing(given, data):
    content, rate = given
    before = sums(content)
    for n in range(data.draw(st.integers(1, 5))):
        shipment, line = pick(data, content)
        move = LineMoved(
            shipment_id=shipment.shipment_id,
            line_id=line.line_id,
            quantity=data.draw(st.integers(1, line.quantity)),
            to_shipment_id=data.draw(st.sampled_from(SHIPMENTS)),
            to_line_id=f"m{n}",
            destination=Destination(
                address=ADDRESS, shipping_method="standard", shipping_cost=zero(content.currency)
            ),
        )
        if not why_not(content, move, ()):
            content = content.edited(move, rate)
        assert sums(content) == before
        nothing_is_negative(content)


def alterations(currency):
    return st.tuples(
        st.integers(0, 5),
        st.fixed_dictionaries(
            {}, optional={"quantity": st.integers(1, 9), "placed_price": amounts(currency)}
        ),
    )


@given(contents(), st.data())
def test_the_order_of_edits_makes_no_difference(given, data):
    """Only the last word on each line's quantity and on its price counts."""
    content, rate = given
    steps = []
    places = [(s.shipment_id, line.line_id) for s in content.shipments for line in s.lines]
    for where in places:
        last = {
            "quantity": data.draw(st.integers(1, 9)),
            "placed_price": data.draw(amounts(content.currency)),
        }
        for name, what in last.items():
            steps.append((where, {name: what}))
    detours = [
        (data.draw(st.sampled_from(places)), data.draw(alterations(content.currency))[1])
        for _ in range(3)
    ]
    one = play(content, rate, steps)
    shuffled = detours + data.draw(st.permutations(steps))
    other = play(content, rate, shuffled)
    assert costs(one) == costs(other)
    nothing_is_negative(one)


@given(contents(), st.data())
def test_undoing_an_edit_restores_every_cent(given, data):
    content, rate = given
    shipment, line = pick(data, content)
    where = (shipment.shipment_id, line.line_id)
    detours = [(where, change) for _, change in data.draw(many(content.currency))]
    back = (where, {"quantity": line.quantity, "placed_price": line.placed_price})
    assert costs(play(content, rate, [*detours, back])) == costs(content)


def many(currency):
    return st.lists(alterations(currency), max_size=4)


def play(content, rate, steps):
    for (shipment_id, line_id), change in steps:
        edit = LineAltered(shipment_id=shipment_id, line_id=line_id, **change)
        content = content.edited(edit, rate)
    return content


def costs(content):
    return [
        (line.quantity, line.placed_price, line.discount, line.tax) for line in all_lines(content)
    ]


@st.composite
def edits(draw, currency):
    which = {
        "shipment_id": draw(st.sampled_from(SHIPMENTS)),
        "line_id": draw(st.sampled_from(["10", "11", "20", "21", "n1", "n2"])),
    }
    discount = draw(st.none() | amounts(currency))
    kind = draw(st.sampled_from("achmd"))
    if kind == "a":
        priced = {"quantity": draw(st.integers(1, 9)), "placed_price": draw(amounts(currency))}
        article = {"sku": "NEW", "name": "Scarf", "tax": draw(st.none() | amounts(currency))}
        return LineAdded(**which, **priced, **article, discount=discount)
    if kind == "c":
        change = draw(alterations(currency))[1]
        return LineAltered(**which, **change, discount=discount)
    if kind == "h":
        return LineTaken(**which)
    if kind == "d":
        return DiscountSet(amount=draw(amounts(currency)))
    there = Destination(
        address=ADDRESS, shipping_method="express", shipping_cost=draw(amounts(currency))
    )
    return LineMoved(
        **which,
        quantity=draw(st.none() | st.integers(1, 9)),
        to_shipment_id=draw(st.sampled_from(SHIPMENTS)),
        to_line_id=draw(st.sampled_from(["10", "20", "n1", "n2"])),
        destination=there,
    )


@examples(200)
@given(contents(), st.data())
def test_whatever_is_edited_nothing_is_ever_negative(given, data):
    content, rate = given
    for _ in range(data.draw(st.integers(1, 12))):
        edit = data.draw(edits(content.currency))
        if why_not(content, edit, ()):
            continue
        after = content.edited(edit, rate)
        nothing_is_negative(after)
        assert all(each.lines for each in after.shipments)
        assert sum(line.quantity for line in all_lines(after)) >= 1
        net_sum = sum((net(line) for line in all_lines(after)), zero(after.currency))
        assert after.net(()) == net_sum
        content = after
