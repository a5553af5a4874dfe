"""The table of orders, whose ids no draft may have."""

from services.cart.app import SERVICE
from services.cart.cart.order_lookup import ORDERS
from shared.runtime.processing.table_entries import removals
from tests.fakes import MemoryRecord
from tests.unit.cart.cart.builders import create
from tests.unit.order.builders import cart as converted
from tests.unit.order.reactions.test_cart_converted import placed_from
from tests.unit.runtime.world import REPLIES, World, record


def test_the_table_keeps_the_number_and_no_personal_data() -> None:
    placed = placed_from(customer={"name": "Mercy Taylor", "email": "mercy@example.com"})
    data = ORDERS.written(placed)
    assert ORDERS.read(data) == {"order_number": placed.order_number}
    assert "Mercy" not in data


def test_a_record_without_a_value_removes_no_order() -> None:
    gone = MemoryRecord("order.events", 0, 7, converted().cart_id.encode(), None, [])
    assert removals(gone, "", SERVICE.tables) == []


async def test_a_draft_is_rejected_once_the_order_is_in_the_table() -> None:
    world = World(SERVICE)
    placed = placed_from()
    placed_record = record(placed, "order:c-1:1:0", source="waybill/order")
    draft = create().model_copy(update={"cart_id": placed.order_id})
    draft_record = record(draft, "m1", reply=True)

    await world.process().handle(draft_record, placed_record)

    (reply,) = world.replies()
    assert (reply["outcome"], reply["reason"]["code"]) == ("rejected", "id-reused")
    assert placed.order_number in reply["reason"]["message"]
    assert world.journal.of(f"cart/{placed.order_id}")[0]["events"] == []
    assert len(world.publisher.on(REPLIES)) == 1
