"""What a return tells warehouses, the stock and its exchange order."""

from collections.abc import Iterable

from shared.contracts import Message, orders, returns
from shared.contracts.checkout import ExchangeOf
from shared.contracts.stock import TakeBack


def outgoing_of_return(event: returns.AboutReturn) -> Iterable[Message]:
    """Returns the messages that follow from an event about a return."""
    match event:
        case returns.ReturnCreated():
            expected = returns.Expected(
                order_id=event.order_id,
                return_id=event.return_id,
                order_number=event.order_number,
                warehouse=event.warehouse,
                lines=event.lines,
                exchange=event.replacement is not None,
                expected_at=event.created_at,
            )
            return [expected]
        case returns.ReturnReceived() if event.goods:
            back = TakeBack(
                warehouse=event.warehouse,
                order_id=event.order_id,
                return_id=event.return_id,
                goods=event.goods,
            )
            return [back]
        case returns.ReturnCanceled():
            withdrawn = returns.Withdrawn(
                order_id=event.order_id,
                return_id=event.return_id,
                order_number=event.order_number,
                warehouse=event.warehouse,
            )
            return [withdrawn]
        case returns.ExchangeRequested() if event.cart is not None:
            return [event.cart]
    return []


def exchange_outcome(
    event: orders.Placed
    | orders.DraftRefused
    | orders.Completed
    | orders.Canceled
    | orders.Deleted,
    of: ExchangeOf,
) -> returns.SettleExchange:
    """Returns how an exchange order ended, for the order whose goods it replaces.

    A deleted exchange order ships nothing any more, as a canceled one.
    """
    refused = isinstance(event, orders.DraftRefused)
    placed = isinstance(event, orders.Placed)
    done = "completed" if isinstance(event, orders.Completed) else "canceled"
    return returns.SettleExchange.model_validate(
        {
            "order_id": of.order_id,
            "return_id": of.return_id,
            "exchange_order_id": event.order_id,
            "outcome": "refused" if refused else "placed" if placed else done,
            "order_number": None if isinstance(event, orders.DraftRefused) else event.order_number,
            "total": event.total if isinstance(event, orders.Placed) else None,
            "refusal": event.reason if isinstance(event, orders.DraftRefused) else None,
        }
    )
