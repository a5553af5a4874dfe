"""Edits of lines: as long as nothing is released, and nothing is until the new total is known."""

from decimal import Decimal

import pytest

from services.shipment.fulfilment.decider import decider
from shared.contracts import Message, orders, shipments, stock
from shared.contracts.order_edits import (
    Destination,
    DiscountSet,
    Edit,
    LineAdded,
    LineAltered,
    LineMoved,
    LineTaken,
)
from shared.contracts.shipments import ChangedShipment, Item
from shared.contracts.stock import ItemQuantity
from tests.unit.given import Given
from tests.unit.shipment.fulfilment.builders import (
    ASSIGNED,
    CANCEL_ORDER,
    CANCELED,
    DRESS,
    ELM,
    HOLD,
    LIFT,
    NUMBER,
    ORDER,
    PACKING,
    RELEASED,
    SCARF,
    SHIPPED,
    WAITING,
    after,
    allocated,
    cancel,
    lines_edit,
    paid,
    placed,
    recorded,
    release,
    short,
    unpaid,
)

MORE = LineAltered(shipment_id="1", line_id="1", quantity=3)
CHEAPER = LineAltered(shipment_id="1", line_id="1", placed_price=Decimal("1.00"))
HAT = LineAdded(
    shipment_id="1", line_id="3", sku="SKU-3", name="Hat", quantity=1, placed_price=Decimal("9.00")
)
NO_SCARF = LineTaken(shipment_id="1", line_id="2")
NEW = Destination(address=ELM, shipping_method="express", shipping_cost=Decimal("14.90"))
SPLIT = LineMoved(
    shipment_id="1",
    line_id="1",
    quantity=1,
    to_shipment_id="2",
    to_line_id="1",
    destination=NEW,
)
DISCOUNT = DiscountSet(amount=Decimal("5.00"))
THREE = DRESS.model_copy(update={"quantity": 3})
ONE = DRESS.model_copy(update={"quantity": 1})


def priced(total: str = "100.00", request: str | None = "r-4") -> orders.LinesChanged:
    """The order says what it costs now."""
    return orders.LinesChanged(
        order_id=ORDER,
        order_number=NUMBER,
        request=request,
        currency="USD",
        shipments=(),
        order_discount=Decimal("0.00"),
        order_discount_granted=Decimal("0.00"),
        total=Decimal(total),
        summary="Edited.",
    )


def noted_total(total: str, outstanding: str, *, in_full: bool) -> shipments.TotalNoted:
    return shipments.TotalNoted(
        order_id=ORDER,
        request="r-4",
        in_full=in_full,
        currency="USD",
        total=Decimal(total),
        outstanding=Decimal(outstanding),
    )


def changed(
    *lines: Item, asked: bool = False, revision: int = 1, preorders: tuple[str, ...] = ()
) -> ChangedShipment:
    return ChangedShipment(
        shipment_id="1",
        status="AwaitingInventory",
        warehouse="seattle",
        lines=lines,
        preorder_lines=preorders,
        revision=revision,
        inventory_requested=asked,
    )


def agreed(*each: ChangedShipment) -> shipments.LinesChanged:
    return shipments.LinesChanged(order_id=ORDER, request="r-4", shipments=each)


def answer(revision: int) -> stock.AllocationMade:
    return allocated().model_copy(update={"revision": revision})


def refusal(given: Given, edit: Edit) -> tuple[str, ...]:
    (refused,) = given.when(lines_edit(edit)).events
    assert isinstance(refused, shipments.LinesChangeRefused)
    assert refused.request == "r-4"
    return tuple(blocker.code for blocker in refused.reason.blockers)


# What an edit does


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (MORE, (THREE, SCARF)),
        (NO_SCARF, (DRESS,)),
        (HAT, (DRESS, SCARF, Item(line_id="3", sku="SKU-3", name="Hat", quantity=1))),
    ],
)
def test_lines_are_edited_before_the_stock_was_asked(edit: Edit, lines: tuple[Item, ...]) -> None:
    after(placed()).when(lines_edit(edit)).then(agreed(changed(*lines))).publishes()


@pytest.mark.parametrize("story", [WAITING, (*WAITING, short()), ASSIGNED])
def test_the_stock_is_asked_anew_for_what_it_was_asked_for(story: tuple[Message, ...]) -> None:
    outcome = after(*story).when(lines_edit(MORE))
    outcome.then(agreed(changed(THREE, SCARF, asked=True)))
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
def test_an_edit_of_money_alone_keeps_the_status_and_asks_no_stock(edit: Edit) -> None:
    outcome = after(*ASSIGNED).when(lines_edit(edit)).then(agreed()).publishes()
    assert outcome.status == "InventoryAssigned"


