"""Announce a return or an exchange (rules: Returns and exchanges)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from services.order.preconditions import require_order
from services.order.returns.allowed import returnable, why_no_return
from services.order.returns.exchange import exchange_requested
from services.order.returns.state import Return
from services.order.state import Order
from shared.contracts import Message, returns
from shared.contracts.error_texts import blocker
from shared.contracts.orders import Line
from shared.contracts.replies import Blocker
from shared.contracts.returns import ExpectedLine, Replacement, ReturnLine
from shared.runtime.decider import Context, refuse, rejected
from shared.runtime.decider.identity import require_same_content


def look_up_exchange_order(command: returns.CreateExchange, order: Order | None) -> Iterator[str]:
    """Yields the key of the order that has the exchange order's id already, if there is one."""
    wanted = command.replacement.exchange_order_id
    if order is not None and wanted != command.order_id and command.return_id not in order.returns:
        yield f"order/{wanted}"


def create_return(
    command: returns.CreateReturn | returns.CreateExchange, order: Order | None, context: Context
) -> Sequence[Message]:
    """Returns the announced return; nothing for a repeat of it.

    With `ship_first`, the exchange order is placed at once.
    """
    order = require_order(order, command.order_id)
    if command.return_id in order.returns or command.return_id in order.shipping_refunds:
        require_same_content(context, f"Return {command.return_id}", otherwise=False)
        return []
    refuse(why_no_return(order))
    replacement = command.replacement if isinstance(command, returns.CreateExchange) else None
    refuse(
        [
            *(found for line in command.lines for found in _why_not(line, order, command, context)),
            *_why_not_exchanged(replacement, order, context),
        ]
    )
    created = returns.ReturnCreated(
        order_id=order.order_id,
        return_id=command.return_id,
        order_number=order.number,
        warehouse=_warehouse(command.warehouse, order, context),
        lines=tuple(
            _expected(line, sold) for line in command.lines if (sold := _sold(line, order))
        ),
        comment=command.comment,
        late=command.late,
        replacement=replacement,
        created_at=context.now,
    )
    if replacement is None:
        return [created]
    back = Return.created(created)
    placed = exchange_requested(order, back, replacement, back.announced, context)
    return [created, placed] if replacement.ship_first else [created]


def _why_not(
    line: ReturnLine,
    order: Order,
    command: returns.CreateReturn | returns.CreateExchange,
    context: Context,
) -> Iterator[Blocker]:
    if order.shipments.get(line.shipment_id) is None:
        yield blocker("unknown-shipment", shipment=line.shipment_id)
        return
    if order.shipments[line.shipment_id] != "Shipped":
        yield blocker("not-shipped", shipment=line.shipment_id)
        return
    if _sold(line, order) is None:
        yield blocker("unknown-line", shipment=line.shipment_id, line=line.line_id)
        return
    left = returnable(order, (line.shipment_id, line.line_id))
    if line.quantity > left:
        yield blocker(
            "too-many.return",
            shipment=line.shipment_id,
            line=line.line_id,
            left=left,
            wanted=line.quantity,
        )
    reasons = context.site.returns.reasons
    if line.reason not in reasons:
        yield blocker("unknown-reason", reason=line.reason, configured=", ".join(reasons))
    market = context.site.markets.get(order.market)
    days = market.return_days if market else None
    shipped = order.shipped_at.get(line.shipment_id)
    if days is None or shipped is None or command.late:
        return
    if context.now > shipped + timedelta(days=days):
        yield blocker("return-too-late", shipment=line.shipment_id, days=days)


def _why_not_exchanged(
    replacement: Replacement | None, order: Order, context: Context
) -> Iterator[Blocker]:
    if replacement is None:
        return
    wanted = replacement.exchange_order_id
    if order.market not in context.site.markets:
        yield blocker("unknown-market", market=order.market, currency=order.content.currency)
    taken = {
        back.replacement.exchange_order_id for back in order.returns.values() if back.replacement
    }
    if wanted in {order.order_id, *taken} or context.known.get(f"order/{wanted}") is not None:
        yield blocker("id-reused.exchange-order", exchange_order=wanted)


def _warehouse(wanted: str | None, order: Order, context: Context) -> str:
    """Returns the warehouse where the goods are expected. Raises `Rejected` if there is none."""
    market = context.site.markets.get(order.market)
    usual = (market.return_warehouse or market.warehouse) if market else None
    found = usual if wanted is None else wanted
    if found is None or found not in context.site.warehouses:
        named = ", ".join(context.site.warehouses)
        raise rejected("unknown-warehouse.return", warehouse=found or order.market, known=named)
    return found


def _expected(line: ReturnLine, sold: Line) -> ExpectedLine:
    return ExpectedLine(
        shipment_id=line.shipment_id,
        line_id=line.line_id,
        sku=sold.sku,
        name=sold.name,
        quantity=line.quantity,
        reason=line.reason,
    )


def _sold(line: ReturnLine, order: Order) -> Line | None:
    shipment = order.content.shipment(line.shipment_id)
    lines = shipment.lines if shipment else ()
    return next((each for each in lines if each.line_id == line.line_id), None)
