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


def take_back(*goods: tuple[str, int, str], return_id: str = "r-1") -> stock.TakeBack:
    """Goods of a return: article, quantity and disposition of each."""
    data = tuple({"sku": sku, "quantity": units, "disposition": what} for sku, units, what in goods)
    return stock.TakeBack.model_validate(
        {"warehouse": WAREHOUSE, "order_id": "c-9", "return_id": return_id, "goods": data}
    )


def release_quarantine(sku: str, quantity: int, disposition: str) -> stock.ReleaseQuarantine:
    return stock.ReleaseQuarantine.model_validate(
        {"warehouse": WAREHOUSE, "sku": sku, "quantity": quantity, "disposition": disposition}
    )


def level(
    sku: str, on_hand: int, allocated: int, backordered: int, quarantined: int = 0
) -> LevelNow:
    return LevelNow(
        sku=sku,
        on_hand=on_hand,
        allocated=allocated,
        backordered=backordered,
        quarantined=quarantined,
    )


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
