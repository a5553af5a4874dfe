"""Over which warehouses a shipment is split: as few as possible, and nothing is lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.shipments import Item, Shortage
from shared.sourcing.split_plan import plan

SKUS = ("SKU-1", "SKU-2")
WAREHOUSES = ("a", "b", "c", "d")
Stock = dict[str, dict[str, int]]


def item(line_id: str, sku: str, quantity: int) -> Item:
    return Item(line_id=line_id, sku=sku, name="Dress", quantity=quantity)


def wanted(lines: tuple[Item, ...]) -> Counter[str]:
    found = Counter[str]()
    for line in lines:
        found[line.sku] += line.quantity
    return found


def answers(lines: tuple[Item, ...], stock: Stock) -> dict[str, tuple[Shortage, ...]]:
    """What warehouses with this stock answer."""
    return {
        warehouse: tuple(
            Shortage(sku=sku, wanted=quantity, available=has.get(sku, 0))
            for sku, quantity in wanted(lines).items()
            if has.get(sku, 0) < quantity
        )
        for warehouse, has in stock.items()
    }


def sent(lines: tuple[Item, ...], stock: Stock) -> dict[str, list[tuple[str, int]]]:
    shares = plan(lines, tuple(stock), answers(lines, stock))
    return {e.warehouse: [(line.line_id, line.quantity) for line in e.lines] for e in shares}


TWO = (item("1", "SKU-1", 3), item("2", "SKU-2", 1))


def test_two_warehouses_rather_than_three() -> None:
    stock = {"a": {"SKU-1": 1}, "b": {"SKU-1": 3}, "c": {"SKU-1": 1, "SKU-2": 1}}
    assert sent(TWO, stock) == {"b": [("1", 3)], "c": [("2", 1)]}


def test_of_as_many_those_of_higher_priority() -> None:
    stock = {"a": {"SKU-1": 3}, "b": {"SKU-2": 1}, "c": {"SKU-2": 1}}
    assert sent(TWO, stock) == {"a": [("1", 3)], "b": [("2", 1)]}


def test_a_line_stays_whole_where_one_of_them_has_all_of_it() -> None:
    stock = {"a": {"SKU-1": 2, "SKU-2": 1}, "b": {"SKU-1": 3}}
    assert sent(TWO, stock) == {"a": [("2", 1)], "b": [("1", 3)]}


def test_otherwise_the_first_sends_what_it_has() -> None:
    stock = {"a": {"SKU-1": 2, "SKU-2": 1}, "b": {"SKU-1": 2}}
    assert sent(TWO, stock) == {"a": [("1", 2), ("2", 1)], "b": [("1", 1)]}


def test_two_lines_of_an_article_share_what_there_is() -> None:
    lines = (item("1", "SKU-1", 2), item("2", "SKU-1", 2))
    assert sent(lines, {"a": {"SKU-1": 2}, "b": {"SKU-1": 2}}) == {
        "a": [("1", 2)],
        "b": [("2", 2)],
    }


def test_nobody_who_has_not_answered_counts() -> None:
    stock = {"a": {"SKU-1": 3}, "b": {"SKU-2": 1}}
    assert plan(TWO, ("a", "b", "c"), {"a": answers(TWO, stock)["a"]}) == ()


@given(
    st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 4)), min_size=1, max_size=4),
    st.lists(
        st.fixed_dictionaries({sku: st.integers(0, 5) for sku in SKUS}), min_size=1, max_size=4
    ),
)
def test_everything_is_sent_by_as_few_as_have_it(
    ordered: list[tuple[str, int]], has: list[dict[str, int]]
) -> None:
    lines = tuple(item(str(n), *line) for n, line in enumerate(ordered))
    stock = dict(zip(WAREHOUSES, has, strict=False))
    if any(not short for short in answers(lines, stock).values()):
        return  # one has all of it, and nothing is split
    shares = sent(lines, stock)
    together = sum((Counter(each) for each in has), Counter[str]())
    assert bool(shares) == (wanted(lines) <= together)
    pieces = Counter[str]()
    by_line = {line.line_id: line for line in lines}
    for warehouse, share in shares.items():
        assert share, "whoever is chosen sends something"
        sends = Counter[str]()
        for line_id, quantity in share:
            assert quantity > 0
            pieces[line_id] += quantity
            sends[by_line[line_id].sku] += quantity
        assert sends <= Counter(stock[warehouse])
    if shares:
        assert pieces == {line.line_id: line.quantity for line in lines}
