"""The blocker of a shipment without inventory, with its place in the queue."""

import pytest

from shared.contracts.error_texts import blocker
from shared.contracts.queue_places import Before, Place, skus_of, with_places
from shared.contracts.replies import Blocker

LACK = blocker("no-inventory", warehouse="seattle", items="A (0 of 1), B (1 of 2)", skus="A, B")
PENDING = blocker("no-inventory.pending")
OF_BEFORE = Blocker(code="no-inventory", message="Short of A.")


def before(*wanted: int) -> list[Before]:
    return [Before(f"PO{n}", each) for n, each in enumerate(wanted, 1)]


@pytest.mark.parametrize(
    ("places", "queue"),
    [
        ([Place("A", [])], "first for A"),
        ([Place("A", before(5))], "number 2 for A, after PO1 (wants 5)"),
        ([Place("B", before(1, 2)), Place("A", [])],
         "number 3 for B, after PO1 (wants 1), PO2 (wants 2); first for A"),
        ([Place("A", before(1, 1, 1, 1, 1))],
         "number 6 for A, after PO1 (wants 1), PO2 (wants 1), PO3 (wants 1) and 2 more"),
        ([Place("A", []), Place("C", before(9))], "first for A"),
    ],
)  # fmt: skip
def test_who_is_before_it_is_said(places: list[Place], queue: str) -> None:
    said = with_places(LACK, places)
    assert (said.code, said.text) == ("no-inventory", "no-inventory.queued")
    assert said.message.endswith(f"In the queue it is {queue}.")
    assert said.message.startswith(LACK.message)
    assert said.facts == (LACK.facts or {}) | {"queue": queue}


def test_other_warehouses_stay_in_the_text() -> None:
    lack = blocker("no-inventory.elsewhere", **(LACK.facts or {}), others="osaka (0 of 3)")
    said = with_places(lack, [Place("A", [])])
    assert (said.code, said.text) == ("no-inventory", "no-inventory.elsewhere-queued")
    assert "osaka (0 of 3)" in said.message


@pytest.mark.parametrize("lack", [PENDING, OF_BEFORE, blocker("on-hold"), LACK])
def test_without_a_place_it_says_what_it_said(lack: Blocker) -> None:
    assert with_places(lack, [Place("C", before(1))]) == lack


def test_it_names_its_articles() -> None:
    assert skus_of(LACK) == ("A", "B")
    assert skus_of(PENDING) == skus_of(OF_BEFORE) == ()


def test_by_itself_it_says_where_to_look() -> None:
    assert "'waybill stock queue seattle'" in (LACK.remedy or "")
