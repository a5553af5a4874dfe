"""Batches into the read models while engines fail, processes meet, and records are odd."""

from __future__ import annotations

import asyncio
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from services.portal.projections.orders import ORDERS
from services.portal.projections.projector import LANE_RECORDS, Projector, lanes_of
from shared.contracts import orders, stock
from shared.contracts.stock import Level
from shared.runtime.envelope import Envelope
from shared.runtime.http.metrics import Metrics
from shared.runtime.processing.batch_runner import Abandoned
from tests.fakes import MemoryPublisher, MemoryRecord
from tests.unit.portal.builders import NOW, Stream, a_life, interleaved, placed
from tests.unit.portal.memory import MemoryStore

STEPS = ("load", "save", "write_timeline", "erase", "erased")
LETTERS = "portal.dead-letters"


class World:
    """A store, a publisher, and processes that take batches to them."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.publisher = MemoryPublisher()
        self.commits = 0

    def process(self, sleep: Any = None, lane_records: int = LANE_RECORDS) -> Projector:
        async def at_once(_: float) -> None:
            return

        metrics = Metrics("portal")
        store: Any = self.store
        publisher, sleep = self.publisher, sleep or at_once
        return Projector(
            store, publisher, metrics, lambda: NOW, "", sleep, lane_records=lane_records
        )

    async def take(self, *records: MemoryRecord) -> None:
        await self.process().handle(records, self._commit)

    async def _commit(self) -> None:
        self.commits += 1


def life(*, deleted: bool) -> list[list[MemoryRecord]]:
    streams = a_life()
    if deleted:
        gone = orders.Deleted(order_id="c-1", order_number="PO1000001", by="csr:17", at=NOW)
        streams["order"].tell(gone)
    return [stream.records for stream in streams.values()]


@settings(deadline=None)
@given(st.data(), st.booleans())
def test_failures_and_repeats_leave_what_a_smooth_run_leaves(data: Any, deleted: bool) -> None:
    """Whatever fails, before or after it is done, and wherever the batches are cut."""
    told = life(deleted=deleted)
    smooth = World()
    asyncio.run(smooth.take(*(record for stream in told for record in stream)))

    rough = World()
    records = interleaved(told, data.draw(st.lists(st.integers(0, 2), max_size=20)))
    for step in STEPS:
        rough.store.faults.plan(
            step, *data.draw(st.lists(st.sampled_from([None, "before", "after"]), max_size=4))
        )
    while records:
        size = data.draw(st.integers(1, len(records)))
        again = data.draw(st.integers(0, size))  # so many come once more with the next batch
        asyncio.run(rough.take(*records[:size]))
        records = records[size:] and records[max(size - again, 1) :]

    assert rough.store.documents == smooth.store.documents
    assert rough.store.timeline == smooth.store.timeline
    assert rough.publisher.log == []


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["SKU-1", "SKU-2"]), min_size=1, max_size=6),
    st.sampled_from(["save", "write_latest"]),
    st.sampled_from(["before", "after"]),
)
def test_whoever_reads_a_warehouses_version_finds_its_levels(
    skus: list[str], step: str, moment: Any
) -> None:
    world = World()

    async def look(_: float) -> None:  # while a part of the batch is written
        shown = world.store.documents.get(("warehouses", "seattle"), {"applied": {}})
        version = shown["applied"].get("stock", 0)
        for sku in set(skus[:version]):
            level = world.store.documents["stock", f"seattle/{sku}"]["fact"]
            assert level["on_hand"] >= skus[:version].count(sku)

    told = Stream()
    for number, sku in enumerate(skus):
        now = stock.LevelNow(
            sku=sku, on_hand=skus[: number + 1].count(sku), allocated=0, backordered=0
        )
        told.tell(stock.Received(warehouse="seattle", sku=sku, quantity=1, levels=(now,)))
    world.store.faults.plan(step, moment)
    asyncio.run(world.process(look).handle(told.records))
    assert world.store.documents["warehouses", "seattle"]["applied"] == {"stock": len(skus)}


async def test_two_processes_at_one_order_come_to_the_same() -> None:
    world, told = World(), [record for stream in life(deleted=False) for record in stream]
    await asyncio.gather(*(world.take(*told[:n]) for n in (4, 17, 9, 13, 1)))
    alone = World()
    await alone.take(*told)
    assert world.store.documents == alone.store.documents
    assert world.store.timeline == alone.store.timeline


async def test_what_cannot_be_read_is_a_dead_letter_and_the_rest_goes_on() -> None:
    world = World()
    odd = MemoryRecord("order.events", 0, 7, b"c-1", b"{", [])
    await world.take(odd, *Stream().tell(placed()).records)
    [letter] = world.publisher.on(LETTERS)
    assert letter.value == b"{"
    assert dict(letter.headers)["waybill_code"] == b"malformed"
    assert ("orders", "c-1") in world.store.documents
    assert world.commits == 1


@pytest.mark.parametrize("missing", ["ce_sequence", "ce_time"])
async def test_event_without_its_place_is_a_dead_letter(missing: str) -> None:
    world = World()
    [record] = Stream().tell(placed()).records
    record.headers = [(name, value) for name, value in record.headers if name != missing]
    await world.take(record)
    assert dict(world.publisher.on(LETTERS)[0].headers)["waybill_field"] == missing.encode()


async def test_fact_that_cannot_be_shown_is_a_dead_letter_and_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("never seen such a thing")

    monkeypatch.setitem(ORDERS.parts, "payment", fails)  # type: ignore[arg-type]
    world = World()
    await world.take(*(record for stream in life(deleted=False) for record in stream))
    assert len(world.publisher.on(LETTERS)) == 3
    document = world.store.documents["orders", "c-1"]
    assert document["gaps"] == {"payment": [[1, 1], [2, 2], [3, 3]]}
    assert document["row"]["status"] == "Completed"


async def test_facts_of_types_to_come_are_in_the_timeline_and_change_nothing_else() -> None:
    world = World()
    placing, strange = Stream().tell(placed(), placed()).records
    strange.headers = [
        (name, b"waybill.order.placed.v2" if name == "ce_type" else value)
        for name, value in strange.headers
    ]
    strange.value = b'{"order_id": "c-1", "surprise": 1}'
    await world.take(placing, strange)
    document = world.store.documents["orders", "c-1"]
    assert (document["applied"], document["row"]["number"]) == ({"order": 2}, "PO1000001")
    assert [entry["name"] for entry in world.store.timeline.values()] == [
        "order.placed",
        "order.placed.v2",
    ]


async def test_batch_whose_partitions_are_gone_is_abandoned_without_a_commit() -> None:
    world = World()
    world.store.faults.plan("load", *["before"] * 100)
    pause = asyncio.Event()

    async def sleep(_: float) -> None:
        pause.set()
        await asyncio.sleep(0)

    process = world.process(sleep)
    handling = asyncio.create_task(process.handle(Stream().tell(placed()).records, world._commit))
    await pause.wait()
    await process.give_up(0)
    with pytest.raises(Abandoned):
        await handling
    with pytest.raises(Abandoned):
        await process.handle([])
    process.resume()
    await process.handle([])
    assert world.commits == 0


async def test_only_the_last_level_of_a_key_in_a_batch_is_decoded() -> None:
    level = Level(warehouse="seattle", sku="S", on_hand=2, allocated=0, available=2, backordered=0)
    world = World()
    headers = Envelope(id="m", source="waybill/shipment", type=Level.type).headers()
    values = [b"no JSON", b"no JSON either", level.model_dump_json().encode()]
    await world.take(
        *(
            MemoryRecord("stock.levels", 0, offset, b"seattle/S", value, list(headers))
            for offset, value in enumerate(values)
        )
    )
    assert world.publisher.on(LETTERS) == []
    (stored,) = (one for (where, _), one in world.store.documents.items() if where == "stock")
    assert stored["level"]["on_hand"] == 2


async def test_batch_in_lanes_leaves_what_an_undivided_one_leaves() -> None:
    told = [
        record for number in range(5) for record in Stream().tell(placed(f"c-{number}")).records
    ]
    told += [record for stream in life(deleted=True) for record in stream]
    divided, whole = World(), World()
    divided.store.faults.plan("save", "after", "before", None, "after")
    await divided.process(lane_records=2).handle(told)
    await whole.take(*told)
    assert divided.store.documents == whole.store.documents
    assert divided.store.timeline == whole.store.timeline
    assert divided.store.erasures == whole.store.erasures


async def test_no_lane_is_under_way_when_a_batch_is_tried_again() -> None:
    world, under_way, pauses = World(), 0, []
    write = world.store.write_timeline

    async def slowly(entries: Any) -> None:
        nonlocal under_way
        under_way += 1
        try:
            for _ in range(10 * len(entries)):  # lanes take different times
                await asyncio.sleep(0)
            await write(entries)
        finally:
            under_way -= 1

    async def sleep(_: float) -> None:
        pauses.append(under_way)

    world.store.write_timeline = slowly  # type: ignore[method-assign]
    world.store.faults.plan("write_timeline", "before")
    told = [record for n in range(9) for record in Stream().tell(placed(f"c-{n}")).records]
    await world.process(sleep, lane_records=2).handle(told)
    assert pauses == [0]
    assert len(world.store.timeline) == len(told)


@given(st.lists(st.sampled_from(["c-1", "c-2", "c-3", "w/1", "w/2", "w"])))
def test_lanes_keep_a_keys_records_together_and_in_order(keys: list[str]) -> None:
    records = [
        MemoryRecord("order.events", 0, offset, key.encode(), b"", [])
        for offset, key in enumerate(keys)
    ]
    lanes = lanes_of(records, 2)
    for first in {key.partition("/")[0] for key in keys}:
        found = [
            [r.offset for r in lane if r.key and r.key.decode().partition("/")[0] == first]
            for lane in lanes
        ]
        expected = [n for n, key in enumerate(keys) if key.partition("/")[0] == first]
        assert [offsets for offsets in found if offsets] == [expected]


def test_record_without_a_key_keeps_its_batch_whole() -> None:
    records = [
        MemoryRecord("order.events", 0, n, key, b"", [])
        for n, key in enumerate([b"c-1", b"c-2", b"c-3", None])
    ]
    assert lanes_of(records, 1) == [records]
