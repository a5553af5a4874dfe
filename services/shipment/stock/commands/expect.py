"""Notes which goods a warehouse expects, and takes off what has arrived."""

from collections.abc import Sequence

from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.state import Inventory, Level
from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.stock import Expect, Expected
from shared.contracts.stock_status import ExpectedReceipt
from shared.runtime.decider import Context, refuse

MAX_RECEIPTS = 20  # of an article, because every event has them all


def expect(command: Expect, inventory: Inventory, context: Context) -> Sequence[Message]:
    """Sets how much is expected on a day; 0 if nothing is any more."""
    plan = plan_for(command, inventory, context)
    level = plan.level(command.sku)
    by_day = {each.expected_on: each for each in level.expected}
    by_day[command.expected_on] = ExpectedReceipt(
        expected_on=command.expected_on, quantity=command.quantity
    )
    expected = tuple(by_day[day] for day in sorted(by_day) if by_day[day].quantity)
    if expected == level.expected:
        return []
    if len(expected) > MAX_RECEIPTS:
        refuse([blocker("receipts-full", sku=command.sku, most=MAX_RECEIPTS)])
    level.expected = expected
    return [
        Expected(
            warehouse=command.warehouse,
            sku=command.sku,
            quantity=command.quantity,
            expected_on=command.expected_on,
            levels=(plan.level_now(command.sku),),
        )
    ]


def take_off_expected(level: Level, received: int) -> None:
    """Takes received goods off those that are expected, the earliest first."""
    left = []
    for each in level.expected:
        arrived = min(received, each.quantity)
        received -= arrived
        if each.quantity > arrived:
            left.append(each.model_copy(update={"quantity": each.quantity - arrived}))
    level.expected = tuple(left)
