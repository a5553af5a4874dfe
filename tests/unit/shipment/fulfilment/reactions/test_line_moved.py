"""Lines that move to another shipment, or to a new one."""

from shared.contracts import shipments
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    ELM,
    NUMBER,
    SCARF,
    after,
    lines_edit,
    paid,
    placed,
)
from tests.unit.shipment.fulfilment.line_edit_builders import (
    HAT,
    ONE,
    SPLIT,
    changed,
    lines_changed,
    noted_total,
    priced,
)


def test_a_move_creates_a_shipment() -> None:
    outcome = after(*ASSIGNED).when(lines_edit(SPLIT))
    created, changes = outcome.events
    assert isinstance(created, shipments.AwaitingInventory)
    assert (created.shipment_id, created.address, created.shipping_method) == ("2", ELM, "express")
    assert (created.lines, created.order_number, created.warehouse) == ((ONE,), NUMBER, "seattle")
    assert changes == lines_changed(changed(ONE, SCARF, requested=True))
    assert outcome.status == "1:AwaitingInventory 2:AwaitingInventory"


def test_a_new_shipment_requests_stock_once_its_cost_is_paid() -> None:
    split = after(*ASSIGNED, lines_edit(SPLIT))
    unpaid_now = split.when(priced("114.90"))
    unpaid_now.then(noted_total("114.90", "14.90", in_full=False)).publishes()
    noted, request = unpaid_now.when(paid("114.90")).events
    assert request.shipment_id == "2"
    assert noted.in_full


def test_a_new_shipment_without_extra_cost_requests_stock_once_the_total_is_known() -> None:
    split = after(*ASSIGNED, lines_edit(SPLIT))
    (request,) = split.when(priced("100.00")).outgoing
    assert (request.shipment_id, request.revision) == ("2", 0)


def test_moved_preorder_lines_stay_preorders() -> None:
    scarf = SPLIT.model_copy(update={"line_id": "2", "to_line_id": "9", "quantity": None})
    outcome = after(placed(preorder=True)).when(lines_edit(scarf))
    created, changes, request = outcome.events
    assert created.preorder_lines == ("9",)
    assert changes.shipments[0].preorder_lines == ()
    assert request.shipment_id == "2"


def test_an_added_preorder_line_makes_a_preorder_shipment() -> None:
    hat = HAT.model_copy(update={"preorder": True})
    changes, request = after(placed()).when(lines_edit(hat)).events
    assert changes.shipments[0].preorder_lines == ("3",)
    assert isinstance(request, shipments.InventoryRequested)
    assert request.revision == 1


def test_a_line_may_move_to_an_existing_shipment() -> None:
    move = SPLIT.model_copy(update={"to_line_id": "9", "destination": None})
    outcome = after(placed("1", "2"), paid()).when(lines_edit(move))
    (changes,) = outcome.events
    assert [each.shipment_id for each in changes.shipments] == ["1", "2"]
    assert [each.shipment_id for each in outcome.outgoing] == ["1", "2"]
    assert outcome.after.state.shipments["2"].lines[-1].line_id == "9"