def test_what_is_so_already_is_agreed_to_and_changes_nothing() -> None:
    done = (LineTaken(shipment_id="1", line_id="7"), MORE.model_copy(update={"quantity": 2}))
    for edit in done:
        after(*ASSIGNED).when(lines_edit(edit)).then(agreed()).publishes()


def test_an_answer_to_the_lines_of_old_is_of_no_use() -> None:
    given = after(*WAITING, lines_edit(MORE))
    given.when(answer(0)).then()
    given.when(short()).then()
    assert given.when(answer(1)).status == "InventoryAssigned"
    assert given.when(lines_edit(HAT, "r-5")).when(answer(1)).then().status == "AwaitingInventory"


def test_the_stock_is_asked_for_the_lines_as_they_are_when_the_order_is_paid() -> None:
    given = after(placed(), lines_edit(MORE), priced("120.00"))
    (asked,) = given.when(paid("120.00")).outgoing
    assert asked.lines[0] == ItemQuantity(sku="SKU-1", quantity=3)
    assert asked.revision == 1
    outcome = after(placed(), lines_edit(MORE), priced("120.00"), paid("120.00")).when(answer(1))
    assert outcome.status == "InventoryAssigned"


def test_a_held_shipment_gets_the_answer_to_its_edit_when_the_hold_is_lifted() -> None:
    given = after(*ASSIGNED, lines_edit(MORE), HOLD, answer(1))
    assert given.status == "OnHold"
    assert given.when(LIFT).status == "InventoryAssigned"


# A new shipment


def test_a_move_brings_a_shipment_into_being() -> None:
    outcome = after(*ASSIGNED).when(lines_edit(SPLIT))
    born, made = outcome.events
    assert isinstance(born, shipments.AwaitingInventory)
    assert (born.shipment_id, born.address, born.shipping_method) == ("2", ELM, "express")
    assert (born.lines, born.order_number, born.warehouse) == ((ONE,), NUMBER, "seattle")
    assert made == agreed(changed(ONE, SCARF, asked=True))
    assert outcome.status == "1:AwaitingInventory 2:AwaitingInventory"


def test_a_new_shipment_asks_for_stock_when_the_order_is_paid_with_its_cost() -> None:
    split = after(*ASSIGNED, lines_edit(SPLIT))
    unpaid_now = split.when(priced("114.90"))
    unpaid_now.then(noted_total("114.90", "14.90", in_full=False)).publishes()
    noted, asked = unpaid_now.when(paid("114.90")).events
    assert asked.shipment_id == "2"
    assert noted.in_full


def test_a_new_shipment_that_costs_nothing_more_asks_once_the_total_is_known() -> None:
    split = after(*ASSIGNED, lines_edit(SPLIT))
    (asked,) = split.when(priced("100.00")).outgoing
    assert (asked.shipment_id, asked.revision) == ("2", 0)


def test_preorders_stay_preorders_where_they_go() -> None:
    scarf = SPLIT.model_copy(update={"line_id": "2", "to_line_id": "9", "quantity": None})
    outcome = after(placed(preorder=True)).when(lines_edit(scarf))
    born, made, asked = outcome.events
    assert born.preorder_lines == ("9",)
    assert made.shipments[0].preorder_lines == ()
    assert asked.shipment_id == "2"


def test_an_added_preorder_makes_a_preorder_shipment() -> None:
    hat = HAT.model_copy(update={"preorder": True})
    made, asked = after(placed()).when(lines_edit(hat)).events
    assert made.shipments[0].preorder_lines == ("3",)
    assert isinstance(asked, shipments.InventoryRequested)
    assert asked.revision == 1


def test_a_line_may_move_to_a_shipment_that_is_there() -> None:
    move = SPLIT.model_copy(update={"to_line_id": "9", "destination": None})
    outcome = after(placed("1", "2"), paid()).when(lines_edit(move))
    (made,) = outcome.events
    assert [each.shipment_id for each in made.shipments] == ["1", "2"]
    assert [each.shipment_id for each in outcome.outgoing] == ["1", "2"]
    assert outcome.after.state.shipments["2"].lines[-1].line_id == "9"


# When


