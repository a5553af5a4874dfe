"""The read model of an order: notes, deletion, and writes by processes that were overtaken."""

import asyncio

import pytest

from services.portal.queries.models.details import OrderDetails, Tombstone
from shared.contracts import orders
from tests.integration.portal.models import Models
from tests.unit.portal.builders import NOW, a_life, interleaved

pytestmark = pytest.mark.engines


async def test_notes_are_on_the_order(models: Models) -> None:
    await models.apply_streams(*a_life().values())
    order = await models.queries.orders.get("c-1")
    assert isinstance(order, OrderDetails)
    assert [note.text for note in order.notes if note.kind == "staff"] == ["Ring."]
    assert len([note for note in order.notes if note.kind == "activity"]) == 12


DELETED = orders.Deleted(order_id="c-1", order_number="PO1000001", by="csr:17", at=NOW)


@pytest.mark.parametrize("turns", [[0] * 9, [1, 2] * 9, [2, 1, 0] * 6])
async def test_nothing_but_a_tombstone_is_left_whatever_is_heard_first(
    models: Models, turns: list[int]
) -> None:
    life = a_life()
    life["order"].tell(DELETED)
    for fact in interleaved([stream.facts for stream in life.values()], turns):
        await models.apply([fact])
    assert await models.queries.orders.get("c-1") == Tombstone(
        order_id="c-1", number="PO1000001", who="csr:17", when=NOW
    )
    assert (await models.database["orders"].find_one())["applied"] == {
        "order": 7,
        "payment": 3,
        "shipment": 8,
    }
    assert [entry.type for entry in await models.queries.timeline.of("c-1")] == ["order.deleted"]
    everything = repr(await models.everything())
    assert not [trace for trace in ("Mercy", "Example", "Pike", "Ring") if trace in everything]


async def test_who_is_overtaken_writes_nothing_over_what_is_newer(models: Models) -> None:
    """Many batches of one order at once, as when a process wakes that has lost its partitions."""
    life = [stream.facts for stream in a_life().values()]
    await asyncio.gather(
        *(models.apply(facts[:n]) for n in (1, 3, 9) for facts in life),
        *(models.apply(facts) for facts in life),
    )
    order = await models.queries.orders.get("c-1")
    assert isinstance(order, OrderDetails)
    assert order.versions == {"order": 6, "payment": 3, "shipment": 8}
    assert (order.status, order.incomplete) == ("Completed", False)
