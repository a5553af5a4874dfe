"""Messages of a warehouse's stock, with short names for tests."""

from services.shipment.stock.decider import decider
from services.shipment.stock.state import Inventory
from shared.contracts import Message, stock
from shared.contracts.stock import ItemQuantity, LevelNow
from tests.unit.given import Given, Outcome

EMPTY = Given(decider)
WAREHOUSE = "seattle"


def receive(sku: str, quantity: int) -> stock.Receive:
    return stock.Receive(warehouse=WAREHOUSE, sku=sku, quantity=quantity)


def count(sku: str, quantity: int) -> stock.CountStock:
    return stock.CountStock(warehouse=WAREHOUSE, sku=sku, quantity=quantity)


def allocate(order_id: str, **wants: int) -> stock.Allocate:
    return stock.Allocate(
        warehouse=WAREHOUSE, order_id=order_id, shipment_id="1", lines=quantities(wants)
    )


def deallocate(order_id: str) -> stock.Deallocate:
    return stock.Deallocate(warehouse=WAREHOUSE, order_id=order_id, shipment_id="1")


def issue(order_id: str) -> stock.Issue:
    return stock.Issue(warehouse=WAREHOUSE, order_id=order_id, shipment_id="1")


def allocated(order_id: str, levels: tuple[LevelNow, ...], **wants: int) -> stock.Allocated:
    return stock.Allocated(
        warehouse=WAREHOUSE,
        order_id=order_id,
        shipment_id="1",
        lines=quantities(wants),
        levels=levels,
    )


def level(sku: str, on_hand: int, allocated: int, backordered: int) -> LevelNow:
    return LevelNow(sku=sku, on_hand=on_hand, allocated=allocated, backordered=backordered)


def quantities(wants: dict[str, int]) -> tuple[ItemQuantity, ...]:
    return tuple(ItemQuantity(sku=sku, quantity=quantity) for sku, quantity in wants.items())


def after(*messages: Message) -> Given[Inventory]:
    """The stock after these messages."""
    given = EMPTY
    for message in messages:
        given = given.when(message).after
    return given


def served(outcome: Outcome[Inventory]) -> list[str]:
    """The orders whose items were allocated, in order."""
    return [e.order_id for e in outcome.events if isinstance(e, stock.Allocated)]