@pytest.mark.parametrize(
    ("story", "edit", "codes"),
    [
        (RELEASED, MORE, ("wrong-status",)),
        (PACKING, HAT, ("wrong-status",)),
        (SHIPPED, MORE, ("nothing-open", "already-shipped", "wrong-status")),
        (CANCELED, MORE, ("nothing-open", "wrong-status")),
        ((*ASSIGNED, HOLD), MORE, ("on-hold",)),
        ((*ASSIGNED, HOLD), DISCOUNT, ("on-hold",)),
        (ASSIGNED, LineAltered(shipment_id="1", line_id="7", quantity=1), ("unknown-line",)),
        (ASSIGNED, MORE.model_copy(update={"shipment_id": "7"}), ("unknown-shipment",)),
        ((*ASSIGNED, lines_edit(NO_SCARF, "r-3")), LineTaken(shipment_id="1", line_id="1"),
         ("last-line",)),
    ],
)  # fmt: skip
def test_an_edit_that_comes_too_late_is_refused_with_every_reason(
    story: tuple[Message, ...], edit: Edit, codes: tuple[str, ...]
) -> None:
    assert refusal(after(*story), edit) == codes


def test_both_shipments_of_a_move_have_to_be_editable() -> None:
    two = after(placed("1", "2"), paid(), allocated("1"), allocated("2"), release("2"))
    assert refusal(two, SPLIT) == ("wrong-status",)


def test_nothing_is_edited_once_something_has_shipped() -> None:
    given = after(placed("1", "2"), *SHIPPED[1:])
    assert refusal(given, MORE.model_copy(update={"shipment_id": "2"})) == ("already-shipped",)


def test_an_edit_of_an_unknown_order_changes_nothing() -> None:
    Given(decider).when(lines_edit(MORE)).then()


# The new total


def test_nothing_is_released_until_the_new_total_is_known() -> None:
    given = after(*ASSIGNED, lines_edit(CHEAPER))
    outcome = given.when(release()).rejected("total-pending", "total-pending")
    assert outcome.reason is not None
    assert "new total is being worked out" in outcome.reason.message
    assert given.when(priced("81.00")).when(release()).status == "Released"


def test_every_edit_that_waits_for_its_total_counts() -> None:
    given = after(*ASSIGNED, lines_edit(CHEAPER), lines_edit(DISCOUNT, "r-5"))
    once = given.when(priced("81.00"))
    once.when(release()).rejected("total-pending")
    assert once.when(priced("76.00", "r-5")).when(release()).status == "Released"


def test_what_was_paid_on_the_old_total_does_not_pay_the_new_one() -> None:
    dearer = LineAltered(shipment_id="1", line_id="1", placed_price=Decimal("50.00"))
    given = after(*ASSIGNED, lines_edit(dearer), priced("160.00"))
    given.when(release()).rejected("not-paid", "not-paid")
    late = given.when(recorded("0.00")).then()
    late.when(release()).rejected("not-paid")
    assert given.when(paid("160.00")).when(release()).status == "Released"


def test_a_refund_that_left_enough_is_remembered_when_the_total_grows() -> None:
    given = after(*ASSIGNED, paid("150.00"), recorded("-20.00"), lines_edit(CHEAPER))
    dearer = given.when(priced("130.00"))
    dearer.when(release()).rejected("not-paid")
    assert given.when(priced("120.00")).when(release()).status == "Released"


def test_an_order_that_costs_less_may_be_paid_by_that() -> None:
    given = after(placed(), recorded("30.00"), lines_edit(CHEAPER))
    outcome = given.when(priced("70.00"))
    noted, asked = outcome.events
    assert noted == noted_total("70.00", "0.00", in_full=True)
    assert isinstance(asked, shipments.InventoryRequested)


def test_a_shipment_that_was_canceled_alone_is_not_owed() -> None:
    given = after(placed("1", "2"), recorded("50.00"), cancel("2"))
    noted, asked = given.when(priced("50.00", None)).events
    assert noted.request is None
    assert noted.in_full
    assert asked.shipment_id == "1"


def test_a_total_that_is_no_news_changes_nothing() -> None:
    after(*ASSIGNED).when(priced("100.00", None)).then()
    after(*ASSIGNED, lines_edit(CHEAPER), priced("81.00")).when(priced("81.00")).then()
    Given(decider).when(priced()).then()


def test_an_edit_does_not_stop_a_cancellation() -> None:
    outcome = after(*ASSIGNED, lines_edit(SPLIT)).when(CANCEL_ORDER)
    assert outcome.status == "1:Canceled 2:Canceled"
    (back,) = outcome.outgoing
    assert isinstance(back, stock.Deallocate)


def test_money_that_goes_back_still_counts_after_an_edit() -> None:
    given = after(*ASSIGNED, lines_edit(CHEAPER), priced("81.00"), unpaid("80.00"))
    outcome = given.when(release()).rejected("not-paid")
    assert outcome.reason is not None
    assert outcome.reason.message == "The order has 1.00 USD outstanding."
