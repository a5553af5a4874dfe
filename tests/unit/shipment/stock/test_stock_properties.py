"""Whatever happens to the stock, it equals a slow and simple model of the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import count as numbers
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Message, stock
from shared.contracts.stock import ItemQuantity
from tests.examples import examples
from tests.unit.shipment.stock.builders import (
    WAREHOUSE,
    count,
    receive,
    release_quarantine,
    take_back,
)
from tests.unit.shipment.stock.reference_model import SKUS, StockAndModel, Wants

skus = st.sampled_from(SKUS)
wants = st.dictionaries(skus, st.integers(1, 5), min_size=1, max_size=3)
# The index of one of the shipments so far, counted from the last.
which = st.integers(0, 12)
dispositions = st.sampled_from(["restock", "quarantine", "quarantine", "write-off"])
returned = st.tuples(skus, st.integers(1, 4), dispositions)
days = st.dates(date(2026, 12, 1), date(2026, 12, 4))
steps = st.one_of(
    st.tuples(st.just("allocate"), wants),
    st.tuples(st.just("allocate"), wants),
    st.tuples(st.just("reallocate"), st.tuples(st.integers(0, 12), wants)),
    st.tuples(st.just("reallocate"), st.tuples(st.integers(0, 12), wants)),
    st.tuples(st.just("receive"), st.tuples(skus, st.integers(1, 4))),
    st.tuples(st.just("count"), st.tuples(skus, st.integers(0, 9))),
    st.tuples(st.just("safety"), st.tuples(skus, st.integers(0, 5))),
    st.tuples(st.just("expect"), st.tuples(skus, st.integers(0, 5), days)),
    st.tuples(st.just("take back"), st.lists(returned, min_size=1, max_size=3)),
    st.tuples(st.just("release quarantine"), returned.filter(lambda each: each[2] != "quarantine")),
    st.tuples(st.sampled_from(["deallocate", "issue", "repeat"]), which),
    st.tuples(st.just("restart"), st.none()),
)


OF_GOODS: Mapping[str, Callable[[Any], Message]] = {
    "receive": lambda of: receive(*of),
    "count": lambda of: count(*of),
    "safety": lambda of: stock.SetSafety(warehouse=WAREHOUSE, sku=of[0], quantity=of[1]),
    "expect": lambda of: stock.Expect(
        warehouse=WAREHOUSE, sku=of[0], quantity=of[1], expected_on=of[2]
    ),
    "take back": lambda of: take_back(*of),
    "release quarantine": lambda of: release_quarantine(*of),
}


@examples(150)
@given(st.lists(steps, min_size=12, max_size=40))
def test_the_stock_equals_the_reference_model(history: list[tuple[str, object]]) -> None:
    stock_and_model = StockAndModel()
    sequence = numbers(1)
    allocations: list[stock.Allocate] = []
    for step, detail in history:
        if step == "restart":
            stock_and_model.restart()
        elif step == "allocate":
            lines = tuple(ItemQuantity(sku=s, quantity=q) for s, q in detail.items())
            allocations.append(
                stock.Allocate(
                    warehouse=WAREHOUSE,
                    order_id=f"c-{next(sequence)}",
                    shipment_id="1",
                    lines=lines,
                )
            )
            stock_and_model.decide(allocations[-1])
        elif step in OF_GOODS:
            stock_and_model.decide(OF_GOODS[step](detail))
        elif allocations and step == "reallocate":
            chosen = allocations[-1 - detail[0] % len(allocations)]
            lines = tuple(ItemQuantity(sku=s, quantity=q) for s, q in detail[1].items())
            edited = chosen.model_dump() | {"lines": lines, "revision": next(sequence)}
            stock_and_model.decide(stock.Reallocate(**edited))
        elif allocations:
            chosen = allocations[-1 - detail % len(allocations)]
            kind = {"deallocate": stock.Deallocate, "issue": stock.Issue}.get(step)
            about = {"warehouse": WAREHOUSE, "order_id": chosen.order_id, "shipment_id": "1"}
            stock_and_model.decide(kind(**about) if kind else chosen)
    stock_and_model.restart()


@examples(50)
@given(st.lists(st.tuples(skus, st.integers(1, 9)), max_size=10), st.lists(wants, max_size=10))
def test_received_goods_are_on_hand_or_issued(
    received: list[tuple[str, int]], wanted: list[Wants]
) -> None:
    stock_and_model = StockAndModel()
    for position, each in enumerate(wanted):
        lines = tuple(ItemQuantity(sku=sku, quantity=quantity) for sku, quantity in each.items())
        stock_and_model.decide(
            stock.Allocate(
                warehouse=WAREHOUSE, order_id=f"c-{position}", shipment_id="1", lines=lines
            )
        )
    for sku, quantity in received:
        stock_and_model.decide(stock.Receive(warehouse=WAREHOUSE, sku=sku, quantity=quantity))
    issued = dict.fromkeys(SKUS, 0)
    for (order_id, shipment_id), lines in list(stock_and_model.inventory.allocations.items()):
        for line in lines:
            issued[line.sku] += line.quantity
        stock_and_model.decide(
            stock.Issue(warehouse=WAREHOUSE, order_id=order_id, shipment_id=shipment_id)
        )
    for sku in stock_and_model.inventory.levels:
        quantity = sum(units for name, units in received if name == sku)
        assert stock_and_model.inventory.levels[sku].on_hand == quantity - issued[sku]
        assert stock_and_model.inventory.levels[sku].allocated == 0
