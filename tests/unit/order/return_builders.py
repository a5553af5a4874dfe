"""Messages about returns, with only what a specification is about spelled out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from shared.contracts import returns
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason
from tests.unit.given import Given
from tests.unit.order.builders import NUMBER, ORDER, line, order_of, shipment, shipped

RETURN = "r-1"
EXCHANGE_ORDER = "x-1"
ABOUT = {"order_id": ORDER, "return_id": RETURN, "order_number": NUMBER}
DECLINED = Reason.of(blocker("declined", reason="The account is closed."))


def shipped_order(*parcels: dict[str, Any], **more: Any) -> Given[Any]:
    """An order of which every shipment has shipped; by default three pieces at 10.00."""
    given = order_of(*(parcels or [shipment(line(quantity=3))]), **more)
    for position in range(1, max(len(parcels), 1) + 1):
        given = given.when(shipped(str(position))).after
    return given


def returned(
    quantity: int = 1, line_id: str = "1", shipment_id: str = "1", reason: str = "other"
) -> dict[str, Any]:
    return {
        "shipment_id": shipment_id,
        "line_id": line_id,
        "quantity": quantity,
        "reason": reason,
    }


def create(*lines: dict[str, Any], return_id: str = RETURN, **more: Any) -> returns.CreateReturn:
    about = {"order_id": ORDER, "return_id": return_id, "lines": list(lines or [returned()])}
    return _parsed(returns.CreateReturn, {**about, **more})


def exchange(
    *lines: dict[str, Any],
    return_id: str = RETURN,
    order: str = EXCHANGE_ORDER,
    ship_first: bool = False,
    replaced: list[dict[str, Any]] | None = None,
    **more: Any,
) -> returns.CreateExchange:
    """By default one piece, for the same article."""
    replacement = {
        "exchange_order_id": order,
        "ship_first": ship_first,
        "lines": replaced or [{"sku": "SKU-1", "quantity": 1}],
    }
    about = {"order_id": ORDER, "return_id": return_id, "lines": list(lines or [returned()])}
    return _parsed(returns.CreateExchange, {**about, "replacement": replacement, **more})


def receive(
    quantity: int = 1,
    arrival: str = "received",
    disposition: str = "restock",
    return_id: str = RETURN,
    line_id: str = "1",
    shipment_id: str = "1",
    **more: Any,
) -> returns.ReceiveReturn:
    about = {"shipment_id": shipment_id, "line_id": line_id, "quantity": quantity}
    came = {"condition": "as-new", "disposition": disposition} if arrival == "received" else {}
    content = {**about, "arrival": arrival, **came, **more}
    return _parsed(
        returns.ReceiveReturn, {"order_id": ORDER, "return_id": return_id, "lines": [content]}
    )


def complete(return_id: str = RETURN, **more: Any) -> returns.CompleteReturn:
    return _parsed(returns.CompleteReturn, {"order_id": ORDER, "return_id": return_id, **more})


def decided(decision: str, line_id: str = "1", shipment_id: str = "1") -> dict[str, Any]:
    return {"shipment_id": shipment_id, "line_id": line_id, "decision": decision}


def cancel(return_id: str = RETURN) -> returns.CancelReturn:
    return returns.CancelReturn(order_id=ORDER, return_id=return_id)


def refunded(
    amount: str = "10.00", return_id: str = RETURN, refusal: Reason | None = None
) -> returns.ReturnRefunded:
    return returns.ReturnRefunded(
        order_id=ORDER,
        return_id=return_id,
        currency="USD",
        refunded=Decimal(amount),
        refusal=refusal,
        paid=Decimal("0.00"),
        outstanding=Decimal("0.00"),
    )


def settle(
    outcome: Any, number: str | None = "PO1000009", refusal: Reason | None = None
) -> returns.SettleExchange:
    return returns.SettleExchange(
        order_id=ORDER,
        return_id=RETURN,
        exchange_order_id=EXCHANGE_ORDER,
        outcome=outcome,
        order_number=number,
        refusal=refusal,
    )


def received_return(quantity: int = 1, **order: Any) -> Given[Any]:
    """A return of which everything has arrived."""
    given = shipped_order(**order).when(create(returned(quantity))).after
    return given.when(receive(quantity)).after


def exchanged(quantity: int = 1) -> Given[Any]:
    """An exchange whose goods are back, and whose exchange order is being placed."""
    given = shipped_order().when(exchange(returned(quantity))).after
    return given.when(receive(quantity)).after


def _parsed(model: Any, content: dict[str, Any]) -> Any:
    made = model.model_validate_json(json.dumps(content))
    made.check()
    return made
