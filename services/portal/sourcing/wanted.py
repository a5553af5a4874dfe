"""The shipments that would ask for stock after a command, and what each would need.

What they need follows from the events that the command's dry run foresees, and for edits from the
order as the read model has it. Shipments whose goods stay as they are ask for nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from services.portal.queries.models.carts import CartDetails
from services.portal.queries.models.details import OrderDetails, Shipment
from shared.contracts.carts import CheckedOut
from shared.contracts.order_edits import Edit, LineAdded, LineAltered, LineMoved, LineTaken
from shared.contracts.orders import LinesChangeRequested
from shared.contracts.replies import DryRun, ForeseenEvent
from shared.contracts.returns import ReturnCreated
from shared.contracts.shipments import Item

ALLOCATED = ("InventoryAssigned", "Released", "Packing")
CLOSED = ("Shipped", "Canceled")
Goods = dict[str, Item]  # the lines of a shipment by id


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shipment that asks for stock.

    warehouse   the one that it asks first; the market's first if missing
    allocated   pieces by SKU that are allocated to it there, and count for it
    keep_whole  it isn't split
    """

    order_id: str
    shipment_id: str
    market: str
    lines: tuple[Item, ...]
    warehouse: str | None = None
    allocated: Mapping[str, int] = field(default_factory=dict)
    keep_whole: bool = False

    @property
    def quantities(self) -> Counter[str]:
        """The pieces that it needs, by SKU."""
        return _quantities(self.lines)


def wanted_after(run: DryRun, order: OrderDetails | None) -> list[Wanted]:
    """Returns the shipments that would ask for stock. `order` is the command's, before it."""
    return [each for event in run.events for each in _after(event, order)]


def in_cart(cart: CartDetails) -> list[Wanted]:
    """Returns the shipments that would ask for stock if the cart was placed."""
    return [
        Wanted(cart.cart_id, each.shipment_id, cart.market, _items(each.lines))
        for each in cart.shipments
        if each.lines
    ]


def _after(event: ForeseenEvent, order: OrderDetails | None) -> Iterator[Wanted]:
    data = orjson.dumps(event.data)
    if event.type == CheckedOut.type:
        yield from _placed(CheckedOut.model_validate_json(data))
    elif event.type == LinesChangeRequested.type and order is not None:
        yield from _edited(order, LinesChangeRequested.model_validate_json(data).edit)
    elif event.type == ReturnCreated.type and order is not None:
        yield from _exchanged(order, ReturnCreated.model_validate_json(data))


def _placed(event: CheckedOut) -> Iterator[Wanted]:
    cart = event.cart
    for position, each in enumerate(cart.shipments, 1):
        lines = [
            Item(
                line_id=line.line_id or str(n),
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
            )
            for n, line in enumerate(each.lines, 1)
        ]
        yield Wanted(cart.cart_id, each.shipment_id or str(position), cart.market, tuple(lines))


def _exchanged(order: OrderDetails, event: ReturnCreated) -> Iterator[Wanted]:
    if event.replacement is not None:
        lines = [
            Item(line_id=str(n), sku=line.sku, name=line.name or line.sku, quantity=line.quantity)
            for n, line in enumerate(event.replacement.lines, 1)
        ]
        yield Wanted(event.replacement.exchange_order_id, "1", order.market, tuple(lines))


def _edited(order: OrderDetails, edit: Edit) -> Iterator[Wanted]:
    """The shipments whose goods an edit changes. A new one starts where its lines came from."""
    known = {each.shipment_id: each for each in order.shipments if each.status not in CLOSED}
    before = {which: _goods(each) for which, each in known.items()}
    after = {which: dict(goods) for which, goods in before.items()}
    _edit(after, edit)
    for which, goods in after.items():
        if not goods or goods == before.get(which):
            continue
        origin = known.get(which) or known.get(edit.shipment_id)  # type: ignore[union-attr]
        yield Wanted(
            order_id=order.order_id,
            shipment_id=which,
            market=order.market,
            lines=tuple(goods.values()),
            warehouse=origin.warehouse if origin else None,
            allocated=_allocated(known[which]) if which in known else {},
            keep_whole=origin.keep_whole if origin else False,
        )


def _edit(goods: dict[str, Goods], edit: Edit) -> None:
    """Changes the lines of an order's shipments as an edit does; one of unknown lines does not."""
    match edit:
        case LineAdded():
            new = Item(line_id=edit.line_id, sku=edit.sku, name=edit.name, quantity=edit.quantity)
            goods.setdefault(edit.shipment_id, {})[edit.line_id] = new
        case LineAltered(quantity=int(quantity)) if line := _line(goods, edit):
            goods[edit.shipment_id][edit.line_id] = _of(line, quantity)
        case LineTaken() if _line(goods, edit):
            del goods[edit.shipment_id][edit.line_id]
        case LineMoved() if line := _line(goods, edit):
            moved = edit.quantity or line.quantity
            goods[edit.shipment_id][edit.line_id] = _of(line, line.quantity - moved)
            if moved >= line.quantity:
                del goods[edit.shipment_id][edit.line_id]
            there = goods.setdefault(edit.to_shipment_id, {})
            found = there.get(edit.to_line_id)
            whole = moved + (found.quantity if found else 0)
            there[edit.to_line_id] = Item(
                line_id=edit.to_line_id, sku=line.sku, name=line.name, quantity=whole
            )


def _line(goods: dict[str, Goods], edit: LineAltered | LineTaken | LineMoved) -> Item | None:
    return goods.get(edit.shipment_id, {}).get(edit.line_id)


def _of(line: Item, quantity: int) -> Item:
    return line.model_copy(update={"quantity": quantity})


def _goods(shipment: Shipment) -> Goods:
    return {line.line_id: line for line in _items(shipment.lines)}


def _items(lines: Iterable[object]) -> tuple[Item, ...]:
    return tuple(Item.model_validate(line, from_attributes=True) for line in lines)


def _allocated(shipment: Shipment) -> Counter[str]:
    is_allocated = (shipment.before_hold or shipment.status) in ALLOCATED
    return _quantities(_items(shipment.lines)) if is_allocated else Counter()


def _quantities(lines: Iterable[Item]) -> Counter[str]:
    found = Counter[str]()
    for line in lines:
        found[line.sku] += line.quantity
    return found
