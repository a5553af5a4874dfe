"""Edits of an order's lines change its shipments, as long as none of them is released."""

import pytest

from services.shipment.fulfilment.decider import decider
from shared.contracts import Message, stock
from shared.contracts.order_edits import (
    Edit,
    LineAltered,
    LineTaken,
)
from shared.contracts.shipments import Item
from shared.contracts.stock import ItemQuantity
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCELED,
    DRESS,
    HOLD,
    LIFT,
    ORDER,
    PACKING,
    RELEASED,
    SCARF,
    SHIPPED,
    WAITING,
    after,
    allocated,
    lines_edit,
    paid,
    placed,
    release,
    short,
)
from tests.unit.shipment.fulfilment.line_edit_builders import (
    CHEAPER,
    DISCOUNT,
    HAT,
    MORE_DRESSES,
    NO_SCARF,
    SPLIT,
    THREE,
    answer,
    changed,
    lines_changed,
    priced,
    refusal,
)


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (MORE_DRESSES, (THREE, SCARF)),
        (NO_SCARF, (DRESS,)),
        (HAT, (DRESS, SCARF, Item(line_id="3", sku="SKU-3", name="Hat", quantity=1))),
    ],
)
def test_lines_are_edited_before_stock_was_requested(edit: Edit, lines: tuple[Item, ...]) -> None:
    after(placed()).when(lines_edit(edit)).then(lines_changed(changed(*lines))).publishes()


@pytest.mark.parametrize("history", [WAITING, (*WAITING, short()), ASSIGNED])
def test_stock_that_was_requested_is_reallocated(history: tuple[Message, ...]) -> None:
    outcome = after(*history).when(lines_edit(MORE_DRESSES))
    outcome.then(lines_changed(changed(THREE, SCARF, requested=True)))
    outcome.publishes(
        stock.Reallocate(
            warehouse="seattle",
            order_id=ORDER,
            shipment_id="1",
            lines=(ItemQuantity(sku="SKU-1", quantity=3), ItemQuantity(sku="SKU-2", quantity=1)),
            revision=1,
        )
    )
    assert outcome.status == "AwaitingInventory"


@pytest.mark.parametrize("edit", [CHEAPER, DISCOUNT])
def test_an_edit_of_prices_alone_keeps_the_status_and_requests_no_stock(edit: Edit) -> None:
    outcome = after(*ASSIGNED).when(lines_edit(edit)).then(lines_changed()).publishes()
    assert outcome.status == "InventoryAssigned"


def test_an_edit_that_is_made_already_is_accepted_and_changes_nothing() -> None:
    done = (
        LineTaken(shipment_id="1", line_id="7"),
        MORE_DRESSES.model_copy(update={"quantity": 2}),
    )
    for edit in done:
        after(*ASSIGNED).when(lines_edit(edit)).then(lines_changed()).publishes()


def test_an_allocation_of_an_earlier_revision_changes_nothing() -> None:
    given = after(*WAITING, lines_edit(MORE_DRESSES))
    given.when(answer(0)).then()
    given.when(short()).then()
    assert given.when(answer(1)).status == "InventoryAssigned"
    assert given.when(lines_edit(HAT, "r-5")).when(answer(1)).then().status == "AwaitingInventory"


def test_stock_is_requested_for_the_edited_lines_when_the_order_is_paid() -> None:
    given = after(placed(), lines_edit(MORE_DRESSES), priced("120.00"))
    (request,) = given.when(paid("120.00")).outgoing
    assert request.lines[0] == ItemQuantity(sku="SKU-1", quantity=3)
    assert request.revision == 1
    outcome = after(placed(), lines_edit(MORE_DRESSES), priced("120.00"), paid("120.00")).when(
        answer(1)
    )
    assert outcome.status == "InventoryAssigned"


def test_a_held_shipment_is_assigned_its_reallocation_when_the_hold_is_lifted() -> None:
    given = after(*ASSIGNED, lines_edit(MORE_DRESSES), HOLD, answer(1))
    assert given.status == "OnHold"
    assert given.when(LIFT).status == "InventoryAssigned"


# Refusals


@pytest.mark.parametrize(
    ("history", "edit", "codes"),
    [
        (RELEASED, MORE_DRESSES, ("wrong-status",)),
        (PACKING, HAT, ("wrong-status",)),
        (SHIPPED, MORE_DRESSES, ("nothing-open", "already-shipped", "wrong-status")),
        (CANCELED, MORE_DRESSES, ("nothing-open", "wrong-status")),
        ((*ASSIGNED, HOLD), MORE_DRESSES, ("on-hold",)),
        ((*ASSIGNED, HOLD), DISCOUNT, ("on-hold",)),
        (ASSIGNED, LineAltered(shipment_id="1", line_id="7", quantity=1), ("unknown-line",)),
        (ASSIGNED, MORE_DRESSES.model_copy(update={"shipment_id": "7"}), ("unknown-shipment",)),
        ((*ASSIGNED, lines_edit(NO_SCARF, "r-3")), LineTaken(shipment_id="1", line_id="1"),
         ("last-line",)),
    ],
)  # fmt: skip
def test_an_edit_that_is_not_allowed_is_refused_with_every_reason(
    history: tuple[Message, ...], edit: Edit, codes: tuple[str, ...]
) -> None:
    assert refusal(after(*history), edit) == codes


def test_both_shipments_of_a_move_must_be_editable() -> None:
    two = after(placed("1", "2"), paid(), allocated("1"), allocated("2"), release("2"))
    assert refusal(two, SPLIT) == ("wrong-status",)


def test_nothing_is_edited_once_something_has_shipped() -> None:
    given = after(placed("1", "2"), *SHIPPED[1:])
    assert refusal(given, MORE_DRESSES.model_copy(update={"shipment_id": "2"})) == (
        "already-shipped",
    )


def test_an_edit_of_an_unknown_order_changes_nothing() -> None:
    Given(decider).when(lines_edit(MORE_DRESSES)).then()
