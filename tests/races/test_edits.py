"""Of two edits of a line with the same expected version, one is rejected as too late."""

from decimal import Decimal

import pytest

from tests.races.arena import Arena, Ask, ask, both_ways, won

pytestmark = [pytest.mark.engines, pytest.mark.slow]


def test_two_edits_of_one_line_by_expected_version(arena: Arena) -> None:
    first_was_faster: list[bool] = []
    for orders in arena.groups():
        arena.place(orders, "SKU-never-there", paid=False)
        versions = {
            reply["version"] for [reply] in arena.clash(orders, ask("order.explain")).values()
        }
        [version] = versions

        replies = arena.clash(orders, _quantity(2, version), _quantity(3, version))

        arena.all_have(orders, "order", "lines-changed")
        arena.all_have(orders, "payment", "total-changed")
        for order, both in replies.items():
            assert [won(reply) for reply in both].count(True) == 1, (order, both)
            [refused] = [reply for reply in both if not won(reply)]
            assert refused["reason"]["code"] == "version-conflict"
            quantity = 2 if won(both[0]) else 3
            assert _costs(arena, order) == quantity * Decimal(10)
            first_was_faster.append(won(both[0]))
    both_ways(first_was_faster)


def test_an_edit_against_a_release(arena: Arena) -> None:
    in_time: list[bool] = []
    for orders in arena.groups():
        arena.assigned(orders)

        replies = arena.clash(orders, _quantity(2), ask("shipment.release", shipment_id="1"))

        edited = [order for order, (edit, _) in replies.items() if won(edit)]
        arena.all_have(edited, "payment", "total-changed")
        for order, (edit, release) in replies.items():
            assert not (won(edit) and won(release)), "released, but not paid"
            assert won(edit) or won(release), (order, edit, release)
            assert _costs(arena, order) == (Decimal(20) if won(edit) else Decimal(10))
            in_time.append(won(edit))
    both_ways(in_time)


def _quantity(quantity: int, version: int | None = None) -> Ask:
    return Ask(
        "order.change-line", {"shipment_id": "1", "line_id": "1", "quantity": quantity}, version
    )


def _costs(arena: Arena, order: str) -> Decimal:
    """Returns the order's total in the last payment event that has it."""
    totals = [
        got.data["total"] for got in arena.events(order, "payment.events") if "total" in got.data
    ]
    return Decimal(totals[-1])
